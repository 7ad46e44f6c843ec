package dev.amulet.training.vision.augment;

/**
 * Pictures whose pixels move by a formula: each new pixel is read, bilinearly, where the formula
 * says; outside the picture its mirror image is read (without repeating the edge).
 */
final class Warp {
  private static final double LARGEST_SHIFT = 0.0625;
  private static final double LARGEST_SCALING = 0.1;
  private static final double LARGEST_TURN = Math.toRadians(45);
  private static final double LARGEST_DISTORTION = 0.3;
  private static final double LARGEST_DISTORTION_SHIFT = 0.05;

  private final PixelGrid picture;
  private final byte[] rgb;

  private Warp(PixelGrid picture) {
    this.picture = picture;
    rgb = new byte[picture.rgb().length];
  }

  static PixelGrid shiftScaleRotate(PixelGrid picture, RandomStream random) {
    double shiftX = random.uniform(-LARGEST_SHIFT, LARGEST_SHIFT) * picture.width();
    double shiftY = random.uniform(-LARGEST_SHIFT, LARGEST_SHIFT) * picture.height();
    double scale = random.uniform(1 - LARGEST_SCALING, 1 + LARGEST_SCALING);
    double angle = random.uniform(-LARGEST_TURN, LARGEST_TURN);
    return moved(picture, shiftX, shiftY, scale, angle);
  }

  /** Scaled and turned (radians, against the clock) about the centre, then shifted (pixels). */
  static PixelGrid moved(
      PixelGrid picture, double shiftX, double shiftY, double scale, double angle) {
    Warp warp = new Warp(picture);
    double cos = Math.cos(angle) / scale;
    double sin = Math.sin(angle) / scale;
    double centreX = (picture.width() - 1) / 2.0;
    double centreY = (picture.height() - 1) / 2.0;
    for (int y = 0; y < picture.height(); y++) {
      double dy = y - centreY - shiftY;
      for (int x = 0; x < picture.width(); x++) {
        double dx = x - centreX - shiftX;
        warp.put(x, y, centreX + cos * dx - sin * dy, centreY + sin * dx + cos * dy);
      }
    }
    return new PixelGrid(picture.width(), picture.height(), warp.rgb);
  }

  static PixelGrid distort(PixelGrid picture, RandomStream random) {
    double k = random.uniform(-LARGEST_DISTORTION, LARGEST_DISTORTION);
    double shiftX = random.uniform(-LARGEST_DISTORTION_SHIFT, LARGEST_DISTORTION_SHIFT);
    double shiftY = random.uniform(-LARGEST_DISTORTION_SHIFT, LARGEST_DISTORTION_SHIFT);
    return distorted(picture, k, shiftX, shiftY);
  }

  /** Read at (1 + k r^2) times the distance r from the centre, in sides. */
  static PixelGrid distorted(PixelGrid picture, double k, double shiftX, double shiftY) {
    Warp warp = new Warp(picture);
    double side = Math.max(picture.width(), picture.height());
    double centreX = (picture.width() - 1) / 2.0 + shiftX * picture.width();
    double centreY = (picture.height() - 1) / 2.0 + shiftY * picture.height();
    for (int y = 0; y < picture.height(); y++) {
      double dy = y - centreY;
      for (int x = 0; x < picture.width(); x++) {
        double dx = x - centreX;
        double factor = 1 + k * (dx * dx + dy * dy) / (side * side);
        warp.put(x, y, centreX + dx * factor, centreY + dy * factor);
      }
    }
    return new PixelGrid(picture.width(), picture.height(), warp.rgb);
  }

  private void put(int x, int y, double sourceX, double sourceY) {
    int width = picture.width();
    int left = (int) Math.floor(sourceX);
    int top = (int) Math.floor(sourceY);
    int right = (int) (256 * (sourceX - left) + 0.5);
    int bottom = (int) (256 * (sourceY - top) + 0.5);
    int x0 = mirrored(left, width);
    int x1 = mirrored(left + 1, width);
    int y0 = mirrored(top, picture.height()) * width;
    int y1 = mirrored(top + 1, picture.height()) * width;
    byte[] from = picture.rgb();
    int target = (y * width + x) * 3;
    for (int channel = 0; channel < 3; channel++) {
      int above =
          (from[3 * (y0 + x0) + channel] & 0xFF) * (256 - right)
              + (from[3 * (y0 + x1) + channel] & 0xFF) * right;
      int below =
          (from[3 * (y1 + x0) + channel] & 0xFF) * (256 - right)
              + (from[3 * (y1 + x1) + channel] & 0xFF) * right;
      rgb[target + channel] = (byte) ((above * (256 - bottom) + below * bottom + 32_768) >> 16);
    }
  }

  /** Index -1 is 1, index size is size - 2, and so on for ever. */
  private static int mirrored(int index, int size) {
    if (index >= 0 && index < size) {
      return index;
    }
    if (size == 1) {
      return 0;
    }
    int folded = Math.floorMod(index, 2 * (size - 1));
    return folded < size ? folded : 2 * (size - 1) - folded;
  }
}
