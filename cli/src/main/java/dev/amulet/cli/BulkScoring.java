package dev.amulet.cli;

import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.csv.PredictionWriter;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Scores a feed of any length in the order it comes: {@value #CHUNK} rows at a time, on all cores.
 * Memory does not grow with the feed.
 */
final class BulkScoring implements AutoCloseable {
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

  private static final int CHUNK = 256;
  private static final int SLICE = 16;

  private final Scorer scorer;
  private final OnError onError;
  private final ExecutorService workers;
  private final List<Row> rows = new ArrayList<>();
  private final @Nullable String[] places = new String[CHUNK];
  private final @Nullable ScoringException[] errors = new ScoringException[CHUNK];
  private long done;
  private long failed;
  private String firstError = "";
  private long withoutImage;
  private String firstImage = "";
  private long imageProblems;
  private long written;

  BulkScoring(Scorer scorer, OnError onError) {
    this.scorer = scorer;
    this.onError = onError;
    workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < CHUNK; i++) {
      rows.add(scorer.newRow());
    }
  }

  Totals run(RowFeed feed, PredictionWriter out, ProgressLine progress)
      throws IOException, RowFailure {
    for (int count = fill(feed); count > 0; count = fill(feed)) {
      List<ScoredRow> scored = score(count);
      for (int i = 0; i < count; i++) {
        write(i, scored.get(i), out);
      }
      progress.rows("scoring", done);
    }
    return new Totals(done, failed, firstError, withoutImage, firstImage, imageProblems);
  }

  private int fill(RowFeed feed) throws IOException {
    for (int i = 0; i < CHUNK; i++) {
      errors[i] = null;
      try {
        if (!feed.next(rows.get(i))) {
          return i;
        }
      } catch (ScoringException e) {
        errors[i] = e;
        rows.get(i).clear();
      }
      places[i] = feed.place();
    }
    return CHUNK;
  }

  /** In slices, so that one slow picture holds up one worker only. */
  private List<ScoredRow> score(int count) {
    List<Callable<List<ScoredRow>>> slices = new ArrayList<>();
    for (int first = 0; first < count; first += SLICE) {
      List<Row> slice = rows.subList(first, Math.min(count, first + SLICE));
      slices.add(() -> scorer.score(slice));
    }
    List<ScoredRow> scored = new ArrayList<>(count);
    try {
      for (Future<List<ScoredRow>> slice : workers.invokeAll(slices)) {
        scored.addAll(slice.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.workFailed("interrupted after " + done + " rows");
    } catch (ExecutionException e) {
      throw new IllegalStateException("scoring failed after " + done + " rows", e.getCause());
    }
    return scored;
  }

  private void write(int i, ScoredRow scored, PredictionWriter out) throws IOException, RowFailure {
    long row = done++;
    Prediction prediction = scored.prediction();
    ScoringException error = errors[i] == null ? scored.error() : errors[i];
    ScoringException problem =
        error != null || prediction == null ? error : prediction.imageProblem();
    imageProblems += problem != null && ofImage(problem) ? 1 : 0;
    if (prediction != null && error == null && (problem == null || onError == OnError.NULL)) {
      if (problem != null && withoutImage++ == 0) {
        firstImage = place(row, i) + problem.getMessage();
      }
      out.write(row, prediction);
      written++;
      return;
    }
    String reason = problem == null ? "no prediction" : String.valueOf(problem.getMessage());
    if (failed++ == 0) {
      firstError = place(row, i) + reason;
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

  private String place(long row, int i) {
    return "row " + row + " (" + places[i] + "): ";
  }

  private static boolean ofImage(ScoringException problem) {
    return problem.reason() == Reason.UNREADABLE_IMAGE || problem.reason() == Reason.BAD_IMAGE;
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
