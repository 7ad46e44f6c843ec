package dev.amulet.training;

import java.util.Locale;

/**
 * Whether fine-tuning pays: frozen and tuned features compared on the same folds, in pairs.
 *
 * @param gain mean over folds of what tuning is better by, in the scorer's units; more is better
 * @param halfWidth of the 95 % interval of the mean (Student's t over folds); infinite for one fold
 * @param folds compared
 */
record TuningPayoff(double gain, double halfWidth, int folds) {
  /** 97.5 % points of Student's t by degrees of freedom, from 1. */
  private static final double[] STUDENT_T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093
  };

  private static final double NORMAL = 1.96;

  /**
   * Compares scores fold by fold.
   *
   * @param higherIsBetter of the scorer
   */
  static TuningPayoff of(double[] frozen, double[] tuned, boolean higherIsBetter) {
    int folds = frozen.length;
    if (folds == 0 || tuned.length != folds) {
      throw new IllegalArgumentException("scores of the same folds, at least one");
    }
    double mean = 0;
    double[] gains = new double[folds];
    for (int fold = 0; fold < folds; fold++) {
      gains[fold] = higherIsBetter ? tuned[fold] - frozen[fold] : frozen[fold] - tuned[fold];
      mean += gains[fold] / folds;
    }
    if (folds == 1) {
      return new TuningPayoff(mean, Double.POSITIVE_INFINITY, 1);
    }
    double squares = 0;
    for (double gain : gains) {
      squares += (gain - mean) * (gain - mean);
    }
    double error = Math.sqrt(squares / (folds - 1) / folds);
    double t = folds - 2 < STUDENT_T.length ? STUDENT_T[folds - 2] : NORMAL;
    return new TuningPayoff(mean, t * error, folds);
  }

  /** Whether tuned features are used unless the user insists. */
  boolean pays() {
    return gain > 0;
  }

  /** Whether the interval leaves no doubt about the sign. */
  boolean isCertain() {
    return Math.abs(gain) > halfWidth;
  }

  /** For the report. */
  String text(String scorer) {
    String interval =
        Double.isInfinite(halfWidth)
            ? "one fold, so no interval"
            : String.format(
                Locale.ROOT,
                "95 %% interval %+.4f to %+.4f over %d folds",
                gain - halfWidth,
                gain + halfWidth,
                folds);
    return String.format(
        Locale.ROOT,
        "fine-tuning %s: %s %s by %.4f (%s)%s",
        pays() ? "pays" : "does not pay",
        scorer,
        gain > 0 ? "better" : "worse",
        Math.abs(gain),
        interval,
        isCertain() ? "" : "; the folds leave that uncertain");
  }
}
