package dev.amulet.runtime.internal.image;

/** From the samples of a TIFF to RGB, as Pillow has it (Unpack.c, Convert.c). */
final class TiffColor {
  private TiffColor() {}

  /** {@code samples} is {@code [height,width,samples]}, one byte each; it may be given back. */
  static byte[] rgb(TiffLayout layout, byte[] samples, AlphaMode alpha, Limits limits)
      throws ImageException {
    int kind = layout.alpha();
    int step = layout.samples();
    byte[] palette = layout.photometric() == TiffLayout.PALETTE ? palette(layout, limits) : null;
    if (step == 3 && layout.photometric() != TiffLayout.PALETTE && layout.colors() == 3) {
      return samples;
    }
    byte[] rgb = new byte[layout.width() * layout.height() * 3];
    boolean inverted = layout.photometric() == TiffLayout.WHITE_IS_ZERO;
    boolean cmyk = layout.photometric() == TiffLayout.CMYK;
    int colors = layout.colors();
    if (step == 1 && palette == null) {
      grey(samples, inverted, rgb);
      return rgb;
    }
    int at = 0;
    for (int i = 0; i < samples.length; i += step, at += 3) {
      int opacity = kind == 0 ? 255 : samples[i + colors] & 0xFF;
      for (int c = 0; c < 3; c++) {
        int sample;
        if (palette != null) {
          sample = palette[3 * (samples[i] & 0xFF) + c] & 0xFF;
        } else if (cmyk) {
          sample = JpegColor.ink(samples[i + c] & 0xFF, 255 - (samples[i + 3] & 0xFF));
        } else {
          sample = samples[colors == 3 ? i + c : i] & 0xFF;
          sample = inverted ? 255 - sample : sample;
        }
        if (kind == 1) {
          sample = divided(sample, opacity);
        }
        rgb[at + c] = alpha.apply(sample, opacity, c);
      }
    }
    return rgb;
  }

  private static void grey(byte[] samples, boolean inverted, byte[] rgb) {
    int flip = inverted ? 255 : 0;
    int at = 0;
    for (byte sample : samples) {
      byte value = (byte) (sample ^ flip);
      rgb[at] = value;
      rgb[at + 1] = value;
      rgb[at + 2] = value;
      at += 3;
    }
  }

  private static int divided(int sample, int opacity) {
    if (opacity == 255) {
      return sample;
    }
    return opacity == 0 ? 0 : Math.min(255, 255 * sample / opacity);
  }

  /** High bytes of the colour map, which lists all reds, then all greens, then all blues. */
  private static byte[] palette(TiffLayout layout, Limits limits) throws ImageException {
    long[] map = layout.colorMap();
    if (map == null) {
      throw limits.corrupt("has palette colours but no palette");
    }
    byte[] palette = new byte[768];
    int size = map.length / 3;
    for (int i = 0; i < size; i++) {
      for (int c = 0; c < 3; c++) {
        palette[3 * i + c] = (byte) (map[c * size + i] >> 8);
      }
    }
    return palette;
  }
}
