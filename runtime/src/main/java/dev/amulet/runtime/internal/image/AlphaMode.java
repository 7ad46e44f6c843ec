package dev.amulet.runtime.internal.image;

/**
 * What becomes of transparency: left out (as Pillow's {@code convert("RGB")}) or blended over a
 * colour.
 *
 * @param composite whether the picture is blended
 * @param backgroundRgb the colour under it, 0xRRGGBB
 */
record AlphaMode(boolean composite, int backgroundRgb) {
  static final AlphaMode DROP = new AlphaMode(false, 0);

  /** {@code sample} of channel 0 (red) to 2 under {@code alpha}, rounded as Pillow's paste does. */
  byte apply(int sample, int alpha, int channel) {
    if (!composite) {
      return (byte) sample;
    }
    int under = (backgroundRgb >> (16 - 8 * channel)) & 0xFF;
    int sum = sample * alpha + under * (255 - alpha) + 128;
    return (byte) (((sum >> 8) + sum) >> 8);
  }
}
