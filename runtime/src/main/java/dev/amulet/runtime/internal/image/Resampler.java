package dev.amulet.runtime.internal.image;

import dev.amulet.format.v1.Interpolation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pillow's antialiased resampling of 8-bit RGB in 22-bit fixed point, bit-equal to {@code
 * Image.resize} (Pillow {@code Resample.c}): a horizontal pass rounded to bytes, then a vertical
 * one; a pass whose size does not change is left out.
 *
 * <p>Holds its scratch and the coefficients of recent sizes: one instance per thread.
 */
final class Resampler {
  static final int PRECISION_BITS = 22;
  private static final int HALF = 1 << (PRECISION_BITS - 1);
  private static final int CACHED_SIZES = 64;

  private final Interpolation filter;
  private final Map<Span, Coefficients> cache = new LinkedHashMap<>(16, 0.75f, true);
  private byte[] between = new byte[0];
  private int[] sums = new int[0];

  Resampler(Interpolation filter) {
    this.filter = filter;
  }

  /** The part of a resized picture that is wanted, in its pixels. */
  record Window(int left, int top, int width, int height) {}

  /**
   * Resizes {@code source} to {@code toWidth x toHeight} and writes the pixels of {@code window} to
   * {@code out}, RGB, rows from the top; only those pixels are computed.
   */
  void resize(Pixels source, int toWidth, int toHeight, Window window, byte[] out) {
    Span down = new Span(source.height(), toHeight, window.top, window.height);
    Coefficients rows = coefficients(down);
    int firstRow = rows.first(0);
    int lastRow = rows.first(window.height - 1) + rows.count(window.height - 1);
    if (source.width() == toWidth) {
      int stride = toWidth * 3;
      int skip = firstRow * stride + window.left * 3;
      vertical(source.rgb(), skip, stride, rows, window, out);
      return;
    }
    int stride = window.width * 3;
    if (between.length < (lastRow - firstRow) * stride) {
      between = new byte[(lastRow - firstRow) * stride];
    }
    Span across = new Span(source.width(), toWidth, window.left, window.width);
    horizontal(source, firstRow, lastRow, coefficients(across), window.width, between);
    vertical(between, 0, stride, rows, window, out);
  }

  private record Span(int from, int to, int start, int length) {}

  private Coefficients coefficients(Span span) {
    Coefficients found = cache.get(span);
    if (found == null) {
      found = Coefficients.of(filter, span.from, span.to, span.start, span.length);
      cache.put(span, found);
      if (cache.size() > CACHED_SIZES) {
        cache.remove(cache.keySet().iterator().next());
      }
    }
    return found;
  }

  private static void horizontal(
      Pixels source, int firstRow, int lastRow, Coefficients columns, int width, byte[] out) {
    byte[] in = source.rgb();
    int inStride = source.width() * 3;
    int[] weights = columns.weights();
    int taps = columns.taps();
    int at = 0;
    for (int y = firstRow; y < lastRow; y++) {
      int row = y * inStride;
      for (int x = 0; x < width; x++) {
        int from = row + columns.first(x) * 3;
        int weight = x * taps;
        int end = weight + columns.count(x);
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (; weight < end; weight++) {
          int w = weights[weight];
          red += (in[from] & 0xFF) * w;
          green += (in[from + 1] & 0xFF) * w;
          blue += (in[from + 2] & 0xFF) * w;
          from += 3;
        }
        out[at] = clip(red);
        out[at + 1] = clip(green);
        out[at + 2] = clip(blue);
        at += 3;
      }
    }
  }

  /** The first row the weights need is at {@code skip} of {@code in}. */
  private void vertical(
      byte[] in, int skip, int stride, Coefficients rows, Window window, byte[] out) {
    int width = window.width * 3;
    if (sums.length < width) {
      sums = new int[width];
    }
    int[] total = sums;
    int[] weights = rows.weights();
    for (int y = 0; y < window.height; y++) {
      int from = skip + (rows.first(y) - rows.first(0)) * stride;
      if (rows.identity()) {
        System.arraycopy(in, from, out, y * width, width);
        continue;
      }
      Arrays.fill(total, 0, width, HALF);
      int weight = y * rows.taps();
      for (int end = weight + rows.count(y); weight < end; weight++, from += stride) {
        int w = weights[weight];
        for (int x = 0; x < width; x++) {
          total[x] += (in[from + x] & 0xFF) * w;
        }
      }
      int at = y * width;
      for (int x = 0; x < width; x++) {
        out[at + x] = clip(total[x]);
      }
    }
  }

  private static byte clip(int sum) {
    int value = sum >> PRECISION_BITS;
    return (byte) (value < 0 ? 0 : Math.min(value, 255));
  }
}
