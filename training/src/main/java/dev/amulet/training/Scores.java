package dev.amulet.training;

import static dev.amulet.training.FeatureSet.TABLE;

import dev.amulet.format.v1.MetricValue;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How good the model is, fold by fold, beside what a constant and the table alone achieve.
 *
 * @param scorer the metric that counts
 * @param candidates every metric that applies, one value per fold, for each candidate tried
 * @param chosen the simplest candidate that neither the best one nor the best without images beats
 *     by more than chance
 * @param constant of the training part's mean or class shares
 * @param corrected the scorer of the chosen way of choosing, without the luck of the best of many
 */
record Scores(
    Metric scorer,
    SortedMap<Candidate, Map<Metric, double[]>> candidates,
    Candidate chosen,
    Map<Metric, Score> constant,
    Score corrected) {

  /** Figures of one candidate. */
  Map<Metric, Score> of(Candidate candidate) {
    Map<Metric, Score> scores = new EnumMap<>(Metric.class);
    Objects.requireNonNull(candidates.get(candidate))
        .forEach((metric, perFold) -> scores.put(metric, Score.of(perFold)));
    return scores;
  }

  /** Figures of the model: those of the candidate chosen. */
  Map<Metric, Score> validation() {
    return of(chosen);
  }

  /** Figures of the best model without images, or null when there are no table columns. */
  @Nullable Map<Metric, Score> tableOnly() {
    Candidate best = best(scorer, candidates, candidate -> candidate.features() == TABLE);
    return best == null ? null : of(best);
  }

  /** Figures of the best learner with each feature set. */
  Map<FeatureSet, Map<Metric, Score>> perFeatureSet() {
    Map<FeatureSet, Map<Metric, Score>> best = new EnumMap<>(FeatureSet.class);
    for (FeatureSet set : FeatureSet.values()) {
      Candidate candidate = best(scorer, candidates, c -> c.features() == set);
      if (candidate != null) {
        best.put(set, of(candidate));
      }
    }
    return best;
  }

  /** The candidate with the best mean among some; of equals the simplest; null when none is. */
  static @Nullable Candidate best(
      Metric scorer,
      SortedMap<Candidate, Map<Metric, double[]>> candidates,
      Predicate<Candidate> among) {
    Candidate best = null;
    double bestMean = Double.NaN;
    for (Map.Entry<Candidate, Map<Metric, double[]>> entry : candidates.entrySet()) {
      double mean = Score.of(values(scorer, entry.getValue())).mean();
      if (among.test(entry.getKey()) && (best == null || scorer.better(mean, bestMean))) {
        best = entry.getKey();
        bestMean = mean;
      }
    }
    return best;
  }

  /**
   * The simplest candidate that neither the best one nor the best without images beats by a
   * standard error of their difference, fold by fold. The latter counts because a difference to the
   * best may be large and unsure while that to the table alone is small and sure.
   */
  static Candidate choose(
      Metric scorer,
      SortedMap<Candidate, Map<Metric, double[]>> candidates,
      Predicate<Candidate> among) {
    Candidate best = best(scorer, candidates, among);
    if (best == null) {
      throw new IllegalStateException("no candidate was tried");
    }
    Candidate tableOnly = best(scorer, candidates, candidate -> candidate.features() == TABLE);
    double[] bestValues = values(scorer, Objects.requireNonNull(candidates.get(best)));
    double[] tableValues =
        tableOnly == null
            ? bestValues
            : values(scorer, Objects.requireNonNull(candidates.get(tableOnly)));
    if (beats(scorer, tableValues, bestValues)) {
      // It is not among them, and none of them can do as well.
      tableValues = bestValues;
    }
    for (Map.Entry<Candidate, Map<Metric, double[]>> entry : candidates.entrySet()) {
      double[] values = values(scorer, entry.getValue());
      if (among.test(entry.getKey())
          && !beats(scorer, bestValues, values)
          && !beats(scorer, tableValues, values)) {
        return entry.getKey();
      }
    }
    return best;
  }

  /**
   * Whether values per fold are better than others by more than a standard error. Folds where one
   * is not defined do not count; values defined in more folds are better than such in fewer.
   */
  static boolean beats(Metric scorer, double[] best, double[] other) {
    int lost = defined(other) - defined(best);
    if (lost != 0) {
      return lost < 0;
    }
    double[] gains = new double[best.length];
    for (int fold = 0; fold < gains.length; fold++) {
      gains[fold] = scorer.greaterIsBetter() ? best[fold] - other[fold] : other[fold] - best[fold];
    }
    Score gain = Score.of(gains);
    return gain.mean() > gain.sd() / Math.sqrt(defined(gains));
  }

  private static int defined(double[] values) {
    return (int) Arrays.stream(values).filter(value -> !Double.isNaN(value)).count();
  }

  private static double[] values(Metric scorer, Map<Metric, double[]> values) {
    return Objects.requireNonNull(values.get(scorer));
  }

  void report(ProgressListener progress) {
    progress.message("cross-validation, " + scorer + " (mean ± sd over folds):");
    for (Candidate candidate : candidates.keySet()) {
      progress.message(
          "  %-20s %s%s"
              .formatted(
                  candidate.words(),
                  score(of(candidate)),
                  candidate.equals(chosen) ? "   <- chosen" : ""));
    }
    progress.message("  %-20s %s".formatted("constant", score(constant)));
    if (candidates.size() > 1) {
      progress.message("  %-20s %s".formatted("chosen, corrected", corrected));
    }
    if (chosen.features() == TABLE
        && candidates.keySet().stream().anyMatch(candidate -> candidate.features() != TABLE)) {
      progress.message(
          "the images do not help beyond chance here: the model uses table columns only");
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
}
