package dev.amulet.training.data;

import dev.amulet.runtime.Picture;

/**
 * What two pictures are compared by, whatever their size and compression: 64 bits that say where
 * brightness rises from left to right (difference hash: N. Krawetz, "Kind of Like That", 2013), and
 * 16 × 16 mean grey values to confirm it, because flat pictures share their bits by chance.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nearlyEquals alone
record ImagePrint(long bits, byte[] grey) {
  static final int MOST_DIFFERENT_BITS = 6;

  private static final int SIDE = 8;
  private static final int GREY_SIDE = 16;
  private static final double MOST_MEAN_DIFFERENCE = 5;

  static ImagePrint of(Picture picture) {
    int[] small = grey(picture.resized(SIDE + 1, SIDE));
    long bits = 0;
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int at = y * (SIDE + 1) + x;
        bits = (bits << 1) | (small[at] < small[at + 1] ? 1 : 0);
      }
    }
    int[] mean = grey(picture.resized(GREY_SIDE, GREY_SIDE));
    byte[] grey = new byte[mean.length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) mean[i];
    }
    return new ImagePrint(bits, grey);
  }

  /** Luma of BT.601, 0 to 255. */
  private static int[] grey(Picture picture) {
    byte[] rgb = picture.rgb();
    int[] grey = new int[rgb.length / 3];
    for (int i = 0; i < grey.length; i++) {
      int red = rgb[3 * i] & 0xFF;
      int green = rgb[3 * i + 1] & 0xFF;
      int blue = rgb[3 * i + 2] & 0xFF;
      grey[i] = (299 * red + 587 * green + 114 * blue + 500) / 1000;
    }
    return grey;
  }

  boolean nearlyEquals(ImagePrint other) {
    if (Long.bitCount(bits ^ other.bits) > MOST_DIFFERENT_BITS) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < grey.length; i++) {
      difference += Math.abs((grey[i] & 0xFF) - (other.grey[i] & 0xFF));
    }
    return difference <= MOST_MEAN_DIFFERENCE * grey.length;
  }
}
