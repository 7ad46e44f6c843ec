package dev.amulet.training.vision.augment;

/** Pictures for tests. */
final class Samples {
  private Samples() {}

  /** Colours that change smoothly, no two pixels of a row alike: {@code (4x, 4y, 2x + 2y)}. */
  static PixelGrid gradient(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        rgb[i++] = (byte) Math.min(255, 4 * x);
        rgb[i++] = (byte) Math.min(255, 4 * y);
        rgb[i++] = (byte) Math.min(255, 2 * (x + y));
      }
    }
    return new PixelGrid(width, height, rgb);
  }

  static PixelGrid plain(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return new PixelGrid(width, height, rgb);
  }

  static PixelGrid noise(int width, int height, long seed) {
    RandomStream random = RandomStream.of(seed);
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) random.below(256);
    }
    return new PixelGrid(width, height, rgb);
  }

  static double mean(PixelGrid picture, int channel) {
    double sum = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        sum += picture.sample(x, y, channel);
      }
    }
    return sum / (picture.width() * picture.height());
  }

  /** Mean of the squared differences of all samples. */
  static double difference(PixelGrid a, PixelGrid b) {
    double sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      double d = (a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF);
      sum += d * d;
    }
    return sum / a.rgb().length;
  }
}
