package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.training.evaluation.Metric;
import org.junit.jupiter.api.Test;

class LabelThresholdTest {
  private static final double[] TARGETS = {0, 0, 0, 1, 1, 0};
  private static final double[] PROBABILITIES = {0.05, 0.1, 0.2, 0.3, 0.4, 0.45};
  private static final double[] ONES = {1, 1, 1, 1, 1, 1};
  private static final int[] ALL = {0, 1, 2, 3, 4, 5};

  @Test
  void liesHalfwayBetweenTheTwoProbabilitiesThatDivideTheClassesBest() {
    assertThat(choose(Metric.MCC, ONES, ALL)).isEqualTo(0.25, within(1e-12));
    assertThat(choose(Metric.F1, ONES, ALL)).isEqualTo(0.25, within(1e-12));
  }

  @Test
  void seesOnlyTheRowsItIsGiven() {
    assertThat(choose(Metric.MCC, ONES, new int[] {0, 1, 4})).isEqualTo(0.25, within(1e-12));
    assertThat(choose(Metric.MCC, ONES, new int[] {0, 3})).isEqualTo(0.175, within(1e-12));
  }

  @Test
  void rowsOfWeightZeroHaveNoSay() {
    double[] weights = {1, 1, 1, 0, 1, 0};
    assertThat(choose(Metric.ACCURACY, weights, ALL)).isEqualTo(0.3, within(1e-12));
  }

  @Test
  void staysTheUsualOneWhereNoOtherIsBetter() {
    double[] separated = {0.1, 0.2, 0.3, 0.7, 0.8, 0.4};
    assertThat(LabelThreshold.choose(Metric.MCC, TARGETS, separated, ONES, ALL)).isEqualTo(0.5);
    double[] same = {0.3, 0.3, 0.3, 0.3, 0.3, 0.3};
    assertThat(LabelThreshold.choose(Metric.F1, TARGETS, same, ONES, ALL)).isEqualTo(0.5);
  }

  @Test
  void isChosenByTheScorerOnlyWhereThatDependsOnIt() {
    assertThat(LabelThreshold.criterion(Metric.ACCURACY)).isEqualTo(Metric.ACCURACY);
    assertThat(LabelThreshold.criterion(Metric.F1)).isEqualTo(Metric.F1);
    assertThat(LabelThreshold.criterion(Metric.AUC)).isEqualTo(Metric.MCC);
  }

  private static double choose(Metric criterion, double[] weights, int[] rows) {
    return LabelThreshold.choose(criterion, TARGETS, PROBABILITIES, weights, rows);
  }
}
