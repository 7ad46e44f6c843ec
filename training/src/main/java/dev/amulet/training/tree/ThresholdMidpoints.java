package dev.amulet.training.tree;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.training.feature.FeatureMatrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Moves each threshold to the middle of the gap between the training values around it. XGBoost's
 * histogram method puts nearly every threshold exactly on a training value, where a difference in a
 * slot's last bit (another processor, another convolution kernel) sends the row to the other side.
 * Every training row keeps its leaf.
 */
public final class ThresholdMidpoints {
  private ThresholdMidpoints() {}

  /**
   * The ensemble with thresholds moved.
   *
   * @param training the matrix the ensemble was trained on, column = slot
   */
  public static TreeEnsemble move(TreeEnsemble ensemble, FeatureMatrix training) {
    if (ensemble.getComparison() != Comparison.LESS_THAN) {
      throw new IllegalArgumentException(
          "tree ensemble: comparison " + ensemble.getComparison() + ", expected LESS_THAN");
    }
    TreeEnsemble.Builder moved = ensemble.toBuilder();
    Map<Integer, float[]> sorted = new HashMap<>();
    for (int node = 0; node < ensemble.getSlotsCount(); node++) {
      int slot = ensemble.getSlots(node);
      if (slot >= 0) {
        float[] values = sorted.computeIfAbsent(slot, s -> sortedValues(training, s));
        moved.setValues(node, midpoint(values, ensemble.getValues(node)));
      }
    }
    return moved.build();
  }

  /** The middle between the largest value below the threshold and the smallest not below it. */
  static float midpoint(float[] sorted, float threshold) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < threshold) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    if (from == 0) {
      return threshold;
    }
    float below = sorted[from - 1];
    float above = from < sorted.length ? sorted[from] : threshold;
    float middle = (float) (((double) below + above) / 2);
    // Between neighbouring floats the middle rounds to one of them; the lower would move its rows.
    return middle > below && Float.isFinite(middle) ? middle : threshold;
  }

  private static float[] sortedValues(FeatureMatrix training, int slot) {
    float[] values = new float[training.rows()];
    int present = 0;
    for (int row = 0; row < values.length; row++) {
      float value = training.value(row, slot);
      if (!Float.isNaN(value)) {
        values[present++] = value;
      }
    }
    float[] sorted = Arrays.copyOf(values, present);
    Arrays.sort(sorted);
    return sorted;
  }
}
