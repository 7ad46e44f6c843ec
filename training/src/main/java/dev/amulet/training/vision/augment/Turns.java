package dev.amulet.training.vision.augment;

/** Mirrored and turned pictures: every pixel goes to another place, none changes. */
final class Turns {
  private Turns() {}

  static PixelGrid mirrorSideways(PixelGrid picture) {
    int last = picture.width() - 1;
    return moved(picture, picture.width(), picture.height(), last, 0, -1, 0, 0, 1);
  }

  static PixelGrid mirrorUpright(PixelGrid picture) {
    int last = picture.height() - 1;
    return moved(picture, picture.width(), picture.height(), 0, last, 1, 0, 0, -1);
  }

  /** By 90, 180 or 270 degrees against the clock. */
  static PixelGrid turnQuarters(PixelGrid picture, RandomStream random) {
    int right = picture.width() - 1;
    int bottom = picture.height() - 1;
    return switch (random.below(3)) {
      case 0 -> moved(picture, picture.height(), picture.width(), right, 0, 0, 1, -1, 0);
      case 1 -> moved(picture, picture.width(), picture.height(), right, bottom, -1, 0, 0, -1);
      default -> moved(picture, picture.height(), picture.width(), 0, bottom, 0, -1, 1, 0);
    };
  }

  /**
   * A picture whose pixel (x, y) is the pixel (startX + x * xByX + y * xByY, startY + x * yByX + y
   * * yByY) of another.
   */
  private static PixelGrid moved(
      PixelGrid picture,
      int width,
      int height,
      int startX,
      int startY,
      int xByX,
      int yByX,
      int xByY,
      int yByY) {
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    int across = 3 * (yByX * picture.width() + xByX);
    int target = 0;
    for (int y = 0; y < height; y++) {
      int source = 3 * ((startY + y * yByY) * picture.width() + startX + y * xByY);
      for (int x = 0; x < width; x++, source += across) {
        to[target++] = from[source];
        to[target++] = from[source + 1];
        to[target++] = from[source + 2];
      }
    }
    return new PixelGrid(width, height, to);
  }
}
