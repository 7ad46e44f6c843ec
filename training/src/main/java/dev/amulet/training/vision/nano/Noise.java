package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.RandomStream;

/**
 * Smooth random functions of the plane (value noise after Perlin, "An image synthesizer", 1985) and
 * random points, one per unit square (Worley, "A cellular texture basis function", 1996). Repeats
 * after 256 units. One per picture.
 */
final class Noise {
  private static final int PERIOD = 256;

  private final int salt;

  /** Distances to the nearest and the second nearest point, and a number of the nearest's own. */
  float nearest;

  float second;
  float cell;

  Noise(RandomStream random) {
    salt = (int) random.bits();
  }

  /** Between 0 and 1, one hill or dale per unit. */
  float at(float x, float y) {
    int left = floor(x);
    int top = floor(y);
    float right = x - left;
    float bottom = y - top;
    right = right * right * (3 - 2 * right);
    bottom = bottom * bottom * (3 - 2 * bottom);
    float above = lattice(left, top) * (1 - right) + lattice(left + 1, top) * right;
    float below = lattice(left, top + 1) * (1 - right) + lattice(left + 1, top + 1) * right;
    return above * (1 - bottom) + below * bottom;
  }

  /** Octaves of {@link #at}, each twice as fine and {@code persistence} times as high. */
  float octaves(float x, float y, int count, float persistence) {
    float sum = 0;
    float total = 0;
    float height = 1;
    float scale = 1;
    for (int i = 0; i < count; i++) {
      sum += height * at(x * scale + 17 * i, y * scale + 31 * i);
      total += height;
      height *= persistence;
      scale *= 2;
    }
    return sum / total;
  }

  /** Sets {@link #nearest}, {@link #second} and {@link #cell} for a place. */
  void cells(float x, float y) {
    int column = floor(x);
    int row = floor(y);
    float first = 9;
    float next = 9;
    float own = 0;
    for (int j = row - 1; j <= row + 1; j++) {
      for (int i = column - 1; i <= column + 1; i++) {
        int hash = hash(i, j);
        float dx = i + (hash & 0xFFF) / 4096f - x;
        float dy = j + (hash >>> 12 & 0xFFF) / 4096f - y;
        float distance = dx * dx + dy * dy;
        if (distance < first) {
          next = first;
          first = distance;
          own = (hash >>> 24) / 255f;
        } else if (distance < next) {
          next = distance;
        }
      }
    }
    nearest = (float) Math.sqrt(first);
    second = (float) Math.sqrt(next);
    cell = own;
  }

  private float lattice(int x, int y) {
    return (hash(x, y) >>> 8) * 0x1.0p-24f;
  }

  private int hash(int x, int y) {
    int h = (x & (PERIOD - 1)) * 0x27D4EB2D + (y & (PERIOD - 1)) * 0x165667B1 + salt;
    h = (h ^ (h >>> 15)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }

  static int floor(float value) {
    int whole = (int) value;
    return value < whole ? whole - 1 : whole;
  }
}
