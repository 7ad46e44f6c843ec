package dev.amulet.training.evaluation;

import java.util.Arrays;
import java.util.Locale;

/**
 * A metric over folds.
 *
 * @param mean over the folds where the metric is defined; NaN when there are none
 * @param sd sample standard deviation (n − 1) over those folds; 0 for one fold
 */
public record Score(double mean, double sd) {

  /** Of one value per fold; NaN values are left out. */
  public static Score of(double... perFold) {
    double[] defined = Arrays.stream(perFold).filter(value -> !Double.isNaN(value)).toArray();
    double mean = Arrays.stream(defined).average().orElse(Double.NaN);
    double squares = Arrays.stream(defined).map(value -> (value - mean) * (value - mean)).sum();
    return new Score(mean, defined.length < 2 ? 0 : Math.sqrt(squares / (defined.length - 1)));
  }

  /** {@code 0.8421 ± 0.0137}: four significant digits of the mean, the spread to the same place. */
  @Override
  public String toString() {
    if (!Double.isFinite(mean)) {
      return "undefined";
    }
    double size = Math.max(Math.abs(mean), sd);
    int decimals = size == 0 ? 4 : Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    decimals = Math.min(decimals, 9);
    String format = "%." + decimals + "f";
    return String.format(Locale.ROOT, format + " ± " + format, mean, sd);
  }
}
