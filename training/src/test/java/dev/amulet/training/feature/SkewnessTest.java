package dev.amulet.training.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SkewnessTest {
  private static final double[] EXPONENTIAL =
      IntStream.range(0, 100).mapToDouble(i -> Math.exp(i / 10.0)).toArray();

  @Test
  void numbersThatReachFarToTheRightAreCalmedByALogarithm() {
    assertThat(Skewness.isPositiveAndSkewed(EXPONENTIAL)).isTrue();
    assertThat(Skewness.calmedByLog(EXPONENTIAL)).isTrue();
  }

  @Test
  void evenNegativeAndConstantNumbersAreLeftAlone() {
    assertThat(Skewness.calmedByLog(IntStream.range(0, 100).asDoubleStream().toArray())).isFalse();
    double[] debts = EXPONENTIAL.clone();
    debts[0] = -1;
    assertThat(Skewness.calmedByLog(debts)).isFalse();
    assertThat(Skewness.calmedByLog(new double[] {3, 3, 3})).isFalse();
    assertThat(Skewness.calmedByLog(new double[0])).isFalse();
  }

  @Test
  void oneOutlierOfTwoValuesStaysAsSkewedAsItWas() {
    double[] rare = new double[100];
    rare[7] = 1;
    assertThat(Skewness.isPositiveAndSkewed(rare)).isTrue();
    assertThat(Skewness.calmedByLog(rare)).as("its logarithm is the same column").isFalse();
  }
}
