package dev.amulet.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void hasADefaultForEveryTaskThatAppliesToIt() {
    assertThat(Metric.defaultFor(Task.REGRESSION)).isEqualTo(Metric.RMSE);
    assertThat(Metric.defaultFor(Task.BINARY)).isEqualTo(Metric.AUC);
    assertThat(Metric.defaultFor(Task.MULTICLASS)).isEqualTo(Metric.LOGLOSS);
    assertThat(Metric.RMSE.appliesTo(Task.BINARY)).isFalse();
  }

  @Test
  void isFoundByNameInAnyCaseAndSuggestsTheNearest() {
    assertThat(Metric.named("rmsle", Task.REGRESSION)).isEqualTo(Metric.RMSLE);
    assertThatThrownBy(() -> Metric.named("LOGLOS", Task.BINARY))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("did you mean \"LOGLOSS\"?");
    assertThatThrownBy(() -> Metric.named("AUC", Task.REGRESSION))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no scorer of a regression target")
        .hasMessageContaining("RMSE, MAE, MAPE, R2, RMSLE");
  }

  @Test
  void knowsWhichOfTwoValuesIsBetter() {
    assertThat(Metric.AUC.better(0.9, 0.8)).isTrue();
    assertThat(Metric.RMSE.better(0.9, 0.8)).isFalse();
    assertThat(Metric.RMSE.better(0.9, Double.NaN)).isTrue();
    assertThat(Metric.RMSE.better(Double.NaN, 0.9)).isFalse();
  }

  @Test
  void sumsUpFoldsByMeanAndSampleDeviation() {
    assertThat(Score.of(1, 2, 3)).isEqualTo(new Score(2, 1));
    assertThat(Score.of(1, Double.NaN, 3).mean()).isEqualTo(2);
    assertThat(Score.of(5)).isEqualTo(new Score(5, 0));
    assertThat(Score.of(Double.NaN).mean()).isNaN();
  }

  @Test
  void printsAScoreToFourDigits() {
    assertThat(new Score(0.84213, 0.0137)).hasToString("0.8421 ± 0.0137");
    assertThat(new Score(20535.4, 7016.2)).hasToString("20535 ± 7016");
    assertThat(new Score(Double.NaN, 0)).hasToString("undefined");
  }
}
