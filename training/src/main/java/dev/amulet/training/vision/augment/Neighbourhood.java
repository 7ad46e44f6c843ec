package dev.amulet.training.vision.augment;

import java.util.Arrays;

/** Detail taken away: blurred, in coarse pixels, or covered by a grid of squares. */
final class Neighbourhood {
  private static final int LARGEST_BLUR_RADIUS = 3;
  private static final double LEAST_SCALE = 0.25;
  private static final double LARGEST_SCALE = 0.5;
  private static final int MOST_GRID_CELLS = 10;
  private static final int LEAST_GRID_CELLS = 4;

  private Neighbourhood() {}

  static PixelGrid blur(PixelGrid picture, RandomStream random) {
    return blurred(picture, 1 + random.below(LARGEST_BLUR_RADIUS));
  }

  /** The mean over a square of 2 radius + 1 pixels; at the edge its inner pixels only. */
  static PixelGrid blurred(PixelGrid picture, int radius) {
    int width = picture.width();
    int height = picture.height();
    byte[] rows = new byte[picture.rgb().length];
    for (int y = 0; y < height; y++) {
      means(picture.rgb(), rows, 3 * y * width, width, 3, radius);
    }
    byte[] all = new byte[rows.length];
    for (int x = 0; x < width; x++) {
      means(rows, all, 3 * x, height, 3 * width, radius);
    }
    return new PixelGrid(width, height, all);
  }

  /** Running means along a row or a column. */
  private static void means(byte[] from, byte[] to, int start, int count, int stride, int radius) {
    for (int channel = 0; channel < 3; channel++) {
      int first = start + channel;
      int sum = 0;
      int size = 0;
      for (int i = -radius; i < count; i++) {
        if (i + radius < count) {
          sum += from[first + (i + radius) * stride] & 0xFF;
          size++;
        }
        if (i - radius - 1 >= 0) {
          sum -= from[first + (i - radius - 1) * stride] & 0xFF;
          size--;
        }
        if (i >= 0) {
          to[first + i * stride] = (byte) ((sum + size / 2) / size);
        }
      }
    }
  }

  static PixelGrid coarsen(PixelGrid picture, RandomStream random) {
    return coarsened(picture, random.uniform(LEAST_SCALE, LARGEST_SCALE));
  }

  /** Averaged down to this share of each side, each coarse pixel a rectangle of one colour. */
  static PixelGrid coarsened(PixelGrid picture, double scale) {
    int width = picture.width();
    int height = picture.height();
    int columns = Math.max(1, (int) Math.round(width * scale));
    int rows = Math.max(1, (int) Math.round(height * scale));
    int[] sums = new int[columns * rows * 3];
    int[] counts = new int[columns * rows];
    byte[] from = picture.rgb();
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i += 3) {
        int cell = y * rows / height * columns + x * columns / width;
        counts[cell]++;
        for (int channel = 0; channel < 3; channel++) {
          sums[3 * cell + channel] += from[i + channel] & 0xFF;
        }
      }
    }
    byte[] to = new byte[from.length];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i += 3) {
        int cell = y * rows / height * columns + x * columns / width;
        for (int channel = 0; channel < 3; channel++) {
          to[i + channel] = (byte) ((sums[3 * cell + channel] + counts[cell] / 2) / counts[cell]);
        }
      }
    }
    return new PixelGrid(width, height, to);
  }

  static PixelGrid punchGrid(PixelGrid picture, RandomStream random) {
    int side = Math.min(picture.width(), picture.height());
    double cells = random.uniform(LEAST_GRID_CELLS, MOST_GRID_CELLS);
    int unit = Math.max(2, (int) (side / cells));
    return punched(picture, unit, random.below(unit), random.below(unit));
  }

  /** Black squares of half a unit, one per unit, the first one shifted back by some pixels. */
  static PixelGrid punched(PixelGrid picture, int unit, int shiftX, int shiftY) {
    int hole = unit / 2;
    byte[] to = picture.rgb().clone();
    for (int top = -shiftY; top < picture.height(); top += unit) {
      for (int left = -shiftX; left < picture.width(); left += unit) {
        int right = Math.min(picture.width(), left + hole);
        int from = Math.max(0, left);
        for (int y = Math.max(0, top); y < Math.min(picture.height(), top + hole); y++) {
          int row = y * picture.width();
          if (from < right) {
            Arrays.fill(to, 3 * (row + from), 3 * (row + right), (byte) 0);
          }
        }
      }
    }
    return new PixelGrid(picture.width(), picture.height(), to);
  }
}
