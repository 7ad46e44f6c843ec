package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Task;
import dev.amulet.training.vision.FineTuneSettings.Strategy;
import org.junit.jupiter.api.Test;

class TuningChoiceTest {
  @Test
  void eachQuadrantProposesItsStrategyAndSaysWhy() {
    Similarity unlike = Similarity.separation(0.8, 1, "");
    Similarity like = Similarity.separation(0.2, 1, "");
    assertThat(TuningChoice.of(Task.MULTICLASS, 10_000, 10, unlike).strategy())
        .isEqualTo(Strategy.WHOLE);
    assertThat(TuningChoice.of(Task.MULTICLASS, 10_000, 10, like).strategy())
        .isEqualTo(Strategy.TOP);
    assertThat(TuningChoice.of(Task.MULTICLASS, 9_999, 10, unlike).strategy())
        .isEqualTo(Strategy.TOP);
    Similarity half = Similarity.separation(0.4, 0.8, "the network has no ImageNet classifier");
    TuningChoice small = TuningChoice.of(Task.BINARY, 1_998, 2, half);
    assertThat(small.strategy()).isEqualTo(Strategy.FROZEN_BASE);
    assertThat(small.reason())
        .isEqualTo(
            "small (999 rows per class, fewer than 1,000) and similar to what the network knows"
                + " (the share of a constant's loss that its frozen embeddings take away, as the"
                + " network has no ImageNet classifier: 0.50, from 0.50 on similar)");
  }

  @Test
  void theReasonNamesTheMeasureThatWasUsed() {
    ClassConfidence sure = new ClassConfidence(0.501, 64, "");
    TuningChoice like = TuningChoice.of(Task.BINARY, 10, 2, Similarity.confidence(sure));
    assertThat(like.similar()).isTrue();
    assertThat(like.reason())
        .isEqualTo(
            "small (5 rows per class, fewer than 1,000) and similar to what the network knows (its"
                + " mean confidence in its ImageNet classes on 64 pictures 0.50, from 0.45 on"
                + " similar)");
    ClassConfidence unsure = new ClassConfidence(0.25, 7, "");
    TuningChoice unlike = TuningChoice.of(Task.BINARY, 10, 2, Similarity.confidence(unsure));
    assertThat(unlike.similar()).isFalse();
    assertThat(unlike.reason())
        .contains("different from what the network knows", "on 7 pictures 0.25");
  }

  @Test
  void aRegressionIsSmallBelowThirtyThousandRows() {
    Similarity unlike = Similarity.separation(1, 1, "");
    assertThat(TuningChoice.of(Task.REGRESSION, 29_999, 1, unlike).large()).isFalse();
    assertThat(TuningChoice.of(Task.REGRESSION, 30_000, 1, unlike).large()).isTrue();
  }

  @Test
  void separationIsTheShareOfTheConstantsLossThatFeaturesTakeAway() {
    assertThat(Similarity.separation(0.2, 0.8, "").value()).isEqualTo(0.75);
    assertThat(Similarity.separation(0.9, 0.8, "").value()).isZero();
    assertThat(Similarity.separation(0, 0, "").value()).isZero();
  }
}
