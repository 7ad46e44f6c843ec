package dev.amulet.runtime.internal.image;

/**
 * A decoded picture: {@code height * width * 3} bytes in {@code rgb}, rows from the top, each pixel
 * red, green, blue. The array is the holder's own and is not copied.
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by nobody; a copy would cost as much as decoding
public record Pixels(int width, int height, byte[] rgb) {

  /** Checks that the array fits the size. */
  public Pixels {
    if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a picture of "
              + width
              + " x "
              + height
              + " pixels cannot have "
              + rgb.length
              + " bytes");
    }
  }
}
