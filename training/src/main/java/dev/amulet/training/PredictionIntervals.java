package dev.amulet.training;

import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.IntervalSpace;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Score;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Split-conformal prediction intervals of a regression (Papadopoulos et al., "Inductive Confidence
 * Machines for Regression", 2002): quantiles of the residuals of rows predicted by models that did
 * not see them, taken so that a further row falls inside with at least the coverage asked for.
 *
 * @param offsets from the prediction to the ends, as the manifest carries them
 * @param coverage share of each fold's rows inside intervals made of the other folds' residuals, in
 *     time of the earlier folds'; undefined in a fold where those are too few
 */
record PredictionIntervals(IntervalOffsets offsets, Score coverage) {
  /**
   * Intervals from out-of-fold margins; null when there are too few rows for the coverage.
   *
   * @param margins {@code [rows][1]}
   * @param labels the target in margin space
   * @param weights rows of weight zero have no say; others count alike
   * @param target share of rows to cover, in (0, 1)
   * @param space where the offsets are added
   */
  static @Nullable PredictionIntervals of(
      double[][] margins,
      double[] labels,
      double[] weights,
      Folds folds,
      double target,
      IntervalSpace space) {
    double[] residuals = new double[labels.length];
    for (int row = 0; row < residuals.length; row++) {
      residuals[row] = labels[row] - margins[row][0];
    }
    double[] all = ends(residuals, weighty(IntStream.of(folds.validatedRows()), weights), target);
    if (all == null) {
      return null;
    }
    double[] coverage = new double[folds.count()];
    for (int fold = 0; fold < coverage.length; fold++) {
      double[] others =
          ends(residuals, weighty(IntStream.of(folds.decidingRows(fold)), weights), target);
      coverage[fold] =
          others == null
              ? Double.NaN
              : Arrays.stream(weighty(IntStream.of(folds.validationRows(fold)), weights))
                  .mapToDouble(
                      row -> residuals[row] >= others[0] && residuals[row] <= others[1] ? 1 : 0)
                  .average()
                  .orElse(Double.NaN);
    }
    return new PredictionIntervals(
        IntervalOffsets.newBuilder()
            .setCoverage(target)
            .setLower(all[0])
            .setUpper(all[1])
            .setSpace(space)
            .build(),
        Score.of(coverage));
  }

  private static int[] weighty(IntStream rows, double[] weights) {
    return rows.filter(row -> weights[row] > 0).toArray();
  }

  /**
   * The ends: of n residuals the {@code floor((n + 1) * a / 2)}-th and the {@code ceil((n + 1) * (1
   * - a / 2))}-th smallest, a being what may be missed; null when there are no such residuals.
   */
  private static double @Nullable [] ends(double[] residuals, int[] rows, double target) {
    double[] sorted = IntStream.of(rows).mapToDouble(row -> residuals[row]).sorted().toArray();
    double missed = (1 - target) / 2;
    // Rounding must not push 0.05 * 20 below 1.
    int lower = (int) Math.floor((sorted.length + 1) * missed + 1e-9);
    int upper = (int) Math.ceil((sorted.length + 1) * (1 - missed) - 1e-9);
    return lower < 1 || upper > sorted.length
        ? null
        : new double[] {sorted[lower - 1], sorted[upper - 1]};
  }
}
