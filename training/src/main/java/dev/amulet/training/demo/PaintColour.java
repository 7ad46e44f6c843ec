package dev.amulet.training.demo;

import java.awt.Color;
import java.util.Locale;
import java.util.Random;

/** Colours cars are painted in. */
enum PaintColour {
  WHITE(0xE9EAE6, 0.98, 18),
  BLACK(0x23252B, 1.03, 16),
  SILVER(0xA9AFB5, 1.00, 16),
  GREY(0x666B72, 0.99, 14),
  BLUE(0x2A5CA8, 1.01, 14),
  RED(0xB4232B, 1.04, 12),
  GREEN(0x2C6B4A, 0.95, 5),
  YELLOW(0xE3B52C, 1.06, 5);

  private static final int TOTAL_SHARE = 100;

  final double priceFactor;
  private final int rgb;
  private final int share;

  PaintColour(int rgb, double priceFactor, int share) {
    this.rgb = rgb;
    this.priceFactor = priceFactor;
    this.share = share;
  }

  static PaintColour draw(Random random) {
    int ticket = random.nextInt(TOTAL_SHARE);
    for (PaintColour colour : values()) {
      ticket -= colour.share;
      if (ticket < 0) {
        return colour;
      }
    }
    throw new IllegalStateException("shares sum to less than " + TOTAL_SHARE);
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One of the shades sold under this name; {@code fade} in 0..1 washes it out. */
  Color shade(Random random, double fade) {
    float[] hsb = Color.RGBtoHSB(rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF, null);
    float hue = hsb[0] + (float) (random.nextGaussian() * 0.012);
    double saturation = hsb[1] * (1 + random.nextGaussian() * 0.08) * (1 - 0.55 * fade);
    double brightness = hsb[2] * (1 + random.nextGaussian() * 0.06);
    brightness += (0.72 - brightness) * 0.35 * fade;
    return Color.getHSBColor(hue, (float) within(saturation), (float) within(brightness));
  }

  private static double within(double x) {
    return Math.max(0, Math.min(1, x));
  }
}
