package dev.amulet.runtime.internal.image;

/** A transform of lossless WebP and how it is undone (RFC 9649, section 3.5). */
final class Vp8lTransform {
  static final int PREDICTOR = 0;
  static final int CROSS_COLOR = 1;
  static final int SUBTRACT_GREEN = 2;
  static final int PALETTE = 3;

  private static final int BLACK = 0xFF000000;
  private static final int HALVES = 0xFEFEFEFE;

  private final int kind;
  private final int width;
  private final int height;
  private final int bits;
  private final int[] data;

  /** {@code bits}: side of a tile, or pixels packed into one, as a power of two. */
  Vp8lTransform(int kind, int width, int height, int bits, int[] data) {
    this.kind = kind;
    this.width = width;
    this.height = height;
    this.bits = bits;
    this.data = data;
  }

  /** Tiles of side {@code 2^bits} that cover {@code size} pixels. */
  static int parts(int size, int bits) {
    return (size + (1 << bits) - 1) >> bits;
  }

  /** Width of the picture as it is coded. */
  int codedWidth() {
    return kind == PALETTE ? parts(width, bits) : width;
  }

  /** Turns coded pixels at the front of {@code argb} into those of the picture, in place. */
  void undo(int[] argb) {
    switch (kind) {
      case PREDICTOR -> predict(argb);
      case CROSS_COLOR -> crossColor(argb);
      case SUBTRACT_GREEN -> addGreen(argb);
      default -> look(argb);
    }
  }

  /** Adds each of the four bytes on its own. */
  static int sum(int a, int b) {
    return ((a & 0xFF00FF00) + (b & 0xFF00FF00) & 0xFF00FF00)
        | ((a & 0x00FF00FF) + (b & 0x00FF00FF) & 0x00FF00FF);
  }

  private void addGreen(int[] argb) {
    for (int i = 0; i < width * height; i++) {
      int green = argb[i] >> 8 & 0xFF;
      argb[i] = sum(argb[i], green << 16 | green);
    }
  }

  private void crossColor(int[] argb) {
    int across = parts(width, bits);
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, at++) {
        int factors = data[(y >> bits) * across + (x >> bits)];
        int pixel = argb[at];
        byte green = (byte) (pixel >> 8);
        int red = (pixel >> 16) + part((byte) factors, green) & 0xFF;
        int blue =
            pixel + part((byte) (factors >> 8), green) + part((byte) (factors >> 16), (byte) red)
                & 0xFF;
        argb[at] = (pixel & 0xFF00FF00) | red << 16 | blue;
      }
    }
  }

  private static int part(byte factor, byte color) {
    return (factor * color) >> 5;
  }

  /** Backwards, because one coded pixel becomes several. */
  private void look(int[] argb) {
    int pixelBits = 8 >> bits;
    int mask = (1 << pixelBits) - 1;
    int coded = codedWidth();
    for (int y = height - 1; y >= 0; y--) {
      for (int x = width - 1; x >= 0; x--) {
        int packed = argb[y * coded + (x >> bits)] >> 8 & 0xFF;
        int index = packed >> ((x & (1 << bits) - 1) * pixelBits) & mask;
        argb[y * width + x] = data[index];
      }
    }
  }

  private void predict(int[] argb) {
    int across = parts(width, bits);
    argb[0] = sum(argb[0], BLACK);
    for (int x = 1; x < width; x++) {
      argb[x] = sum(argb[x], argb[x - 1]);
    }
    for (int y = 1; y < height; y++) {
      int at = y * width;
      argb[at] = sum(argb[at], argb[at - width]);
      for (int x = 1; x < width; x++) {
        at++;
        int mode = data[(y >> bits) * across + (x >> bits)] >> 8 & 0xF;
        argb[at] = sum(argb[at], predicted(mode, argb, at));
      }
    }
  }

  private int predicted(int mode, int[] argb, int at) {
    int left = argb[at - 1];
    int top = argb[at - width];
    // In the last column this is the first pixel of the row itself, as in libwebp.
    int topRight = argb[at - width + 1];
    int corner = argb[at - width - 1];
    return switch (mode) {
      case 1 -> left;
      case 2 -> top;
      case 3 -> topRight;
      case 4 -> corner;
      case 5 -> mean(mean(left, topRight), top);
      case 6 -> mean(left, corner);
      case 7 -> mean(left, top);
      case 8 -> mean(corner, top);
      case 9 -> mean(top, topRight);
      case 10 -> mean(mean(left, corner), mean(top, topRight));
      case 11 -> closer(top, left, corner);
      case 12 -> gradient(left, top, corner);
      case 13 -> halfGradient(mean(left, top), corner);
      default -> BLACK;
    };
  }

  private static int mean(int a, int b) {
    return (((a ^ b) & HALVES) >>> 1) + (a & b);
  }

  /** The one of top and left that differs less from left + top - corner. */
  private static int closer(int top, int left, int corner) {
    int difference = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int c = corner >>> shift & 0xFF;
      difference += Math.abs((left >>> shift & 0xFF) - c) - Math.abs((top >>> shift & 0xFF) - c);
    }
    return difference <= 0 ? top : left;
  }

  private static int gradient(int left, int top, int corner) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int sum = (left >>> shift & 0xFF) + (top >>> shift & 0xFF) - (corner >>> shift & 0xFF);
      result |= clip(sum) << shift;
    }
    return result;
  }

  private static int halfGradient(int average, int corner) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int a = average >>> shift & 0xFF;
      result |= clip(a + (a - (corner >>> shift & 0xFF)) / 2) << shift;
    }
    return result;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
