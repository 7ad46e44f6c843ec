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
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How good the model is, fold by fold, beside what a constant and the table alone achieve.
 *
 * @param scorer the metric that counts
 * @param validation of the model, every metric that applies
 * @param constant of the training part's mean or class shares
 * @param tableOnly of the same learner without images, or null when there are no table columns
 */
record Scores(
    Metric scorer,
    Map<Metric, Score> validation,
    Map<Metric, Score> constant,
    @Nullable Map<Metric, Score> tableOnly) {

  static Scores of(
      ExperimentData data, Folds folds, CrossValidation.Outcome outcome, @Nullable Metric chosen) {
    Task task = data.coding().task();
    Metric scorer = chosen == null ? Metric.defaultFor(task) : chosen;
    if (!scorer.appliesTo(task)) {
      throw new TrainingException(
          "scorer "
              + scorer
              + " does not apply to a "
              + task.name().toLowerCase(Locale.ROOT)
              + " target; choose one of "
              + applicable(task));
    }
    double[][] constant = constantPredictions(data, folds);
    double[][] tableOnly = outcome.tableOnly();
    return new Scores(
        scorer,
        perFold(data, folds, outcome.predictions()),
        perFold(data, folds, constant),
        tableOnly == null ? null : perFold(data, folds, tableOnly));
  }

  private static List<Metric> applicable(Task task) {
    List<Metric> metrics = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      if (metric.appliesTo(task)) {
        metrics.add(metric);
      }
    }
    return metrics;
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
    progress.message("  model       " + score(validation));
    if (tableOnly != null) {
      progress.message("  table only  " + score(tableOnly));
    }
    progress.message("  constant    " + score(constant));
  }

  /** The score that counts. */
  Score score(Map<Metric, Score> scores) {
    Score score = scores.get(scorer);
    return score == null ? new Score(Double.NaN, 0) : score;
  }

  /** Every figure as the manifest carries it. */
  List<MetricValue> manifestValues() {
    List<MetricValue> values = new ArrayList<>();
    add(values, "validation", validation);
    add(values, "baseline.constant", constant);
    if (tableOnly != null) {
      add(values, "baseline.table_only", tableOnly);
    }
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

  private static double[] pick(double[] values, int[] rows) {
    double[] picked = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }

  private static double[][] pick(double[][] values, int[] rows) {
    double[][] picked = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }
}
