package dev.amulet.runtime.internal.image;

import java.util.List;

/**
 * The header of a BMP file as Pillow reads it: the same variants are accepted and the same refused.
 *
 * @param masks red, green, blue, alpha; all 0 when the layout is the default one of {@code bits}
 * @param palette position of the palette; {@code paletteStep} bytes per entry
 */
@SuppressWarnings("ArrayRecordComponent") // read once, by the decoder that made it
record BmpHeader(
    int width,
    int height,
    boolean topDown,
    int bits,
    int compression,
    long[] masks,
    int palette,
    int paletteStep,
    int colors,
    int data) {
  static final int RAW = 0;
  static final int RLE8 = 1;
  static final int RLE4 = 2;
  static final int BITFIELDS = 3;

  private static final int CORE = 12;
  private static final int INFO = 40;
  private static final int OS2_V2 = 64;
  private static final List<Integer> SIZES = List.of(CORE, INFO, 52, 56, OS2_V2, 108, 124);

  static BmpHeader read(byte[] file, Limits limits) throws ImageException {
    Bytes bytes = new Bytes(file, 10, limits);
    long data = bytes.u32Little();
    long size = bytes.u32Little();
    if (size > Integer.MAX_VALUE || !SIZES.contains((int) size)) {
      throw limits.unsupported("has a header of " + size + " bytes, expected one of " + SIZES);
    }
    boolean core = size == CORE;
    long width = core ? bytes.u16Little() : bytes.u32Little();
    long height = core ? bytes.u16Little() : bytes.u32Little();
    boolean topDown = !core && (height >> 24) == 0xFF;
    if (topDown) {
      height = (1L << 32) - height;
    }
    limits.size(width, height);
    bytes.skip(2);
    int bits = bytes.u16Little();
    long compression = RAW;
    long colors = 0;
    if (!core) {
      compression = bytes.u32Little();
      bytes.skip(12);
      colors = bytes.u32Little();
      bytes.skip(4);
    }
    if (compression > BITFIELDS) {
      throw limits.unsupported("uses compression " + compression + ", expected 0 to 3");
    }
    if (!List.of(1, 4, 8, 16, 24, 32).contains(bits)) {
      throw limits.unsupported("has " + bits + " bits per pixel");
    }
    long[] masks = new long[4];
    if (compression == BITFIELDS) {
      masks = masks(bytes, (int) size, bits, limits);
    }
    bytes.seek(Math.max(bytes.position(), 14 + size));
    long listed = colors == 0 && bits <= 8 ? 1L << bits : colors;
    if (bits <= 8 && (listed <= 0 || listed > 65_536)) {
      throw limits.unsupported("has a palette of " + listed + " colours");
    }
    int palette = bytes.position();
    int step = core ? 3 : 4;
    long start = data;
    if (bits <= 8 && data == 14 + size) {
      start = data + 4 * listed;
    } else if (data == 0) {
      start = palette + (bits <= 8 ? step * listed : 0);
    }
    bytes.seek(start);
    return new BmpHeader(
        (int) width,
        (int) height,
        topDown,
        bits,
        (int) compression,
        masks,
        palette,
        step,
        (int) Math.min(listed, 65_536),
        (int) start);
  }

  private static long[] masks(Bytes bytes, int size, int bits, Limits limits)
      throws ImageException {
    long[] masks = new long[4];
    int stated = size >= 56 ? 4 : 3;
    for (int i = 0; i < stated; i++) {
      masks[i] = bytes.u32Little();
    }
    List<Long> found = List.of(masks[0], masks[1], masks[2], masks[3]);
    List<Long> opaque = List.of(masks[0], masks[1], masks[2]);
    boolean known =
        switch (bits) {
          case 32 -> BmpLayout.KNOWN_32.contains(found);
          case 24 -> BmpLayout.RGB_24.equals(opaque);
          case 16 -> BmpLayout.RGB_565.equals(opaque) || BmpLayout.RGB_555.equals(opaque);
          default -> false;
        };
    if (!known) {
      throw limits.unsupported("has a bit layout that is not in use: " + found);
    }
    return masks;
  }
}
