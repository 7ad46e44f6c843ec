package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.ImageDecoder.Decoded;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decodes PNG, interlaced or not, row by row into RGB. */
final class PngDecoder {
  private static final int[] PASS_LEFT = {0, 4, 0, 2, 0, 1, 0};
  private static final int[] PASS_TOP = {0, 0, 4, 0, 2, 0, 1};
  private static final int[] PASS_RIGHT = {8, 8, 4, 4, 2, 2, 1};
  private static final int[] PASS_DOWN = {8, 8, 8, 4, 4, 2, 2};
  private static final int ROWS_PER_TIME_CHECK = 64;

  private final byte[] file;
  private final Limits limits;
  private final PngHeader header;
  private final PngRow row;
  private final byte[] rgb;
  private final Inflater inflater;
  private int nextChunk;

  private PngDecoder(byte[] file, Limits limits, PngHeader header, PngRow row, Inflater inflater) {
    this.file = file;
    this.limits = limits;
    this.header = header;
    this.row = row;
    this.rgb = new byte[3 * header.width() * header.height()];
    this.inflater = inflater;
    this.nextChunk = header.firstData();
  }

  static Decoded decode(byte[] file, Limits limits, AlphaMode alpha) throws ImageException {
    PngHeader header = PngHeader.read(file, limits);
    PngRow row = PngRow.of(header, alpha, limits);
    Inflater inflater = new Inflater();
    try {
      PngDecoder decoder = new PngDecoder(file, limits, header, row, inflater);
      decoder.picture();
      Pixels pixels = new Pixels(header.width(), header.height(), decoder.rgb);
      return new Decoded(pixels, header.orientation());
    } catch (DataFormatException e) {
      throw new ImageException(
          ImageException.Reason.CORRUPT, "PNG data cannot be inflated: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private void picture() throws ImageException, DataFormatException {
    if (!header.interlaced()) {
      pass(0, 0, 1, 1);
      return;
    }
    for (int i = 0; i < PASS_LEFT.length; i++) {
      pass(PASS_LEFT[i], PASS_TOP[i], PASS_RIGHT[i], PASS_DOWN[i]);
    }
  }

  private void pass(int left, int top, int right, int down)
      throws ImageException, DataFormatException {
    int columns = (header.width() - left + right - 1) / right;
    int rows = (header.height() - top + down - 1) / down;
    if (columns <= 0 || rows <= 0) {
      return;
    }
    int bits = header.bitDepth() * header.samples();
    int rowBytes = (int) (((long) columns * bits + 7) / 8);
    int pixelBytes = Math.max(1, bits / 8);
    byte[] previous = new byte[rowBytes + 1];
    byte[] current = new byte[rowBytes + 1];
    for (int y = 0; y < rows; y++) {
      if (y % ROWS_PER_TIME_CHECK == 0) {
        limits.time();
      }
      inflate(current);
      PngFilter.undo(current, previous, pixelBytes, limits);
      int at = ((top + y * down) * header.width() + left) * 3;
      row.unpack(current, columns, rgb, at, right * 3);
      byte[] swap = previous;
      previous = current;
      current = swap;
    }
  }

  private void inflate(byte[] to) throws ImageException, DataFormatException {
    int done = 0;
    while (done < to.length) {
      int n = inflater.inflate(to, done, to.length - done);
      done += n;
      if (n == 0) {
        if (inflater.finished() || inflater.needsDictionary()) {
          throw limits.truncated("before all rows were read");
        }
        if (inflater.needsInput()) {
          feed();
        }
      }
    }
  }

  /** Hands over the next data chunk, or what there is of it. */
  private void feed() throws ImageException {
    if (file.length - nextChunk < 8) {
      throw limits.truncated("before all rows were read");
    }
    Bytes bytes = new Bytes(file, nextChunk, limits);
    long length = bytes.u32Big();
    if (bytes.u32Big() != PngHeader.IDAT) {
      throw limits.truncated("before all rows were read");
    }
    int available = (int) Math.min(length, bytes.remaining());
    inflater.setInput(file, bytes.position(), available);
    nextChunk = (int) Math.min(bytes.position() + length + 4, file.length);
  }
}
