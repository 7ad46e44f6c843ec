package dev.amulet.runtime.internal.image;

/** Colour conversion of JPEG samples: libjpeg's (jdcolor.c) and Pillow's (Convert.c). */
final class JpegColor {
  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);
  private static final int[] RED = new int[256];
  private static final int[] BLUE = new int[256];
  private static final int[] GREEN_CR = new int[256];
  private static final int[] GREEN_CB = new int[256];
  private static final int MARGIN = 256;

  /** Index {@code value + MARGIN} for values from -256 to 511. */
  private static final byte[] CLAMP = new byte[3 * MARGIN];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      RED[i] = (fixed(1.40200) * x + HALF) >> SCALE_BITS;
      BLUE[i] = (fixed(1.77200) * x + HALF) >> SCALE_BITS;
      GREEN_CR[i] = -fixed(0.71414) * x;
      GREEN_CB[i] = -fixed(0.34414) * x + HALF;
    }
    for (int i = 0; i < CLAMP.length; i++) {
      CLAMP[i] = (byte) Math.max(0, Math.min(255, i - MARGIN));
    }
  }

  private JpegColor() {}

  private static int fixed(double factor) {
    return (int) (factor * (1 << SCALE_BITS) + 0.5);
  }

  /** Converts in place the first three of every {@code step} samples. */
  static void yccToRgb(byte[] samples, int step) {
    for (int i = 0; i < samples.length; i += step) {
      int y = (samples[i] & 0xFF) + MARGIN;
      int cb = samples[i + 1] & 0xFF;
      int cr = samples[i + 2] & 0xFF;
      samples[i] = CLAMP[y + RED[cr]];
      samples[i + 1] = CLAMP[y + ((GREEN_CB[cb] + GREEN_CR[cr]) >> SCALE_BITS)];
      samples[i + 2] = CLAMP[y + BLUE[cb]];
    }
  }

  static byte[] grey(byte[] samples) {
    byte[] rgb = new byte[samples.length * 3];
    int at = 0;
    for (byte sample : samples) {
      rgb[at] = sample;
      rgb[at + 1] = sample;
      rgb[at + 2] = sample;
      at += 3;
    }
    return rgb;
  }

  /**
   * Pillow takes every four-component JPEG for inverted, as Adobe writes it. {@code ycck}: the
   * first three samples are the RGB that libjpeg turns over to get CMY.
   */
  static byte[] cmyk(byte[] samples, boolean ycck) {
    byte[] rgb = new byte[samples.length / 4 * 3];
    int flip = ycck ? 0 : 255;
    int at = 0;
    for (int i = 0; i < samples.length; i += 4) {
      int light = samples[i + 3] & 0xFF;
      for (int c = 0; c < 3; c++) {
        int ink = (samples[i + c] & 0xFF) ^ flip;
        rgb[at++] = (byte) ink(ink, light);
      }
    }
    return rgb;
  }

  /** What {@code ink} leaves of {@code light}, both 0 to 255. */
  static int ink(int ink, int light) {
    return light - product(ink, light);
  }

  /** Pillow's MULDIV255. */
  private static int product(int a, int b) {
    int sum = a * b + 128;
    return ((sum >> 8) + sum) >> 8;
  }
}
