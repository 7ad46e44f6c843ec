package dev.amulet.training.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.internal.tree.TreeKernel;
import dev.amulet.training.feature.LabelledRows;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThresholdMidpointsTest {
  private static final int[] SLOTS = {0, 1, 2, 3, 4, 5, 6, 7};

  @Test
  void trainingRowsKeepTheirMarginsAndLastBitChangesNoLongerMatter() {
    for (Task task : new Task[] {Task.REGRESSION, Task.MULTICLASS}) {
      LabelledRows training = TreeTrainerTest.rows(1200, 11, task);
      TreeEnsemble grown =
          new TreeTrainer(TreeSettings.builder().threads(1).build(), task, 3)
              .train(training, SLOTS, 60)
              .ensemble();
      TreeEnsemble moved = ThresholdMidpoints.move(grown, training.features());
      assertThat(moved).isNotEqualTo(grown);
      float[] values = training.features().values();
      float[][] before = margins(grown, values);
      assertThat(margins(moved, values)).isDeepEqualTo(before);

      float[] jittered = values.clone();
      Random random = new Random(1);
      for (int i = 0; i < jittered.length; i++) {
        jittered[i] = random.nextBoolean() ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
      }
      assertThat(different(before, margins(moved, jittered))).isZero();
      assertThat(different(before, margins(grown, jittered))).isPositive();
    }
  }

  @Test
  void theMiddleNeverRoundsDownToTheLowerValue() {
    float lower = 1;
    float upper = Math.nextUp(lower);
    for (int i = 0; i < 20; i++) {
      float middle = ThresholdMidpoints.midpoint(new float[] {lower, upper}, upper);
      assertThat(middle).isGreaterThan(lower).isLessThanOrEqualTo(upper);
      lower = upper;
      upper = Math.nextUp(upper);
    }
  }

  @Test
  void thresholdsAtTheEdgesOfTheDataStaySound() {
    float[] values = {-2, 0, 4};
    assertThat(ThresholdMidpoints.midpoint(values, -2)).isEqualTo(-2);
    assertThat(ThresholdMidpoints.midpoint(values, 4)).isEqualTo(2);
    assertThat(ThresholdMidpoints.midpoint(values, 3)).isEqualTo(2);
    assertThat(ThresholdMidpoints.midpoint(values, 10)).isEqualTo(7);
    assertThat(ThresholdMidpoints.midpoint(new float[0], 5)).isEqualTo(5);
    assertThat(
            ThresholdMidpoints.midpoint(
                new float[] {-Float.MAX_VALUE, Float.MAX_VALUE}, Float.MAX_VALUE))
        .isZero();
    assertThat(ThresholdMidpoints.midpoint(new float[] {0, Float.POSITIVE_INFINITY}, 8))
        .isEqualTo(8);
  }

  private static float[][] margins(TreeEnsemble ensemble, float[] values) {
    TreeKernel kernel = new TreeKernel(ensemble);
    float[][] margins = new float[values.length / SLOTS.length][kernel.outputs()];
    for (int row = 0; row < margins.length; row++) {
      kernel.margins(values, row * SLOTS.length, margins[row]);
    }
    return margins;
  }

  private static int different(float[][] one, float[][] other) {
    int different = 0;
    for (int row = 0; row < one.length; row++) {
      different += java.util.Arrays.equals(one[row], other[row]) ? 0 : 1;
    }
    return different;
  }
}
