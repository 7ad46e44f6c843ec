package dev.amulet.benchmarks;

import dev.amulet.format.v1.TreeEnsemble;
import java.util.List;

/** The least a walk over an ensemble of one margin must do: compare, step, add. NaN goes right. */
final class BareWalk {
  private final int[] roots;
  private final int[] slots;
  private final float[] values;
  private final int[] left;
  private final int[] right;
  private final float baseMargin;

  BareWalk(TreeEnsemble ensemble) {
    roots = ints(ensemble.getRootsList());
    slots = ints(ensemble.getSlotsList());
    left = ints(ensemble.getLeftList());
    right = ints(ensemble.getRightList());
    values = new float[ensemble.getValuesCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ensemble.getValues(i);
    }
    baseMargin = ensemble.getBaseMargin(0);
  }

  float margin(float[] row) {
    float margin = baseMargin;
    for (int root : roots) {
      int node = root;
      while (slots[node] >= 0) {
        node = row[slots[node]] < values[node] ? left[node] : right[node];
      }
      margin += values[node];
    }
    return margin;
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
