package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import java.util.Arrays;
import java.util.Locale;

/**
 * Whether fine-tuning pays: frozen and tuned features compared on the same folds, in pairs.
 *
 * @param gain mean over folds of what tuning is better by, in the scorer's units; more is better
 * @param error standard error of the gain; 0 for one fold
 * @param folds compared
 */
record TuningPayoff(double gain, double error, int folds) {
  /** Compares a score fold by fold; folds where one is not defined do not count. */
  static TuningPayoff of(Metric scorer, double[] frozen, double[] tuned) {
    if (frozen.length == 0 || tuned.length != frozen.length) {
      throw new IllegalArgumentException("scores of the same folds, at least one");
    }
    double[] gains = new double[frozen.length];
    Arrays.setAll(
        gains, fold -> (scorer.greaterIsBetter() ? 1 : -1) * (tuned[fold] - frozen[fold]));
    double[] defined = Arrays.stream(gains).filter(Double::isFinite).toArray();
    double mean = Arrays.stream(defined).average().orElse(0);
    double squares = Arrays.stream(defined).map(g -> (g - mean) * (g - mean)).sum();
    double error =
        defined.length < 2 ? 0 : Math.sqrt(squares / (defined.length - 1) / defined.length);
    return new TuningPayoff(mean, error, defined.length);
  }

  /** Of the 95 % interval of the gain, by Student's t over folds; infinite for one fold. */
  double halfWidth() {
    return folds < 2 ? Double.POSITIVE_INFINITY : PairedDifference.quantile(folds - 1) * error;
  }

  /** Whether tuned features are used unless the user insists: better by a standard error. */
  boolean pays() {
    return gain > error;
  }

  /** Whether the interval leaves no doubt about the sign. */
  boolean isCertain() {
    return Math.abs(gain) > halfWidth();
  }

  /** For people. */
  String text(String scorer) {
    String interval =
        folds < 2
            ? "one fold, so no interval"
            : String.format(
                Locale.ROOT,
                "95 %% interval %+.4f to %+.4f over %d folds",
                gain - halfWidth(),
                gain + halfWidth(),
                folds);
    return String.format(
        Locale.ROOT,
        "fine-tuning %s: %s %s (%s)%s",
        pays() ? "pays" : "does not pay",
        scorer,
        gain == 0
            ? "the same"
            : String.format(
                Locale.ROOT, "%s by %.4f", gain > 0 ? "better" : "worse", Math.abs(gain)),
        interval,
        gain == 0 || isCertain() ? "" : "; the folds leave that uncertain");
  }
}
