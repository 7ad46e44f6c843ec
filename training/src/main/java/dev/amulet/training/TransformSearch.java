package dev.amulet.training;

import dev.amulet.format.v1.Task;
import dev.amulet.training.ExperimentConfig.TargetTransformer;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.Skewness;
import java.util.List;
import java.util.Locale;

/**
 * Decides through which function a positive, skewed regression target is learned, by what a linear
 * model makes of each.
 */
final class TransformSearch {
  private TransformSearch() {}

  /**
   * The data with the target as it is best learned.
   *
   * @param features of every row
   * @param slots that the linear model reads
   */
  static ExperimentData choose(
      ExperimentData data,
      Folds folds,
      FeatureMatrix features,
      int[] slots,
      ExperimentConfig config,
      ProgressListener progress) {
    if (config.targetTransformer() != TargetTransformer.AUTO
        || data.coding().task() != Task.REGRESSION
        || slots.length == 0
        || !Skewness.isPositiveAndSkewed(data.targets())) {
      return data;
    }
    Metric scorer = data.scorer(config);
    LinearProbe probe = new LinearProbe(folds, scorer, config.threads());
    progress.message("the target is positive and skewed; " + scorer + " of a linear model:");
    ExperimentData best = data;
    double[] bestValues = new double[0];
    for (TargetTransformer transformer :
        List.of(TargetTransformer.IDENTITY, TargetTransformer.LOG, TargetTransformer.SQRT)) {
      ExperimentData candidate = data.with(transformer);
      double[] values = probe.perFold(candidate, features, slots);
      boolean better = bestValues.length == 0 || Scores.beats(scorer, values, bestValues);
      progress.message(
          "  learned as %-9s %s"
              .formatted(transformer.name().toLowerCase(Locale.ROOT), Score.of(values)));
      if (better) {
        best = candidate;
        bestValues = values;
      }
    }
    progress.message("  chosen: " + best.coding().transformer().name().toLowerCase(Locale.ROOT));
    return best;
  }
}
