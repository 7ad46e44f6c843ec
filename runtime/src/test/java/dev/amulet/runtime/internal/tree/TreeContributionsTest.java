package dev.amulet.runtime.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.Garbage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the definition: the mean over all orders in which the slots become known. */
class TreeContributionsTest {
  private static final int SLOTS = 6;

  @Test
  void theyAreTheShapleyValuesOfConditionalExpectations() {
    Random random = new Random(1);
    for (int round = 0; round < 150; round++) {
      int outputs = 1 + round % 3;
      Comparison comparison = round % 2 == 0 ? Comparison.LESS_THAN : Comparison.LESS_OR_EQUAL;
      TreeEnsemble ensemble = ensemble(random, comparison, 1 + random.nextInt(4), outputs, 5);
      float[] row = row(random);
      double[] fast = contributions(ensemble, row);
      double[] plain = shapley(ensemble, row);
      for (int i = 0; i < fast.length; i++) {
        assertThat(fast[i]).as("round %d", round).isCloseTo(plain[i], within(1e-12));
      }
    }
  }

  @Test
  void biasAndContributionsSumToTheMargins() {
    Random random = new Random(2);
    for (int round = 0; round < 50; round++) {
      TreeEnsemble ensemble = ensemble(random, Comparison.LESS_THAN, 30, 2, 8);
      float[] row = row(random);
      double[] values = contributions(ensemble, row);
      float[] margins = new float[2];
      new TreeKernel(ensemble).margins(row, 0, margins);
      for (int k = 0; k < 2; k++) {
        double sum = new TreeContributions(ensemble).bias(k);
        double largest = Math.abs(sum);
        for (int slot = 0; slot < SLOTS; slot++) {
          sum += values[k * SLOTS + slot];
          largest = Math.max(largest, Math.abs(values[k * SLOTS + slot]));
        }
        assertThat(sum).isCloseTo(margins[k], within(1e-6 * largest));
      }
    }
  }

  /** A repeated test on the way down must not make the walk or its numbers grow. */
  @Test
  void theDeepestTreeTheFormatAllowsStaysExact() {
    TreeEnsemble.Builder chain = TreeEnsemble.newBuilder().addBaseMargin(0).addRoots(0);
    chain.addMargins(0).setComparison(Comparison.LESS_THAN);
    int depth = 126;
    for (int level = 0; level <= depth; level++) {
      boolean last = level == depth;
      node(chain, last ? -1 : level % 40, last ? 3 : 0.5f, 2 * level + 1, 128 - level);
      if (!last) {
        node(chain, -1, level * 0.01f, 0, 1);
      }
    }
    // Children in pairs after their parent: the leaf of a level stands before the next split.
    TreeEnsemble ensemble = relink(chain, depth);
    float[] row = new float[40];
    for (int i = 0; i < row.length; i++) {
      row[i] = 1;
    }
    row[7] = Float.NaN;
    TreeContributions kernel = new TreeContributions(ensemble);
    double[] values = new double[40];
    kernel.add(row, 1, values, 40, kernel.newScratch());
    double sum = kernel.bias(0);
    for (double value : values) {
      assertThat(value).isFinite();
      sum += value;
    }
    float[] margins = new float[1];
    new TreeKernel(ensemble).margins(row, 0, margins);
    assertThat(sum).isCloseTo(margins[0], within(1e-9));
  }

  @Test
  void aSplitThatNoTrainingRowReachedIsTakenEitherWayAlike() {
    TreeEnsemble.Builder ensemble = TreeEnsemble.newBuilder().addBaseMargin(1).addRoots(0);
    ensemble.addMargins(0).setComparison(Comparison.LESS_THAN);
    node(ensemble, 0, 0.5f, 1, 0);
    node(ensemble, -1, 2, 0, 0);
    node(ensemble, -1, 6, 0, 0);
    TreeContributions kernel = new TreeContributions(ensemble.build());
    double[] values = new double[1];
    kernel.add(new float[] {0}, 1, values, 1, kernel.newScratch());
    assertThat(kernel.bias(0)).isEqualTo(1 + 4);
    assertThat(values[0]).isEqualTo(-2);
  }

  @Test
  void explainingARowAllocatesNothing() {
    Random random = new Random(3);
    TreeContributions kernel =
        new TreeContributions(ensemble(random, Comparison.LESS_THAN, 20, 2, 6));
    TreeContributions.Scratch scratch = kernel.newScratch();
    float[] row = row(random);
    double[] values = new double[2 * SLOTS];
    Garbage.assertLessThan(16, 200, i -> kernel.add(row, 1, values, SLOTS, scratch));
  }

  private static double[] contributions(TreeEnsemble ensemble, float[] row) {
    TreeContributions kernel = new TreeContributions(ensemble);
    double[] values = new double[kernel.outputs() * SLOTS];
    kernel.add(row, 1, values, SLOTS, kernel.newScratch());
    return values;
  }

