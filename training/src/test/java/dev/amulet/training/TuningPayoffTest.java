package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.evaluation.Metric;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TuningPayoffTest {
  @Test
  void comparesFoldByFoldWithStudentsInterval() {
    double[] frozen = {0.70, 0.72, 0.69, 0.74, 0.71};
    double[] tuned = {0.79, 0.78, 0.80, 0.80, 0.79};
    TuningPayoff payoff = TuningPayoff.of(Metric.ACCURACY, frozen, tuned);
    assertThat(payoff.gain().mean()).isCloseTo(0.08, Offset.offset(1e-12));
    // Gains .09 .06 .11 .06 .08: deviation 0.0212132, over the root of 5, times 2.776.
    assertThat(payoff.gain().halfWidth()).isCloseTo(0.026336, Offset.offset(1e-6));
    assertThat(payoff.pays()).isTrue();
    assertThat(payoff.gain().isSure()).isTrue();
    assertThat(payoff.text("accuracy"))
        .isEqualTo(
            "fine-tuning pays: accuracy better by 0.0800 (95 % interval +0.0537 to +0.1063 over 5"
                + " folds)");
  }

  @Test
  void aLossIsBetterWhenLowerAndAHigherOneDoesNotPay() {
    TuningPayoff payoff =
        TuningPayoff.of(
            Metric.LOGLOSS, new double[] {0.5, 0.6, 0.4}, new double[] {0.55, 0.58, 0.46});
    assertThat(payoff.pays()).isFalse();
    assertThat(payoff.gain().isSure()).isFalse();
    assertThat(payoff.text("LOGLOSS"))
        .startsWith("fine-tuning does not pay: LOGLOSS worse by 0.0300")
        .endsWith("; the folds leave that uncertain");
  }

  @Test
  void aGainWithinAStandardErrorDoesNotPay() {
    double[] frozen = {0.5, 0.5, 0.5, 0.5};
    TuningPayoff small = TuningPayoff.of(Metric.AUC, frozen, new double[] {0.6, 0.45, 0.56, 0.43});
    assertThat(small.gain().mean()).isPositive().isLessThan(small.gain().error());
    assertThat(small.pays()).isFalse();
    assertThat(small.text("AUC")).startsWith("fine-tuning does not pay: AUC better by 0.0100");
    assertThat(TuningPayoff.of(Metric.AUC, frozen, frozen).text("AUC"))
        .isEqualTo(
            "fine-tuning does not pay: AUC the same (95 % interval +0.0000 to +0.0000 over 4"
                + " folds)");
    double[] undefined = {0.6, Double.NaN, 0.6, 0.61};
    TuningPayoff three = TuningPayoff.of(Metric.AUC, frozen, undefined);
    assertThat(three.gain().folds()).isEqualTo(3);
    assertThat(three.pays()).isTrue();
  }

  @Test
  void oneFoldGivesNoInterval() {
    TuningPayoff payoff = TuningPayoff.of(Metric.AUC, new double[] {0.5}, new double[] {0.6});
    assertThat(payoff.gain().halfWidth()).isNaN();
    assertThat(payoff.pays()).isTrue();
    assertThat(payoff.text("AUC")).contains("one fold, so no interval");
    assertThat(TuningPayoff.of(Metric.AUC, new double[] {0.5}, new double[] {Double.NaN}))
        .matches(nothing -> !nothing.pays())
        .extracting(nothing -> nothing.text("AUC"))
        .isEqualTo("fine-tuning does not pay: no fold defines AUC");
    assertThatThrownBy(() -> TuningPayoff.of(Metric.AUC, new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
