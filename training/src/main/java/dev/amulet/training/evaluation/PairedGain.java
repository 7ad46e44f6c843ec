package dev.amulet.training.evaluation;

import java.util.Arrays;

/**
 * How much better one way is than another, fold by fold on the same folds. Folds share training
 * rows, so its interval is a guide and a little narrow.
 *
 * @param mean over the folds where both are defined; NaN without any
 * @param error standard error of the mean; 0 for fewer than two folds
 * @param folds that count
 */
public record PairedGain(double mean, double error, int folds) {
  /** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom. */
  private static final double[] QUANTILES = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /** Of the differences in each fold; those that are not finite do not count. */
  public static PairedGain of(double... gains) {
    double[] defined = Arrays.stream(gains).filter(Double::isFinite).toArray();
    Score score = Score.of(defined);
    return new PairedGain(
        score.mean(), score.sd() / Math.sqrt(Math.max(1, defined.length)), defined.length);
  }

  /** By how much the first is better than the second, in the metric's units. */
  public static PairedGain of(Metric metric, double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException("scores of the same folds");
    }
    double[] gains = new double[first.length];
    Arrays.setAll(
        gains, fold -> (metric.greaterIsBetter() ? 1 : -1) * (first[fold] - second[fold]));
    return of(gains);
  }

  /** Of the 95 % interval, by Student's t; NaN for fewer than two folds. */
  public double halfWidth() {
    return folds < 2 ? Double.NaN : QUANTILES[Math.min(QUANTILES.length, folds - 1) - 1] * error;
  }

  /** Whether the interval leaves no doubt about the sign. */
  public boolean isSure() {
    return Math.abs(mean) > halfWidth();
  }
}
