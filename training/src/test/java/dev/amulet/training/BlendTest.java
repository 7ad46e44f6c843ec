package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Task;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlendTest {
  private static final int ROWS = 400;

  @Test
  void twoModelsWithErrorsOfTheSameSizeWeighTheSame() {
    Random random = new Random(5);
    double[] labels = random.doubles(ROWS, -1, 1).toArray();
    double[][] a = noisy(labels, random, 0.3);
    double[][] b = noisy(labels, random, 0.3);
    assertThat(weight(a, b, labels)).isEqualTo(0.5, within(0.1));
  }

  @Test
  void theWorseModelWeighsLessAndAUselessOneNothing() {
    Random random = new Random(6);
    double[] labels = random.doubles(ROWS, -1, 1).toArray();
    double[][] good = noisy(labels, random, 0.2);
    assertThat(weight(good, noisy(labels, random, 0.4), labels)).isBetween(0.65, 0.95);
    assertThat(weight(noisy(labels, random, 50), good, labels)).isZero();
    assertThat(weight(good, noisy(labels, random, 50), labels)).isEqualTo(1);
  }

  @Test
  void rowsOfWeightZeroHaveNoSay() {
    double[][] linear = {{0}, {1}};
    double[][] trees = {{1}, {0}};
    double[] labels = {0, 0};
    assertThat(
            Blend.bestWeight(
                Task.REGRESSION, linear, trees, labels, new double[] {1, 0}, new int[] {0, 1}))
        .isEqualTo(1);
  }

  @Test
  void marginsAreMixedClassByClass() {
    assertThat(Blend.mix(new double[] {1, 2}, new double[] {5, -2}, 0.25)).containsExactly(4, -1);
  }

  private static double weight(double[][] linear, double[][] trees, double[] labels) {
    double[] ones = new double[ROWS];
    int[] rows = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      ones[i] = 1;
      rows[i] = i;
    }
    return Blend.bestWeight(Task.REGRESSION, linear, trees, labels, ones, rows);
  }

  private static double[][] noisy(double[] labels, Random random, double sd) {
    double[][] margins = new double[labels.length][1];
    for (int i = 0; i < labels.length; i++) {
      margins[i][0] = labels[i] + sd * random.nextGaussian();
    }
    return margins;
  }
}
