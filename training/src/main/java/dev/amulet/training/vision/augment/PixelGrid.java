package dev.amulet.training.vision.augment;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A picture of 8-bit RGB pixels, row by row from the top: {@code rgb[(y * width + x) * 3 +
 * channel]}, values 0 to 255. Whoever makes one gives its array away; nobody changes it afterwards.
 */
public final class PixelGrid {
  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * @param rgb {@code width * height * 3} bytes, not copied: the caller must not change them later
   */
  public PixelGrid(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != Math.multiplyExact(width * height, 3)) {
      throw new IllegalArgumentException(
          String.format("%d bytes for a picture of %dx%d pixels", rgb.length, width, height));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The pixels themselves, not a copy: to be read only. */
  public byte[] rgb() {
    return rgb;
  }

  /** One sample, 0 to 255; channel 0 is red. */
  public int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xFF;
  }

  /**
   * Writes the picture as planes, {@code (sample / 255 - mean) / std}, {@code [3,height,width]}
   * from an offset on.
   */
  public void normalised(float[] mean, float[] std, float[] into, int offset) {
    int plane = width * height;
    for (int channel = 0; channel < 3; channel++) {
      float scale = 1 / (255 * std[channel]);
      float shift = -mean[channel] / std[channel];
      int target = offset + channel * plane;
      for (int i = 0, source = channel; i < plane; i++, source += 3) {
        into[target + i] = (rgb[source] & 0xFF) * scale + shift;
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PixelGrid grid
        && grid.width == width
        && grid.height == height
        && Arrays.equals(grid.rgb, rgb);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "PixelGrid " + width + "x" + height;
  }

  static byte clamped(double value) {
    return (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) (value + 0.5));
  }

  static byte clamped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
