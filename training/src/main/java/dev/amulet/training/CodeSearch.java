package dev.amulet.training;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.List;

/**
 * Decides whether integers that may be codes are read as numbers or as levels, by what a linear
 * model of the table columns makes of each reading. They stay numbers unless levels do better by a
 * standard error.
 */
final class CodeSearch {
  private final ExperimentConfig config;
  private final Folds folds;
  private final Metric scorer;
  private final LinearProbe probe;
  private final ProgressListener progress;

  private CodeSearch(ExperimentConfig config, ExperimentData data, ProgressListener progress) {
    this.config = config;
    this.progress = progress;
    folds = Splitter.split(data.profile(), config.folds(), config.holdout(), config.seed());
    scorer = data.scorer(config);
    probe = new LinearProbe(folds, scorer, config.threads());
  }

  /** The data with such columns as they are best read. */
  static ExperimentData choose(
      ExperimentData data, ExperimentConfig config, ProgressListener progress) {
    List<String> columns =
        data.profile().possibleCodes().stream()
            .filter(column -> !config.columnTypes().containsKey(column))
            .toList();
    return columns.isEmpty() ? data : new CodeSearch(config, data, progress).choose(data, columns);
  }

  private ExperimentData choose(ExperimentData data, List<String> columns) {
    FeatureMatrix plain = features(data);
    // Codes that matter show only where the target is learned as it will be.
    ExperimentData best =
        TransformSearch.choose(data, folds, plain, slots(data), config, ProgressListener.silent());
    double[] values = probe.perFold(best, plain, slots(best));
    for (String column : columns) {
      ExperimentData levels = best.readAsLevels(column);
      double[] changed = probe.perFold(levels, features(levels), slots(levels));
      boolean better = Scores.beats(scorer, changed, values);
      progress.message(
          "column \"%s\" may hold codes: %s of a linear model %s as numbers, %s as levels; read as %s"
              .formatted(
                  column,
                  scorer,
                  Score.of(values),
                  Score.of(changed),
                  better ? "levels" : "numbers"));
      best = better ? levels : best.readAsNumbers(column);
      values = better ? changed : values;
    }
    return best.with(config.targetTransformer());
  }

  private FeatureMatrix features(ExperimentData data) {
    Schema schema = data.schemaWithoutImages();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    FeaturePlan.layOut(pipeline, schema, List.of());
    try (EmbeddingStore none = EmbeddingStore.inMemory(1)) {
      return new Drafts(
              config.name(), schema, List.of(), data.table().images(), none, config.threads())
          .features(pipeline, data.table(), "columns", ProgressListener.silent());
    }
  }

  private static int[] slots(ExperimentData data) {
    Schema schema = data.schemaWithoutImages();
    return FeaturePlan.layOut(new PipelineBuilder(schema), schema, List.of()).tableSlots().stream()
        .mapToInt(i -> i)
        .toArray();
  }
}
