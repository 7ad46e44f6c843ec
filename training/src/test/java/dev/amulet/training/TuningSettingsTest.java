package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TuningSettingsTest {
  private static final String INIT = "image_transformer_fine_tuning_init";
  private static final String STRATEGY = "image_transformer_fine_tuning_strategy";
  private static final String BATCH_NORM = "image_transformer_fine_tuning_batch_norm";

  private static ExperimentConfig.Builder random() {
    return ExperimentConfig.builder(Path.of("data.csv")).set(INIT, "random");
  }

  @Test
  void randomWeightsLearnInEveryLayerWithStatisticsOfTheirOwn() {
    for (ExperimentConfig.Builder builder :
        List.of(random(), random().set(STRATEGY, "whole"), random().set(STRATEGY, "auto"))) {
      TuningSettings tuning = builder.build().tuning();
      assertThat(tuning.init()).isEqualTo(TuningSettings.Init.RANDOM);
      assertThat(tuning.strategy()).isEqualTo(TuningSettings.Strategy.WHOLE);
      assertThat(tuning.batchNorm()).isEqualTo(TuningSettings.BatchNorm.TRAIN);
      assertThat(tuning.withoutEffect()).containsExactly(INIT);
    }
  }

  @Test
  void whatNeedsPretrainedWeightsIsRefusedBesideRandomOnes() {
    refused(STRATEGY, "top");
    refused(STRATEGY, "frozen");
    refused(BATCH_NORM, "stored");
  }

  private static void refused(String key, String value) {
    ExperimentConfig.Builder builder = random().set(key, value);
    assertThatThrownBy(builder::build)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(INIT + " = random")
        .hasMessageContaining(key + " = " + value)
        .satisfies(e -> assertThat(e.getMessage().lines().count()).isBetween(1L, 3L));
  }

  @Test
  void whatWasFoundKeepsTheStart() {
    TuningSettings tuning = random().set("image_transformer_fine_tune", "true").build().tuning();
    TuningSettings found =
        tuning.found(1, List.of(4), List.of(1e-3), TuningSettings.Strategy.WHOLE);
    assertThat(found.init()).isEqualTo(TuningSettings.Init.RANDOM);
    assertThat(found.batchNorm()).isEqualTo(TuningSettings.BatchNorm.TRAIN);
    assertThat(found.words("nano")).isEqualTo("nano from random weights");
    assertThat(tuning.off().init()).isEqualTo(TuningSettings.Init.RANDOM);
    TuningSettings usual = ExperimentConfig.builder(Path.of("data.csv")).build().tuning();
    assertThat(usual.init()).isEqualTo(TuningSettings.Init.PRETRAINED);
    assertThat(usual.words("nano")).isEqualTo("nano");
  }
}
