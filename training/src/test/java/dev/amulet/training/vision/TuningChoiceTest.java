package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Task;
import dev.amulet.training.vision.FineTuneSettings.Strategy;
import org.junit.jupiter.api.Test;

class TuningChoiceTest {
  @Test
  void eachQuadrantProposesItsStrategyAndSaysWhy() {
    assertThat(TuningChoice.of(Task.MULTICLASS, 10_000, 10, 0.2).strategy())
        .isEqualTo(Strategy.WHOLE);
    assertThat(TuningChoice.of(Task.MULTICLASS, 10_000, 10, 0.8).strategy())
        .isEqualTo(Strategy.TOP);
    assertThat(TuningChoice.of(Task.MULTICLASS, 9_999, 10, 0.2).strategy()).isEqualTo(Strategy.TOP);
    TuningChoice small = TuningChoice.of(Task.BINARY, 1_998, 2, 0.5);
    assertThat(small.strategy()).isEqualTo(Strategy.FROZEN_BASE);
    assertThat(small.reason())
        .isEqualTo(
            "small (999 rows per class, fewer than 1,000) and similar to what the network knows"
                + " (0.50, from 0.5 on similar)");
  }

  @Test
  void aRegressionIsSmallBelowThirtyThousandRows() {
    assertThat(TuningChoice.of(Task.REGRESSION, 29_999, 1, 0).large()).isFalse();
    assertThat(TuningChoice.of(Task.REGRESSION, 30_000, 1, 0).large()).isTrue();
  }

  @Test
  void separationIsTheShareOfTheConstantsLossThatFeaturesTakeAway() {
    assertThat(TuningChoice.separation(0.2, 0.8)).isEqualTo(0.75);
    assertThat(TuningChoice.separation(0.9, 0.8)).isZero();
    assertThat(TuningChoice.separation(0, 0)).isZero();
  }
}
