package dev.amulet.training.vision.augment;

/**
 * What JPEG leaves of a picture: luma and halved chroma (4:2:0) in 8x8 cosine blocks, rounded to
 * multiples of the standard's example tables (ITU-T T.81, annex K), scaled by quality as the
 * Independent JPEG Group's library does. No file is written, so it costs a fraction of one.
 */
final class JpegLoss {
  private static final int SIDE = 8;
  private static final double LEAST_QUALITY = 50;
  private static final double LARGEST_QUALITY = 95;

  private static final int[] LUMA_STEPS = {
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99
  };
  private static final int[] CHROMA_STEPS = {
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99
  };

  /** {@code COSINES[u * 8 + x]}: the orthonormal cosine transform. */
  private static final float[] COSINES = cosines();

  private final int width;
  private final int height;

  private JpegLoss(int width, int height) {
    this.width = width;
    this.height = height;
  }

  static PixelGrid compress(PixelGrid picture, RandomStream random) {
    return compressed(picture, (int) random.uniform(LEAST_QUALITY, LARGEST_QUALITY + 1));
  }

  /**
   * @param quality 1 to 100
   */
  static PixelGrid compressed(PixelGrid picture, int quality) {
    return new JpegLoss(picture.width(), picture.height()).compressed(picture.rgb(), quality);
  }

  private static float[] cosines() {
    float[] table = new float[SIDE * SIDE];
    for (int u = 0; u < SIDE; u++) {
      double norm = u == 0 ? Math.sqrt(1.0 / SIDE) : Math.sqrt(2.0 / SIDE);
      for (int x = 0; x < SIDE; x++) {
        table[u * SIDE + x] = (float) (norm * Math.cos((2 * x + 1) * u * Math.PI / (2 * SIDE)));
      }
    }
    return table;
  }

  private PixelGrid compressed(byte[] from, int quality) {
    int halfWidth = (width + 1) / 2;
    int halfHeight = (height + 1) / 2;
    float[] luma = new float[width * height];
    float[] blue = new float[halfWidth * halfHeight];
    float[] red = new float[halfWidth * halfHeight];
    separate(from, luma, blue, red);
    int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    round(luma, width, height, steps(LUMA_STEPS, scale));
    round(blue, halfWidth, halfHeight, steps(CHROMA_STEPS, scale));
    round(red, halfWidth, halfHeight, steps(CHROMA_STEPS, scale));
    byte[] to = new byte[from.length];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        float light = luma[i] + 128;
        int half = y / 2 * halfWidth + x / 2;
        to[3 * i] = PixelGrid.clamped(light + 1.402f * red[half]);
        to[3 * i + 1] = PixelGrid.clamped(light - 0.344136f * blue[half] - 0.714136f * red[half]);
        to[3 * i + 2] = PixelGrid.clamped(light + 1.772f * blue[half]);
      }
    }
    return new PixelGrid(width, height, to);
  }

  /** Luma of each pixel, blue and red difference of each square of four, about zero. */
  private void separate(byte[] from, float[] luma, float[] blue, float[] red) {
    int halfWidth = (width + 1) / 2;
    for (int y = 0, i = 0; y < height; y++) {
      // At an odd edge the last pixels stand for those that are missing.
      int shareY = height % 2 == 1 && y == height - 1 ? 2 : 1;
      for (int x = 0; x < width; x++, i++) {
        int share = shareY * (width % 2 == 1 && x == width - 1 ? 2 : 1);
        float r = from[3 * i] & 0xFF;
        float g = from[3 * i + 1] & 0xFF;
        float b = from[3 * i + 2] & 0xFF;
        float light = 0.299f * r + 0.587f * g + 0.114f * b;
        luma[i] = light - 128;
        int half = y / 2 * halfWidth + x / 2;
        blue[half] += share * 0.25f * (b - light) / 1.772f;
        red[half] += share * 0.25f * (r - light) / 1.402f;
      }
    }
  }

  private static float[] steps(int[] table, int scale) {
    float[] steps = new float[table.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.max(1, Math.min(255, (table[i] * scale + 50) / 100));
    }
    return steps;
  }

  private static void round(float[] plane, int planeWidth, int planeHeight, float[] steps) {
    float[] block = new float[SIDE * SIDE];
    float[] scratch = new float[SIDE * SIDE];
    for (int top = 0; top < planeHeight; top += SIDE) {
      for (int left = 0; left < planeWidth; left += SIDE) {
        for (int i = 0; i < block.length; i++) {
          int y = Math.min(planeHeight - 1, top + i / SIDE);
          block[i] = plane[y * planeWidth + Math.min(planeWidth - 1, left + i % SIDE)];
        }
        forward(block, scratch);
        forward(scratch, block);
        for (int i = 0; i < block.length; i++) {
          block[i] = Math.round(block[i] / steps[i]) * steps[i];
        }
        backward(block, scratch);
        backward(scratch, block);
        for (int y = top; y < Math.min(planeHeight, top + SIDE); y++) {
          int count = Math.min(planeWidth - left, SIDE);
          System.arraycopy(block, (y - top) * SIDE, plane, y * planeWidth + left, count);
        }
      }
    }
  }

  /** Transforms the rows and exchanges rows and columns. */
  private static void forward(float[] from, float[] to) {
    for (int row = 0; row < SIDE; row++) {
      for (int u = 0; u < SIDE; u++) {
        float sum = 0;
        for (int x = 0; x < SIDE; x++) {
          sum += from[row * SIDE + x] * COSINES[u * SIDE + x];
        }
        to[u * SIDE + row] = sum;
      }
    }
  }

  private static void backward(float[] from, float[] to) {
    for (int row = 0; row < SIDE; row++) {
      for (int x = 0; x < SIDE; x++) {
        float sum = 0;
        for (int u = 0; u < SIDE; u++) {
          sum += from[row * SIDE + u] * COSINES[u * SIDE + x];
        }
        to[x * SIDE + row] = sum;
      }
    }
  }
}
