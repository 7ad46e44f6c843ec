package dev.amulet.cli;

import dev.amulet.runtime.BulkOptions;
import dev.amulet.runtime.BulkScorer;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.csv.PredictionWriter;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Scores a feed of any length in the order it comes, and writes what {@link OnError} asks for. */
final class BulkScoring {
  /** What a row does that cannot be scored, or not with an image that was given for it. */
  enum OnError {
    /** Ends the command. */
    FAIL,
    /**
     * Gives a line with the reason, and with the prediction that could be made without the image.
     */
    NULL,
    /** Gives no line. */
    SKIP
  }

  /** A row ended the scoring, as asked for. */
  static final class RowFailure extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    private final long written;

    private RowFailure(String message, long written) {
      super(message);
      this.written = written;
    }

    /** Lines written before. */
    long written() {
      return written;
    }
  }

  /**
   * How a feed came out.
   *
   * @param failed rows without a prediction
   * @param firstError where and why the first of them, or empty
   * @param withoutImage rows scored as if an image that was given were missing
   * @param firstImage where and why the first of them, or empty
   * @param imageProblems rows with an image that cannot be used, scored or not
   */
  record Totals(
      long rows,
      long failed,
      String firstError,
      long withoutImage,
      String firstImage,
      long imageProblems) {}

  /** Rows between two reports of progress. */
  private static final int REPORTED = 256;

  private final Scorer scorer;
  private final ScoreOptions options;
  private final OnError onError;
  private final @Nullable HeatMapFolder heatMaps;

  /** Of the rows that are read and not yet written. */
  private final Deque<String> places = new ArrayDeque<>();

  private long done;
  private long failed;
  private String firstError = "";
  private long withoutImage;
  private String firstImage = "";
  private long imageProblems;
  private long written;

  /**
   * @param heatMaps where the images' activation maps go, or null for nowhere
   */
  BulkScoring(
      Scorer scorer, ScoreOptions options, OnError onError, @Nullable HeatMapFolder heatMaps) {
    this.scorer = scorer;
    this.options = options;
    this.onError = onError;
    this.heatMaps = heatMaps;
  }

  Totals run(RowFeed feed, PredictionWriter out, ProgressLine progress)
      throws IOException, RowFailure {
    try (BulkScorer bulk = scorer.bulk(row -> read(feed, row), options, BulkOptions.defaults())) {
      for (ScoredRow row = bulk.next(); row != null; row = bulk.next()) {
        write(row, out);
        if (done % REPORTED == 0) {
          progress.rows("scoring", done);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.workFailed("interrupted after " + done + " rows");
    }
    progress.rows("scoring", done);
    return new Totals(done, failed, firstError, withoutImage, firstImage, imageProblems);
  }

  private boolean read(RowFeed feed, Row row) throws IOException {
    boolean more = true;
    try {
      more = feed.next(row);
      return more;
    } finally {
      if (more) {
        places.addLast(feed.place());
      }
    }
  }

  private void write(ScoredRow scored, PredictionWriter out) throws IOException, RowFailure {
    long row = done++;
    String place = "row " + row + " (" + places.removeFirst() + "): ";
    Prediction prediction = scored.prediction();
    ScoringException error = scored.error();
    ScoringException problem =
        error != null || prediction == null ? error : prediction.imageProblem();
    imageProblems += problem != null && ofImage(problem) ? 1 : 0;
    if (prediction != null && error == null && (problem == null || onError == OnError.NULL)) {
      if (problem != null && withoutImage++ == 0) {
        firstImage = place + problem.getMessage();
      }
      out.write(row, prediction);
      if (heatMaps != null) {
        heatMaps.write(row, prediction);
      }
      written++;
      return;
    }
    String reason = problem == null ? "no prediction" : String.valueOf(problem.getMessage());
    if (failed++ == 0) {
      firstError = place + reason;
    }
    switch (onError) {
      case FAIL -> throw new RowFailure(firstError, written);
      case NULL -> {
        out.writeError(row, reason);
        written++;
      }
      case SKIP -> {}
    }
  }

  private static boolean ofImage(ScoringException problem) {
    return problem.reason() == Reason.UNREADABLE_IMAGE || problem.reason() == Reason.BAD_IMAGE;
  }
}
