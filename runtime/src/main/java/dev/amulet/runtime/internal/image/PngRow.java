package dev.amulet.runtime.internal.image;

import org.jspecify.annotations.Nullable;

/** Turns the bytes of one unfiltered row into RGB. */
abstract class PngRow {
  /**
   * Writes {@code columns} pixels of {@code row} (data from index 1) at {@code at, at + step...}.
   */
  abstract void unpack(byte[] row, int columns, byte[] rgb, int at, int step);

  static PngRow of(PngHeader header, AlphaMode alpha, Limits limits) throws ImageException {
    byte[] transparency = alpha.composite() ? header.transparency() : null;
    return switch (header.colorType()) {
      case PngHeader.PALETTE -> Indexed.of(header, alpha, transparency, limits);
      case PngHeader.TRUECOLOR, PngHeader.TRUECOLOR_ALPHA -> {
        boolean plain = transparency == null && !alpha.composite();
        int bytes = header.bitDepth() / 8;
        yield plain && bytes == 1 && header.samples() == 3
            ? new Copied()
            : new Sampled(3, header, alpha, transparency);
      }
      default ->
          header.bitDepth() < 8
              ? Indexed.grey(header, alpha, transparency)
              : new Sampled(1, header, alpha, transparency);
    };
  }

  /** 8-bit RGB. */
  private static final class Copied extends PngRow {
    @Override
    void unpack(byte[] row, int columns, byte[] rgb, int at, int step) {
      if (step == 3) {
        System.arraycopy(row, 1, rgb, at, columns * 3);
        return;
      }
      int to = at;
      for (int from = 1; from <= columns * 3; from += 3, to += step) {
        rgb[to] = row[from];
        rgb[to + 1] = row[from + 1];
        rgb[to + 2] = row[from + 2];
      }
    }
  }

  /** Up to 8 bits that name one of at most 256 colours. */
  private static final class Indexed extends PngRow {
    private final int bits;
    private final byte[] colors = new byte[768];

    private Indexed(int bits) {
      this.bits = bits;
    }

    static Indexed of(
        PngHeader header, AlphaMode alpha, byte @Nullable [] transparency, Limits limits)
        throws ImageException {
      byte[] palette = header.palette();
      if (palette == null) {
        throw limits.corrupt("has palette colours but no palette");
      }
      Indexed indexed = new Indexed(header.bitDepth());
      for (int i = 0; i < palette.length / 3 * 3; i++) {
        int entry = i / 3;
        int opacity =
            transparency != null && entry < transparency.length ? transparency[entry] & 0xFF : 255;
        indexed.colors[i] = alpha.apply(palette[i] & 0xFF, opacity, i % 3);
      }
      return indexed;
    }

    static Indexed grey(PngHeader header, AlphaMode alpha, byte @Nullable [] transparency) {
      Indexed indexed = new Indexed(header.bitDepth());
      int levels = 1 << header.bitDepth();
      int hidden =
          transparency != null && transparency.length >= 2 ? transparency[1] & (levels - 1) : -1;
      for (int i = 0; i < levels * 3; i++) {
        int sample = i / 3 * 255 / (levels - 1);
        indexed.colors[i] = alpha.apply(sample, i / 3 == hidden ? 0 : 255, i % 3);
      }
      return indexed;
    }

    @Override
    void unpack(byte[] row, int columns, byte[] rgb, int at, int step) {
      int mask = (1 << bits) - 1;
      int to = at;
      for (int x = 0; x < columns; x++, to += step) {
        int bit = x * bits;
        int shift = 8 - bits - (bit & 7);
        int color = ((row[1 + (bit >> 3)] >> shift) & mask) * 3;
        rgb[to] = colors[color];
        rgb[to + 1] = colors[color + 1];
        rgb[to + 2] = colors[color + 2];
      }
    }
  }

  /** 8 or 16 bits a sample, with or without alpha; of 16 bits the high byte is kept. */
  private static final class Sampled extends PngRow {
    private final int bytes;
    private final int samples;
    private final int colors;
    private final AlphaMode alpha;
    private final byte @Nullable [] hidden;

    Sampled(int colors, PngHeader header, AlphaMode alpha, byte @Nullable [] transparency) {
      this.bytes = header.bitDepth() / 8;
      this.samples = header.samples();
      this.colors = colors;
      this.alpha = alpha;
      boolean usable = transparency != null && transparency.length >= 2 * colors;
      this.hidden = usable && samples == colors ? transparency : null;
    }

    @Override
    void unpack(byte[] row, int columns, byte[] rgb, int at, int step) {
      int from = 1;
      int to = at;
      for (int x = 0; x < columns; x++, to += step, from += samples * bytes) {
        int second = colors == 3 ? from + bytes : from;
        int third = colors == 3 ? second + bytes : from;
        rgb[to] = row[from];
        rgb[to + 1] = row[second];
        rgb[to + 2] = row[third];
        if (alpha.composite()) {
          int opacity = opacity(row, from);
          for (int c = 0; c < 3; c++) {
            rgb[to + c] = alpha.apply(rgb[to + c] & 0xFF, opacity, c);
          }
        }
      }
    }

    private int opacity(byte[] row, int from) {
      if (samples > colors) {
        return row[from + colors * bytes] & 0xFF;
      }
      byte[] key = hidden;
      if (key == null) {
        return 255;
      }
      for (int c = 0; c < colors; c++) {
        boolean high = bytes == 1 || row[from + 2 * c] == key[2 * c];
        if (!high || row[from + c * bytes + bytes - 1] != key[2 * c + 1]) {
          return 255;
        }
      }
      return 0;
    }
  }
}
