package dev.amulet.runtime.internal.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The network's vectors of the images in one cell, in the order of the cell. */
final class ImageCell {
  private float[] @Nullable [] vectors = new float[1][];
  private int count;

  void start(int images) {
    if (vectors.length < images) {
      vectors = new float[images][];
    }
    Arrays.fill(vectors, null);
    count = images;
  }

  int count() {
    return count;
  }

  void set(int image, float[] vector) {
    vectors[image] = vector;
  }

  /**
   * Writes the mean of the vectors. The order of the sum is that of the cell, whatever order the
   * networks ran in, so that the same cell gives the same bits in any batch.
   */
  void mean(float[] slots, int first, int width) {
    float[] one = vector(0);
    if (count == 1) {
      System.arraycopy(one, 0, slots, first, width);
      return;
    }
    for (int j = 0; j < width; j++) {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += vector(i)[j];
      }
      slots[first + j] = (float) (sum / count);
    }
  }

  private float[] vector(int image) {
    float[] vector = vectors[image];
    if (vector == null) {
      throw new IllegalStateException(
          "image " + image + " of the cell has not been through its network");
    }
    return vector;
  }
}
