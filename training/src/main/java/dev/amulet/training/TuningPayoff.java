package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.PairedGain;
import java.util.Locale;

/**
 * Whether fine-tuning pays: frozen and tuned features compared on the same folds, in pairs.
 *
 * @param gain what tuning is better by, in the scorer's units
 */
record TuningPayoff(PairedGain gain) {
  /** Compares a score fold by fold; folds where one is not defined do not count. */
  static TuningPayoff of(Metric scorer, double[] frozen, double[] tuned) {
    if (frozen.length == 0 || tuned.length != frozen.length) {
      throw new IllegalArgumentException("scores of the same folds, at least one");
    }
    return new TuningPayoff(PairedGain.of(scorer, tuned, frozen));
  }

  /** Whether tuned features are used unless the user insists: better by a standard error. */
  boolean pays() {
    return gain.mean() > gain.error();
  }

  /** For people. */
  String text(String scorer) {
    double mean = gain.mean();
    String interval =
        gain.folds() < 2
            ? "one fold, so no interval"
            : String.format(
                Locale.ROOT,
                "95 %% interval %+.4f to %+.4f over %d folds",
                mean - gain.halfWidth(),
                mean + gain.halfWidth(),
                gain.folds());
    if (gain.folds() == 0) {
      return "fine-tuning does not pay: no fold defines " + scorer;
    }
    return String.format(
        Locale.ROOT,
        "fine-tuning %s: %s %s (%s)%s",
        pays() ? "pays" : "does not pay",
        scorer,
        mean == 0
            ? "the same"
            : String.format(
                Locale.ROOT, "%s by %.4f", mean > 0 ? "better" : "worse", Math.abs(mean)),
        interval,
        mean == 0 || gain.isSure() ? "" : "; the folds leave that uncertain");
  }
}
