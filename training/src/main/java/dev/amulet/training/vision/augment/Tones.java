package dev.amulet.training.vision.augment;

/** Colours and brightness: each pixel changes by itself, none moves. */
final class Tones {
  private static final double LEAST_NOISE_VARIANCE = 10;
  private static final double LARGEST_NOISE_VARIANCE = 50;
  private static final double LARGEST_HUE_DEGREES = 40;
  private static final double LARGEST_SATURATION = 30;
  private static final double LARGEST_VALUE = 20;
  private static final double LARGEST_BRIGHTNESS = 0.2;
  private static final double LARGEST_CONTRAST = 0.2;

  private Tones() {}

  static PixelGrid addNoise(PixelGrid picture, RandomStream random) {
    double sd = Math.sqrt(random.uniform(LEAST_NOISE_VARIANCE, LARGEST_NOISE_VARIANCE));
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = PixelGrid.clamped((from[i] & 0xFF) + sd * random.bell());
    }
    return new PixelGrid(picture.width(), picture.height(), to);
  }

  static PixelGrid shiftBrightness(PixelGrid picture, RandomStream random) {
    double contrast = 1 + random.uniform(-LARGEST_CONTRAST, LARGEST_CONTRAST);
    double brightness = 255 * random.uniform(-LARGEST_BRIGHTNESS, LARGEST_BRIGHTNESS);
    return brightened(picture, contrast, brightness);
  }

  static PixelGrid brightened(PixelGrid picture, double contrast, double brightness) {
    byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = PixelGrid.clamped(i * contrast + brightness);
    }
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = table[from[i] & 0xFF];
    }
    return new PixelGrid(picture.width(), picture.height(), to);
  }

  static PixelGrid shiftHue(PixelGrid picture, RandomStream random) {
    double hue = random.uniform(-LARGEST_HUE_DEGREES, LARGEST_HUE_DEGREES);
    double saturation = random.uniform(-LARGEST_SATURATION, LARGEST_SATURATION);
    double value = random.uniform(-LARGEST_VALUE, LARGEST_VALUE);
    return recoloured(picture, hue, saturation, value);
  }

  /** Hue turned by degrees, saturation and value (0 to 255) shifted. */
  static PixelGrid recoloured(PixelGrid picture, double hue, double saturation, double value) {
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    float turn = (float) (hue / 60 + 6);
    float moreSaturation = (float) (saturation / 255);
    float moreValue = (float) value;
    for (int i = 0; i < to.length; i += 3) {
      int red = from[i] & 0xFF;
      int green = from[i + 1] & 0xFF;
      int blue = from[i + 2] & 0xFF;
      int max = Math.max(red, Math.max(green, blue));
      int range = max - Math.min(red, Math.min(green, blue));
      // A grey has no hue: only its value changes.
      float s = range == 0 ? 0 : Math.max(0, Math.min(1, (float) range / max + moreSaturation));
      float v = Math.max(0, Math.min(255, max + moreValue));
      float h = sextant(red, green, blue, max, range) + turn;
      to[i] = channel(h + 5, s, v);
      to[i + 1] = channel(h + 3, s, v);
      to[i + 2] = channel(h + 1, s, v);
    }
    return new PixelGrid(picture.width(), picture.height(), to);
  }

  /** Hue in units of 60 degrees, red 0, green 2, blue 4. */
  private static float sextant(int red, int green, int blue, int max, int range) {
    if (range == 0) {
      return 0;
    }
    if (max == red) {
      return (float) (green - blue) / range;
    }
    return max == green ? 2 + (float) (blue - red) / range : 4 + (float) (red - green) / range;
  }

  /** A channel of a hue-saturation-value colour; position = hue + 5 red, + 3 green, + 1 blue. */
  private static byte channel(float position, float saturation, float value) {
    // The remainder operator on floats costs a hundred times as much.
    float k = position - 6 * (int) (position / 6);
    float share = Math.max(0, Math.min(1, Math.min(k, 4 - k)));
    return (byte) (int) (value - value * saturation * share + 0.5f);
  }
}
