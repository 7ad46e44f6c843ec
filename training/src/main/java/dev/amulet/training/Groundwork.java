package dev.amulet.training;

import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.feature.NamedBackbone;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment has before any network or learner runs: everything read, checked and dealt.
 *
 * @param test the table to score at the end, or null
 * @param folds how the rows are validated
 * @param backbones the networks as they are given; none without image columns
 */
record Groundwork(
    ExperimentData data, @Nullable TestTable test, Folds folds, List<NamedBackbone> backbones) {

  /**
   * Reads and checks everything that the settings name.
   *
   * @throws TrainingException when the data or the settings cannot be trained on
   */
  static Groundwork lay(ExperimentConfig config, ProgressListener progress) {
    ExperimentData data =
        CodeSearch.choose(ExperimentData.read(config, progress), config, progress);
    TestTable test =
        config.test() == null ? null : TestTable.read(config.test(), config, data, progress);
    Folds folds = Splitter.split(data.profile(), config.folds(), config.holdout(), config.seed());
    List<NamedBackbone> backbones = data.backbones(config, progress);
    FineTuning.check(config, backbones, progress);
    return new Groundwork(data, test, folds, backbones);
  }
}