  private static double[] shapley(TreeEnsemble ensemble, float[] row) {
    int outputs = ensemble.getBaseMarginCount();
    double[] values = new double[outputs * SLOTS];
    double[] weights = new double[SLOTS];
    double factorial = 1;
    for (int i = 2; i <= SLOTS; i++) {
      factorial *= i;
    }
    for (int k = 0; k < SLOTS; k++) {
      double orders = 1;
      for (int i = 2; i <= k; i++) {
        orders *= i;
      }
      for (int i = 2; i < SLOTS - k; i++) {
        orders *= i;
      }
      weights[k] = orders / factorial;
    }
    for (int known = 0; known < 1 << SLOTS; known++) {
      for (int slot = 0; slot < SLOTS; slot++) {
        if ((known >> slot & 1) == 0) {
          double weight = weights[Integer.bitCount(known)];
          for (int tree = 0; tree < ensemble.getRootsCount(); tree++) {
            int root = ensemble.getRoots(tree);
            double gain =
                expected(ensemble, root, row, known | 1 << slot)
                    - expected(ensemble, root, row, known);
            values[ensemble.getMargins(tree) * SLOTS + slot] += weight * gain;
          }
        }
      }
    }
    return values;
  }

  private static double expected(TreeEnsemble ensemble, int node, float[] row, int known) {
    int slot = ensemble.getSlots(node);
    float threshold = ensemble.getValues(node);
    if (slot < 0) {
      return threshold;
    }
    int left = ensemble.getLeft(node);
    int right = ensemble.getRight(node);
    if ((known >> slot & 1) == 1) {
      boolean goesLeft =
          Float.isNaN(row[slot])
              ? ensemble.getMissingLeft(node)
              : ensemble.getComparison() == Comparison.LESS_THAN
                  ? row[slot] < threshold
                  : row[slot] <= threshold;
      return expected(ensemble, goesLeft ? left : right, row, known);
    }
    double cover = (double) ensemble.getCover(left) + ensemble.getCover(right);
    return ensemble.getCover(left) / cover * expected(ensemble, left, row, known)
        + ensemble.getCover(right) / cover * expected(ensemble, right, row, known);
  }

  private static float[] row(Random random) {
    float[] row = new float[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      row[i] = random.nextInt(4) == 0 ? Float.NaN : random.nextInt(5);
    }
    return row;
  }

  private static TreeEnsemble ensemble(
      Random random, Comparison comparison, int trees, int outputs, int depth) {
    TreeEnsemble.Builder ensemble = TreeEnsemble.newBuilder().setComparison(comparison);
    for (int k = 0; k < outputs; k++) {
      ensemble.addBaseMargin((float) random.nextGaussian());
    }
    for (int tree = 0; tree < trees; tree++) {
      ensemble.addRoots(ensemble.getSlotsCount()).addMargins(tree % outputs);
      grow(ensemble, random, depth);
    }
    return ensemble.build();
  }

  /** Thresholds are few, so that rows stand on them; now and then a side has no cover. */
  private static void grow(TreeEnsemble.Builder ensemble, Random random, int maxDepth) {
    int first = ensemble.getSlotsCount();
    List<Integer> depths = new ArrayList<>(List.of(0));
    List<Float> covers = new ArrayList<>(List.of(100f));
    for (int i = 0; i < depths.size(); i++) {
      int depth = depths.get(i);
      float cover = covers.get(i);
      boolean leaf = depth == maxDepth || cover == 0 || random.nextInt(8) < depth;
      node(
          ensemble,
          leaf ? -1 : random.nextInt(SLOTS),
          leaf ? (float) random.nextGaussian() : random.nextInt(5),
          leaf ? 0 : first + depths.size(),
          cover);
      ensemble.setMissingLeft(first + i, !leaf && random.nextBoolean());
      if (!leaf) {
        float share = random.nextInt(10) == 0 ? 0 : random.nextFloat();
        depths.addAll(List.of(depth + 1, depth + 1));
        covers.addAll(List.of(cover * share, cover - cover * share));
      }
    }
  }

  /** The split of a level has the leaf beside it as left child and the next split as right. */
  private static TreeEnsemble relink(TreeEnsemble.Builder chain, int depth) {
    for (int level = 0; level < depth; level++) {
      chain.setLeft(2 * level, 2 * level + 1).setRight(2 * level, 2 * level + 2);
    }
    return chain.build();
  }

  private static void node(
      TreeEnsemble.Builder ensemble, int slot, float value, int left, float cover) {
    ensemble
        .addSlots(slot)
        .addValues(value)
        .addLeft(slot < 0 ? 0 : left)
        .addRight(slot < 0 ? 0 : left + 1)
        .addMissingLeft(false)
        .addCover(cover);
  }
}
