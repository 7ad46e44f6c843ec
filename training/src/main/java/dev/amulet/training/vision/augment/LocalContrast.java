package dev.amulet.training.vision.augment;

/**
 * Contrast-limited adaptive histogram equalisation (Zuiderveld, "Contrast limited adaptive
 * histogram equalization", Graphics Gems IV, 1994) of the brightness; colour differences stay.
 */
final class LocalContrast {
  private static final int MOST_TILES = 8;
  private static final int LEAST_TILE_SIDE = 8;
  private static final int LEVELS = 256;
  private static final double LEAST_CLIP = 1;
  private static final double LARGEST_CLIP = 4;

  private final PixelGrid picture;
  private final int across;
  private final int down;
  private final byte[] luma;

  private LocalContrast(PixelGrid picture) {
    this.picture = picture;
    across = Math.max(1, Math.min(MOST_TILES, picture.width() / LEAST_TILE_SIDE));
    down = Math.max(1, Math.min(MOST_TILES, picture.height() / LEAST_TILE_SIDE));
    luma = luma(picture.rgb());
  }

  static PixelGrid equalise(PixelGrid picture, RandomStream random) {
    return equalised(picture, random.uniform(LEAST_CLIP, LARGEST_CLIP));
  }

  /**
   * @param clip most entries of a histogram's bin, in units of their mean
   */
  static PixelGrid equalised(PixelGrid picture, double clip) {
    return new LocalContrast(picture).equalised(clip);
  }

  private static byte[] luma(byte[] rgb) {
    byte[] luma = new byte[rgb.length / 3];
    for (int i = 0, source = 0; i < luma.length; i++, source += 3) {
      int weighted =
          19_595 * (rgb[source] & 0xFF)
              + 38_470 * (rgb[source + 1] & 0xFF)
              + 7_471 * (rgb[source + 2] & 0xFF);
      luma[i] = (byte) ((weighted + 32_768) >> 16);
    }
    return luma;
  }

  private PixelGrid equalised(double clip) {
    int[][] tables = new int[across * down][];
    for (int tile = 0; tile < tables.length; tile++) {
      tables[tile] = table(tile % across, tile / across, clip);
    }
    int width = picture.width();
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int y = 0, i = 0; y < picture.height(); y++) {
      // Between the centres of four tiles their tables are mixed.
      float tileY = Math.max(0, Math.min(down - 1, (y + 0.5f) * down / picture.height() - 0.5f));
      int top = (int) tileY;
      int bottom = Math.min(down - 1, top + 1);
      float low = tileY - top;
      for (int x = 0; x < width; x++, i += 3) {
        float tileX = Math.max(0, Math.min(across - 1, (x + 0.5f) * across / width - 0.5f));
        int left = (int) tileX;
        int right = Math.min(across - 1, left + 1);
        float far = tileX - left;
        int level = luma[y * width + x] & 0xFF;
        float above =
            tables[top * across + left][level] * (1 - far)
                + tables[top * across + right][level] * far;
        float below =
            tables[bottom * across + left][level] * (1 - far)
                + tables[bottom * across + right][level] * far;
        int change = Math.round(above * (1 - low) + below * low) - level;
        to[i] = PixelGrid.clamped((from[i] & 0xFF) + change);
        to[i + 1] = PixelGrid.clamped((from[i + 1] & 0xFF) + change);
        to[i + 2] = PixelGrid.clamped((from[i + 2] & 0xFF) + change);
      }
    }
    return new PixelGrid(width, picture.height(), to);
  }

  /** The new level of each old one: the share of the tile's pixels that are not brighter. */
  private int[] table(int column, int row, double clip) {
    int left = column * picture.width() / across;
    int right = (column + 1) * picture.width() / across;
    int top = row * picture.height() / down;
    int bottom = (row + 1) * picture.height() / down;
    int[] histogram = new int[LEVELS];
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        histogram[luma[y * picture.width() + x] & 0xFF]++;
      }
    }
    int pixels = (right - left) * (bottom - top);
    int limit = Math.max(1, (int) (clip * pixels / LEVELS));
    int excess = 0;
    for (int level = 0; level < LEVELS; level++) {
      excess += Math.max(0, histogram[level] - limit);
      histogram[level] = Math.min(limit, histogram[level]);
    }
    float spread = (float) excess / LEVELS;
    float sum = 0;
    for (int level = 0; level < LEVELS; level++) {
      sum += histogram[level] + spread;
      histogram[level] = Math.min(255, Math.round(sum * 255 / pixels));
    }
    return histogram;
  }
}
