package dev.amulet.training;

import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import dev.amulet.training.data.Dataset;
import java.util.List;
import java.util.Objects;

/**
 * Holds a finished amulet against its trainer: every row scored by the runtime, in a batch and (for
 * a sample) alone, must give the trainer's prediction. An amulet that does not is not published.
 */
final class ParityGate {
  /** Largest difference, relative to max(1, |expected|). */
  private static final double TOLERANCE = 1e-5;

  private static final int BATCH = 64;

  /** One row in this many is scored alone too. */
  private static final int ALONE_EVERY = 16;

  private final Scorer scorer;
  private final Dataset data;
  private final double[][] expected;
  private double worst;
  private int rowsWithoutImage;
  private String firstProblem = "";

  /**
   * @param expected the trainer's prediction of each row of the data, {@code [rows][1 or classes]}
   */
  ParityGate(Scorer scorer, Dataset data, double[][] expected) {
    this.scorer = scorer;
    this.data = data;
    this.expected = expected;
  }

  /**
   * @return the largest relative difference found
   * @throws UnpublishedException when a row differs
   */
  double check() {
    for (int first = 0; first < data.rows(); first += BATCH) {
      int count = Math.min(BATCH, data.rows() - first);
      List<Row> rows = Drafts.rows(scorer, data, first, count);
      List<ScoredRow> scored = scorer.score(rows);
      for (int i = 0; i < count; i++) {
        ScoredRow row = scored.get(i);
        Prediction prediction = row.prediction();
        if (prediction == null) {
          throw refused(
              first + i, "does not score: " + Objects.requireNonNull(row.error()).getMessage());
        }
        compare(first + i, prediction);
        if ((first + i) % ALONE_EVERY == 0) {
          compareAlone(first + i, prediction, scorer.score(rows.get(i)));
        }
      }
    }
    return worst;
  }

  /** Rows with an image that could not be used and was treated as missing. */
  int rowsWithoutImage() {
    return rowsWithoutImage;
  }

  /** The first of these rows and why; empty when there are none. */
  String firstProblem() {
    return firstProblem;
  }

  private void compare(int row, Prediction prediction) {
    ScoringException problem = prediction.imageProblem();
    if (problem != null && rowsWithoutImage++ == 0) {
      firstProblem = "row " + (data.sourceRow(row) + 1) + " " + problem.getMessage();
    }
    double[] actual = values(prediction);
    for (int k = 0; k < actual.length; k++) {
      double wanted = expected[row][k];
      double difference = Math.abs(actual[k] - wanted) / Math.max(1, Math.abs(wanted));
      if (!(difference <= TOLERANCE)) {
        throw refused(row, "scores " + actual[k] + ", the trainer says " + wanted);
      }
      worst = Math.max(worst, difference);
    }
  }

  private void compareAlone(int row, Prediction batched, Prediction alone) {
    double[] together = values(batched);
    double[] single = values(alone);
    for (int k = 0; k < together.length; k++) {
      if (Double.doubleToLongBits(together[k]) != Double.doubleToLongBits(single[k])) {
        throw refused(row, "scores " + single[k] + " alone and " + together[k] + " in a batch");
      }
    }
  }

  /** A prediction as the trainer writes it: the value, or a probability per class. */
  static double[] values(Prediction prediction) {
    return prediction.classIndex() < 0
        ? new double[] {prediction.value()}
        : prediction.probabilities();
  }

  private UnpublishedException refused(int row, String what) {
    return new UnpublishedException(data.name() + " row " + (data.sourceRow(row) + 1) + " " + what);
  }
}
