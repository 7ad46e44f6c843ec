package dev.amulet.runtime;

import dev.amulet.format.v1.Alpha;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Orientation;
import dev.amulet.runtime.internal.image.ImageDecoder;
import dev.amulet.runtime.internal.image.ImageException;
import dev.amulet.runtime.internal.image.Pixels;
import dev.amulet.runtime.internal.image.Preprocessor;
import java.io.IOException;

/**
 * A decoded picture to look at or to compare: what the networks see before they resize it, upright,
 * transparency over white.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code height * width * 3} bytes, rows from the top, each pixel red, green, blue; the
 *     holder's own, not copied
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by nobody; a copy would cost as much as decoding
public record Picture(int width, int height, byte[] rgb) {
  private static final ImagePreprocessing UPRIGHT_OVER_WHITE =
      ImagePreprocessing.newBuilder()
          .setOrientation(Orientation.EXIF)
          .setAlpha(Alpha.COMPOSITE)
          .setBackgroundRgb(0xFFFFFF)
          .build();

  /** Checks that the array fits the size. */
  public Picture {
    if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of %d x %d pixels cannot have %d bytes".formatted(width, height, rgb.length));
    }
  }

  /**
   * Decodes a file.
   *
   * @throws IOException when it is no image this runtime decodes, or costs more than the policy
   *     allows
   */
  public static Picture decode(byte[] file, ImagePolicy policy) throws IOException {
    try {
      Pixels pixels = new ImageDecoder(policy).decode(file, UPRIGHT_OVER_WHITE);
      return new Picture(pixels.width(), pixels.height(), pixels.rgb());
    } catch (ImageException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Decodes a file and resizes, crops or pads it as the manifest says: what a network sees of it,
   * before samples become numbers.
   *
   * @param spec all of it counts but channel order, divisor, mean and deviation
   * @return a picture of the network's width and height
   * @throws IOException when it is no image this runtime decodes, or costs more than the policy
   *     allows
   */
  public static Picture prepared(byte[] file, ImagePreprocessing spec, ImagePolicy policy)
      throws IOException {
    try {
      byte[] rgb = new Preprocessor(spec).view(new ImageDecoder(policy).decode(file, spec));
      return new Picture(spec.getWidth(), spec.getHeight(), rgb);
    } catch (ImageException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The same picture in another size, each new pixel the mean of those it covers; a larger one
   * repeats pixels.
   */
  public Picture resized(int newWidth, int newHeight) {
    byte[] out = new byte[newWidth * newHeight * 3];
    for (int y = 0; y < newHeight; y++) {
      int top = (int) ((long) y * height / newHeight);
      int bottom = Math.max(top + 1, (int) ((long) (y + 1) * height / newHeight));
      for (int x = 0; x < newWidth; x++) {
        int left = (int) ((long) x * width / newWidth);
        int right = Math.max(left + 1, (int) ((long) (x + 1) * width / newWidth));
        mean(left, top, right, bottom, out, (y * newWidth + x) * 3);
      }
    }
    return new Picture(newWidth, newHeight, out);
  }

  private void mean(int left, int top, int right, int bottom, byte[] out, int at) {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int y = top; y < bottom; y++) {
      int from = (y * width + left) * 3;
      for (int x = left; x < right; x++, from += 3) {
        red += rgb[from] & 0xFF;
        green += rgb[from + 1] & 0xFF;
        blue += rgb[from + 2] & 0xFF;
      }
    }
    long count = (long) (right - left) * (bottom - top);
    out[at] = (byte) ((red + count / 2) / count);
    out[at + 1] = (byte) ((green + count / 2) / count);
    out[at + 2] = (byte) ((blue + count / 2) / count);
  }
}
