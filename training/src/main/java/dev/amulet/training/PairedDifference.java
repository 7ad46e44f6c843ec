package dev.amulet.training;

import java.util.Arrays;

/**
 * How much one experiment's score is above another's, fold by fold on the same folds. Folds share
 * training rows, so the interval is a guide and a little narrow.
 *
 * @param mean of the second less the first
 * @param low end of the 95 % interval (Student's t); NaN for fewer than two folds
 * @param high end of the interval
 * @param folds that both have a score in
 */
public record PairedDifference(double mean, double low, double high, int folds) {
  /** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom. */
  private static final double[] QUANTILES = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /**
   * Of two experiments.
   *
   * @throws TrainingException when they cannot be paired: other folds, rows, targets or scorers
   */
  public static PairedDifference of(ExperimentSummary first, ExperimentSummary second) {
    String pair = first.name() + " and " + second.name();
    if (first.scorer() != second.scorer()) {
      throw new TrainingException(
          pair
              + " are not paired: one counts "
              + first.scorer()
              + ", the other "
              + second.scorer());
    }
    if (first.perFold().isEmpty() || second.perFold().isEmpty()) {
      throw new TrainingException(pair + " are not paired: not both have a leaderboard.csv");
    }
    if (!first.foldsDigest().equals(second.foldsDigest())) {
      throw new TrainingException(
          pair
              + " are not paired: their folds, rows or targets differ, so a difference would be one"
              + " of luck too; train both with the same data, --seed and --folds or --fold-column");
    }
    double[] gains = new double[first.perFold().size()];
    Arrays.setAll(gains, fold -> second.perFold().get(fold) - first.perFold().get(fold));
    return of(Arrays.stream(gains).filter(Double::isFinite).toArray());
  }

  /** Of the differences in each fold. */
  static PairedDifference of(double[] gains) {
    int n = gains.length;
    double mean = Arrays.stream(gains).average().orElse(Double.NaN);
    if (n < 2) {
      return new PairedDifference(mean, Double.NaN, Double.NaN, n);
    }
    double squares = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
    double half = quantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new PairedDifference(mean, mean - half, mean + half, n);
  }

  /** The 97.5 % point of Student's t. */
  static double quantile(int degreesOfFreedom) {
    return degreesOfFreedom <= QUANTILES.length ? QUANTILES[degreesOfFreedom - 1] : 1.96;
  }
}
