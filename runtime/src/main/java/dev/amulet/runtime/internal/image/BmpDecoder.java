package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.ImageDecoder.Decoded;

/** Decodes BMP: palettes, 16, 24 and 32 bits, run lengths; whatever Pillow's reader accepts. */
final class BmpDecoder {
  private final byte[] file;
  private final Limits limits;
  private final AlphaMode alpha;
  private final BmpHeader header;
  private final byte[] rgb;

  private BmpDecoder(byte[] file, Limits limits, AlphaMode alpha, BmpHeader header) {
    this.file = file;
    this.limits = limits;
    this.alpha = alpha;
    this.header = header;
    this.rgb = new byte[3 * header.width() * header.height()];
  }

  static Decoded decode(byte[] file, Limits limits, AlphaMode alpha) throws ImageException {
    BmpHeader header = BmpHeader.read(file, limits);
    BmpDecoder decoder = new BmpDecoder(file, limits, alpha, header);
    boolean runs = header.compression() == BmpHeader.RLE8 || header.compression() == BmpHeader.RLE4;
    if (runs) {
      decoder.runs();
    } else {
      decoder.rows();
    }
    return new Decoded(new Pixels(header.width(), header.height(), decoder.rgb), 1);
  }

  private void rows() throws ImageException {
    long stride = ((long) header.width() * header.bits() + 31) / 32 * 4;
    long used = ((long) header.width() * header.bits() + 7) / 8;
    long needed = header.data() + stride * (header.height() - 1) + used;
    if (needed > file.length) {
      throw limits.truncated("at byte " + file.length + ", expected " + needed);
    }
    byte[] colors = header.bits() <= 8 ? colors() : new byte[0];
    for (int y = 0; y < header.height(); y++) {
      if (y % 64 == 0) {
        limits.time();
      }
      int from = (int) (header.data() + y * stride);
      int to = line(y) * header.width() * 3;
      switch (header.bits()) {
        case 16 -> row16(from, to);
        case 24 -> row24(from, to);
        case 32 -> row32(from, to);
        default -> rowIndexed(from, to, colors);
      }
    }
  }

  /** Row of the picture for the {@code y}-th stored row. */
  private int line(int y) {
    return header.topDown() ? y : header.height() - 1 - y;
  }

  private void rowIndexed(int from, int to, byte[] colors) {
    int bits = header.bits();
    int mask = (1 << bits) - 1;
    for (int x = 0; x < header.width(); x++) {
      int bit = x * bits;
      int index = (file[from + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask;
      System.arraycopy(colors, index * 3, rgb, to + x * 3, 3);
    }
  }

  private void row16(int from, int to) {
    boolean sixGreen = header.masks()[1] == 0x7E0;
    int greenBits = sixGreen ? 6 : 5;
    int at = to;
    for (int x = 0; x < header.width(); x++) {
      int pixel = (file[from + 2 * x] & 0xFF) | ((file[from + 2 * x + 1] & 0xFF) << 8);
      int greenMax = (1 << greenBits) - 1;
      rgb[at++] = (byte) (((pixel >> (5 + greenBits)) & 31) * 255 / 31);
      rgb[at++] = (byte) (((pixel >> 5) & greenMax) * 255 / greenMax);
      rgb[at++] = (byte) ((pixel & 31) * 255 / 31);
    }
  }

  private void row24(int from, int to) {
    for (int i = 0; i < header.width() * 3; i += 3) {
      rgb[to + i] = file[from + i + 2];
      rgb[to + i + 1] = file[from + i + 1];
      rgb[to + i + 2] = file[from + i];
    }
  }

  private void row32(int from, int to) {
    boolean fields = header.compression() == BmpHeader.BITFIELDS;
    boolean named = fields && header.masks()[0] != 0;
    int red = named ? byteOf(0) : 2;
    int green = named ? byteOf(1) : 1;
    int blue = named ? byteOf(2) : 0;
    // Masks that are all zero mean BGRA; without masks the fourth byte is padding.
    int opaque = -1;
    int alphaByte = !fields ? opaque : !named ? 3 : header.masks()[3] == 0 ? opaque : byteOf(3);
    for (int x = 0; x < header.width(); x++) {
      int at = from + 4 * x;
      int opacity = alphaByte == opaque ? 255 : file[at + alphaByte] & 0xFF;
      rgb[to + 3 * x] = alpha.apply(file[at + red] & 0xFF, opacity, 0);
      rgb[to + 3 * x + 1] = alpha.apply(file[at + green] & 0xFF, opacity, 1);
      rgb[to + 3 * x + 2] = alpha.apply(file[at + blue] & 0xFF, opacity, 2);
    }
  }

  private int byteOf(int mask) {
    return Long.numberOfTrailingZeros(header.masks()[mask]) / 8;
  }

  private byte[] colors() throws ImageException {
    byte[] colors = new byte[768];
    int step = header.paletteStep();
    int count = Math.min(256, header.colors());
    if (header.palette() + (long) step * count > file.length) {
      throw limits.truncated("inside its palette");
    }
    for (int i = 0; i < count; i++) {
      int at = header.palette() + step * i;
      colors[3 * i] = file[at + 2];
      colors[3 * i + 1] = file[at + 1];
      colors[3 * i + 2] = file[at];
    }
    return colors;
  }

  /** Run lengths as Pillow expands them: indices one after the other, zeros where skipped. */
  private void runs() throws ImageException {
    byte[] colors = colors();
    BmpRuns runs = new BmpRuns(file, header, limits);
    byte[] indices = runs.expand();
    for (int y = 0; y < header.height(); y++) {
      int to = line(y) * header.width() * 3;
      for (int x = 0; x < header.width(); x++) {
        int index = indices[y * header.width() + x] & 0xFF;
        System.arraycopy(colors, index * 3, rgb, to + x * 3, 3);
      }
    }
  }
}
