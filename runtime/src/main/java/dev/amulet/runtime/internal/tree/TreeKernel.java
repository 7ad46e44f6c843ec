package dev.amulet.runtime.internal.tree;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;

/**
 * Computes the margins of a tree ensemble from the slots of one row.
 *
 * <p>The result is the float32 sum that XGBoost's CPU predictor forms: the base margin first, then
 * each tree's leaf in tree order. A NaN slot follows the node's direction for missing values.
 *
 * <p>Immutable and safe for use by many threads; {@link #margins} allocates nothing. The ensemble
 * must have passed the artifact's checks: node indices are trusted.
 */
public final class TreeKernel {
  private static final int LEAF = -1;

  /** Ints per node: {@code slot << 1 | missingLeft} or LEAF, offset of the left child, value. */
  private static final int STRIDE = 3;

  /** Nodes of all trees, siblings side by side, so that the right child is left + STRIDE. */
  private final int[] nodes;

  private final int[] roots;
  private final int[] marginOfTree;
  private final float[] baseMargins;
  private final boolean inclusive;

  public TreeKernel(TreeEnsemble ensemble) {
    inclusive = ensemble.getComparison() == Comparison.LESS_OR_EQUAL;
    baseMargins = new float[ensemble.getBaseMarginCount()];
    for (int k = 0; k < baseMargins.length; k++) {
      baseMargins[k] = ensemble.getBaseMargin(k);
    }
    roots = new int[ensemble.getRootsCount()];
    marginOfTree = new int[roots.length];
    nodes = new int[ensemble.getSlotsCount() * STRIDE];
    int[] source = new int[ensemble.getSlotsCount()];
    int placed = 0;
    for (int tree = 0; tree < roots.length; tree++) {
      roots[tree] = placed * STRIDE;
      marginOfTree[tree] = ensemble.getMargins(tree);
      placed = layOut(ensemble, ensemble.getRoots(tree), placed, source);
    }
  }

  /** Number of margins a row has. */
  public int outputs() {
    return baseMargins.length;
  }

  /** Number of trees. */
  public int trees() {
    return roots.length;
  }

  /**
   * Overwrites {@code margins[0..outputs)} with the margins of the row whose slot 0 is at {@code
   * slots[offset]}.
   */
  public void margins(float[] slots, int offset, float[] margins) {
    System.arraycopy(baseMargins, 0, margins, 0, baseMargins.length);
    if (inclusive) {
      for (int tree = 0; tree < roots.length; tree++) {
        margins[marginOfTree[tree]] += leafOfLessOrEqual(roots[tree], slots, offset);
      }
    } else {
      for (int tree = 0; tree < roots.length; tree++) {
        margins[marginOfTree[tree]] += leafOfLessThan(roots[tree], slots, offset);
      }
    }
  }

  private float leafOfLessThan(int root, float[] slots, int offset) {
    int node = root;
    int test = nodes[node];
    while (test != LEAF) {
      float value = slots[offset + (test >>> 1)];
      int right = value < Float.intBitsToFloat(nodes[node + 2]) ? 0 : STRIDE;
      if (Float.isNaN(value)) {
        right = (test & 1) != 0 ? 0 : STRIDE;
      }
      node = nodes[node + 1] + right;
      test = nodes[node];
    }
    return Float.intBitsToFloat(nodes[node + 2]);
  }

  private float leafOfLessOrEqual(int root, float[] slots, int offset) {
    int node = root;
    int test = nodes[node];
    while (test != LEAF) {
      float value = slots[offset + (test >>> 1)];
      int right = value <= Float.intBitsToFloat(nodes[node + 2]) ? 0 : STRIDE;
      if (Float.isNaN(value)) {
        right = (test & 1) != 0 ? 0 : STRIDE;
      }
      node = nodes[node + 1] + right;
      test = nodes[node];
    }
    return Float.intBitsToFloat(nodes[node + 2]);
  }

  /** Places one tree level by level from {@code first} on; returns the place after it. */
  private int layOut(TreeEnsemble ensemble, int root, int first, int[] source) {
    int placed = first;
    source[placed++] = root;
    for (int at = first; at < placed; at++) {
      int node = source[at];
      int slot = ensemble.getSlots(node);
      nodes[at * STRIDE + 2] = Float.floatToRawIntBits(ensemble.getValues(node));
      if (slot < 0) {
        nodes[at * STRIDE] = LEAF;
      } else {
        nodes[at * STRIDE] = slot << 1 | (ensemble.getMissingLeft(node) ? 1 : 0);
        nodes[at * STRIDE + 1] = placed * STRIDE;
        source[placed++] = ensemble.getLeft(node);
        source[placed++] = ensemble.getRight(node);
      }
    }
    return placed;
  }
}
