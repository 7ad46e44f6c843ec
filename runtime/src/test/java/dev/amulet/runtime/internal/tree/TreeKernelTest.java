package dev.amulet.runtime.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.Garbage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeKernelTest {
  private static final int SLOTS = 7;

  @Test
  void marginsEqualThoseOfANaiveWalkForBothComparisons() {
    for (Comparison comparison :
        new Comparison[] {Comparison.LESS_THAN, Comparison.LESS_OR_EQUAL}) {
      Random random = new Random(comparison.getNumber());
      for (int round = 0; round < 20; round++) {
        TreeEnsemble ensemble = randomEnsemble(random, comparison, 30, 3);
        TreeKernel kernel = new TreeKernel(ensemble);
        float[] rows = randomRows(random, 50);
        float[] margins = new float[3];
        for (int row = 0; row < 50; row++) {
          kernel.margins(rows, row * SLOTS, margins);
          assertThat(margins).isEqualTo(naive(ensemble, rows, row * SLOTS));
        }
      }
    }
  }

  @Test
  void aValueOnTheThresholdGoesRightOrLeftByComparison() {
    assertThat(stumpMargin(Comparison.LESS_THAN, 2f, false)).isEqualTo(20f);
    assertThat(stumpMargin(Comparison.LESS_OR_EQUAL, 2f, false)).isEqualTo(10f);
    assertThat(stumpMargin(Comparison.LESS_THAN, Float.NaN, true)).isEqualTo(10f);
    assertThat(stumpMargin(Comparison.LESS_THAN, Float.NaN, false)).isEqualTo(20f);
    assertThat(stumpMargin(Comparison.LESS_OR_EQUAL, Float.NaN, true)).isEqualTo(10f);
    assertThat(stumpMargin(Comparison.LESS_OR_EQUAL, Float.NEGATIVE_INFINITY, false))
        .isEqualTo(10f);
  }

  @Test
  void noTreesGiveTheBaseMargins() {
    TreeEnsemble ensemble = TreeEnsemble.newBuilder().addBaseMargin(1.5f).addBaseMargin(-2).build();
    float[] margins = new float[2];
    new TreeKernel(ensemble).margins(new float[0], 0, margins);
    assertThat(margins).containsExactly(1.5f, -2f);
  }

  @Test
  void scoringARowAllocatesNothing() {
    Random random = new Random(5);
    TreeKernel kernel = new TreeKernel(randomEnsemble(random, Comparison.LESS_THAN, 40, 2));
    float[] rows = randomRows(random, 100);
    float[] margins = new float[2];
    int count = rows.length / SLOTS;
    Garbage.assertLessThan(
        Garbage.NONE, 200 * count, i -> kernel.margins(rows, i % count * SLOTS, margins));
  }

  private static float stumpMargin(Comparison comparison, float value, boolean missingLeft) {
    TreeEnsemble stump =
        TreeEnsemble.newBuilder()
            .setComparison(comparison)
            .addBaseMargin(0)
            .addRoots(0)
            .addMargins(0)
            .addSlots(1)
            .addValues(2f)
            .addLeft(1)
            .addRight(2)
            .addMissingLeft(missingLeft)
            .addSlots(-1)
            .addValues(10f)
            .addLeft(0)
            .addRight(0)
            .addMissingLeft(false)
            .addSlots(-1)
            .addValues(20f)
            .addLeft(0)
            .addRight(0)
            .addMissingLeft(false)
            .build();
    float[] margins = new float[1];
    new TreeKernel(stump).margins(new float[] {0, 99, value}, 1, margins);
    return margins[0];
  }

  private static TreeEnsemble randomEnsemble(
      Random random, Comparison comparison, int trees, int outputs) {
    TreeEnsemble.Builder ensemble = TreeEnsemble.newBuilder().setComparison(comparison);
    for (int k = 0; k < outputs; k++) {
      ensemble.addBaseMargin((float) random.nextGaussian());
    }
    for (int tree = 0; tree < trees; tree++) {
      ensemble.addRoots(ensemble.getSlotsCount()).addMargins(random.nextInt(outputs));
      grow(random, ensemble, 6);
    }
    return ensemble.build();
  }

  /** Depth first, so the kernel's own level order differs from the file's. */
  private static int grow(Random random, TreeEnsemble.Builder ensemble, int depth) {
    int node = ensemble.getSlotsCount();
    boolean leaf = depth == 0 || random.nextInt(5) == 0;
    ensemble
        .addSlots(leaf ? -1 : random.nextInt(SLOTS))
        .addValues(leaf ? (float) random.nextGaussian() : random.nextInt(5) - 2)
        .addMissingLeft(random.nextBoolean())
        .addLeft(0)
        .addRight(0);
    if (!leaf) {
      ensemble.setLeft(node, grow(random, ensemble, depth - 1));
      ensemble.setRight(node, grow(random, ensemble, depth - 1));
    }
    return node;
  }

  /** Small integers, so that many values lie exactly on a threshold; a fifth missing. */
  private static float[] randomRows(Random random, int rows) {
    float[] values = new float[rows * SLOTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? Float.NaN : random.nextInt(7) - 3;
    }
    return values;
  }

  private static float[] naive(TreeEnsemble ensemble, float[] slots, int offset) {
    float[] margins = new float[ensemble.getBaseMarginCount()];
    for (int k = 0; k < margins.length; k++) {
      margins[k] = ensemble.getBaseMargin(k);
    }
    for (int tree = 0; tree < ensemble.getRootsCount(); tree++) {
      int node = ensemble.getRoots(tree);
      while (ensemble.getSlots(node) >= 0) {
        float value = slots[offset + ensemble.getSlots(node)];
        float threshold = ensemble.getValues(node);
        boolean left =
            Float.isNaN(value)
                ? ensemble.getMissingLeft(node)
                : ensemble.getComparison() == Comparison.LESS_OR_EQUAL
                    ? value <= threshold
                    : value < threshold;
        node = left ? ensemble.getLeft(node) : ensemble.getRight(node);
      }
      margins[ensemble.getMargins(tree)] += ensemble.getValues(node);
    }
    return margins;
  }
}
