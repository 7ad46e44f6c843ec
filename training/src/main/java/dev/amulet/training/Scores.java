package dev.amulet.training;

import dev.amulet.format.v1.MetricValue;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Evaluation;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How good the model is, fold by fold, beside what a constant and the table alone achieve.
 *
 * @param scorer the metric that counts
 * @param candidates every metric that applies, for each feature set tried
 * @param chosen the feature set that scores best; of equals the simplest
 * @param constant of the training part's mean or class shares
 */
record Scores(
    Metric scorer,
    Map<FeatureSet, Map<Metric, Score>> candidates,
    FeatureSet chosen,
    Map<Metric, Score> constant) {
  private static final Map<FeatureSet, String> NAMES =
      Map.of(
          FeatureSet.TABLE, "table only",
          FeatureSet.IMAGE_SCORE, "image score",
          FeatureSet.EMBEDDING, "embedding",
          FeatureSet.BOTH, "both");

  static Scores of(
      ExperimentData data,
      Folds folds,
      Map<FeatureSet, CrossValidation.Outcome> outcomes,
      ExperimentConfig config) {
    Task task = data.coding().task();
    Metric given = config.scorer();
    Metric scorer = given == null ? Metric.defaultFor(task) : given;
    Map<FeatureSet, Map<Metric, Score>> candidates = new EnumMap<>(FeatureSet.class);
    outcomes.forEach(
        (set, outcome) -> candidates.put(set, perFold(data, folds, outcome.predictions())));
    return new Scores(
        scorer,
        candidates,
        choose(scorer, candidates, config.featureSet()),
        perFold(data, folds, constantPredictions(data, folds)));
  }

  private static FeatureSet choose(
      Metric scorer,
      Map<FeatureSet, Map<Metric, Score>> candidates,
      ExperimentConfig.FeatureSetChoice wanted) {
    FeatureSet best = null;
    for (FeatureSet set : candidates.keySet()) {
      if (wanted.asks(set)) {
        return set;
      }
      if (best == null
          || scorer.better(
              score(scorer, candidates.get(set)).mean(),
              score(scorer, candidates.get(best)).mean())) {
        best = set;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no feature set was tried");
    }
    return best;
  }

  /** Figures of the model: those of the chosen feature set. */
  Map<Metric, Score> validation() {
    return Objects.requireNonNull(candidates.get(chosen));
  }

  /** Figures of the same learner without images, or null when there are no table columns. */
  @Nullable Map<Metric, Score> tableOnly() {
    return candidates.get(FeatureSet.TABLE);
  }

  private static Map<Metric, Score> perFold(ExperimentData data, Folds folds, double[][] all) {
    Map<Metric, double[]> values = new EnumMap<>(Metric.class);
    double[] weights = data.profile().weights();
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] rows = folds.validationRows(fold);
      Evaluation evaluation =
          evaluate(data.coding(), pick(data.targets(), rows), pick(all, rows), pick(weights, rows));
      for (Map.Entry<Metric, Double> entry : evaluation.values().entrySet()) {
        values.computeIfAbsent(entry.getKey(), m -> new double[folds.count()])[fold] =
            entry.getValue();
      }
    }
    Map<Metric, Score> scores = new EnumMap<>(Metric.class);
    values.forEach((metric, perFold) -> scores.put(metric, Score.of(perFold)));
    return scores;
  }

  /** Every metric of predictions {@code [rows][1 or classes]}. */
  static Evaluation evaluate(
      TargetCoding coding, double[] targets, double[][] predictions, double @Nullable [] weights) {
    int outputs = coding.task() == Task.MULTICLASS ? coding.classes() : 1;
    double[] flat = new double[predictions.length * outputs];
    for (int i = 0; i < predictions.length; i++) {
      if (coding.task() == Task.BINARY) {
        flat[i] = predictions[i][1];
      } else {
        System.arraycopy(predictions[i], 0, flat, i * outputs, outputs);
      }
    }
    return Evaluation.of(coding.task(), targets, flat, outputs, weights, 0.5);
  }

  private static double[][] constantPredictions(ExperimentData data, Folds folds) {
    double[] targets = data.targets();
    double[] weights = data.profile().weights();
    double[][] predictions = new double[targets.length][];
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] training = folds.trainRows(fold);
      double[] constant = constant(data.coding(), pick(targets, training), pick(weights, training));
      for (int row : folds.validationRows(fold)) {
        predictions[row] = constant;
      }
    }
    return predictions;
  }

  private static double[] constant(TargetCoding coding, double[] targets, double[] weights) {
    boolean regression = coding.task() == Task.REGRESSION;
    double[] sums = new double[regression ? 1 : coding.classes()];
    double total = 0;
    for (int i = 0; i < targets.length; i++) {
      if (regression) {
        sums[0] += weights[i] * targets[i];
      } else {
        sums[(int) targets[i]] += weights[i];
      }
      total += weights[i];
    }
    for (int k = 0; k < sums.length; k++) {
      sums[k] /= total;
    }
    return sums;
  }

  void report(ProgressListener progress) {
    progress.message("cross-validation, " + scorer + " (mean ± sd over folds):");
    candidates.forEach(
        (set, scores) ->
            progress.message(
                "  %-12s %s%s"
                    .formatted(
                        NAMES.get(set), score(scores), set == chosen ? "   <- chosen" : "")));
    progress.message("  %-12s %s".formatted("constant", score(constant)));
    if (chosen == FeatureSet.TABLE && candidates.size() > 1) {
      progress.message("the images do not help here: the model uses table columns only");
    }
  }

  /** The score that counts. */
  Score score(Map<Metric, Score> scores) {
    return score(scorer, scores);
  }

  private static Score score(Metric scorer, @Nullable Map<Metric, Score> scores) {
    Score score = scores == null ? null : scores.get(scorer);
    return score == null ? new Score(Double.NaN, 0) : score;
  }

  /** Every figure as the manifest carries it. */
  List<MetricValue> manifestValues() {
    List<MetricValue> values = new ArrayList<>();
    add(values, "validation", validation());
    add(values, "baseline.constant", constant);
    Map<Metric, Score> tableOnly = tableOnly();
    if (tableOnly != null) {
      add(values, "baseline.table_only", tableOnly);
    }
    return values;
  }

  /** Figures of the test table as the manifest carries them. */
  static List<MetricValue> manifestValues(Map<Metric, Double> test) {
    Map<Metric, Score> scores = new EnumMap<>(Metric.class);
    test.forEach((metric, value) -> scores.put(metric, new Score(value, 0)));
    List<MetricValue> values = new ArrayList<>();
    add(values, "test", scores);
    return values;
  }

  private static void add(List<MetricValue> values, String part, Map<Metric, Score> scores) {
    scores.forEach(
        (metric, score) -> {
          if (Double.isFinite(score.mean())) {
            values.add(
                MetricValue.newBuilder()
                    .setName(metric.name())
                    .setPart(part)
                    .setMean(score.mean())
                    .setSd(score.sd())
                    .build());
          }
        });
  }

  static double[] pick(double[] values, int[] rows) {
    double[] picked = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }

  static double[][] pick(double[][] values, int[] rows) {
    double[][] picked = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }
}
