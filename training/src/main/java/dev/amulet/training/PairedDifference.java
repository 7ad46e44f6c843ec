package dev.amulet.training;

import dev.amulet.training.evaluation.PairedGain;
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
    PairedGain gain = PairedGain.of(gains);
    return new PairedDifference(
        gain.mean(), gain.mean() - gain.halfWidth(), gain.mean() + gain.halfWidth(), gain.folds());
  }
}
