package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.RandomStream;

/**
 * Two colours of one of {@value #CLASSES} classes, between which a pattern moves. The class gives
 * hue, saturation and lightness of both, the picture shifts them a little.
 */
final class Palette {
  static final int CLASSES = 32;

  private static final long CLASS_SEED = 3;
  private static final int HUES = 12;

  private final float[] low;
  private final float[] high;

  Palette(int paletteClass, RandomStream random) {
    RandomStream parameters = RandomStream.of(CLASS_SEED, paletteClass);
    // Two dozen classes go round the colour circle twice, strong and pale; the rest are near grey.
    double hue = 360.0 * paletteClass / HUES + 6 * random.bell();
    double saturation = paletteClass < HUES ? 0.8 : paletteClass < 2 * HUES ? 0.4 : 0.08;
    double light = paletteClass < 2 * HUES ? 0.5 : 0.15 + 0.1 * (paletteClass - 2 * HUES);
    double turn =
        parameters.chance(0.5) ? parameters.uniform(-40, 40) : parameters.uniform(60, 300);
    double spread = parameters.uniform(0.15, 0.3);
    light += 0.06 * random.bell();
    saturation *= 1 + 0.15 * random.bell();
    low = colour(hue, saturation, light - spread);
    high = colour(hue + turn, saturation * parameters.uniform(0.4, 1.1), light + spread);
  }

  /** One channel, 0 to 1, of the colour at a share of the way. */
  float channel(float share, int channel) {
    return low[channel] + (high[channel] - low[channel]) * share;
  }

  /** Hue, saturation, lightness to red, green, blue. */
  private static float[] colour(double hue, double saturation, double lightness) {
    double light = Math.max(0.03, Math.min(0.97, lightness));
    double reach = Math.max(0, Math.min(1, saturation)) * Math.min(light, 1 - light);
    float[] rgb = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      double k = ((8 - 4 * ((channel + 2) % 3) + hue / 30) % 12 + 12) % 12;
      rgb[channel] = (float) (light - reach * Math.max(-1, Math.min(Math.min(k - 3, 9 - k), 1)));
    }
    return rgb;
  }
}
