package dev.amulet.cli;

import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.csv.PredictionWriter;
import java.io.IOException;
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
  /** What a row that cannot be scored does. */
  enum OnError {
    /** Ends the command. */
    FAIL,
    /** Gives a line without a prediction and with the reason. */
    NULL,
    /** Gives no line. */
    SKIP
  }

  /**
   * How a feed came out.
   *
   * @param failed rows that could not be scored
   * @param firstError where and why the first of them, or empty
   * @param withoutImage rows scored as if an image that was given were missing
   * @param firstImage where and why the first of them, or empty
   */
  record Totals(long rows, long failed, String firstError, long withoutImage, String firstImage) {}

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

  BulkScoring(Scorer scorer, OnError onError) {
    this.scorer = scorer;
    this.onError = onError;
    workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < CHUNK; i++) {
      rows.add(scorer.newRow());
    }
  }

  Totals run(RowFeed feed, PredictionWriter out, ProgressLine progress) throws IOException {
    for (int count = fill(feed); count > 0; count = fill(feed)) {
      List<ScoredRow> scored = score(count);
      for (int i = 0; i < count; i++) {
        write(i, scored.get(i), out);
      }
      progress.rows("scoring", done);
    }
    return new Totals(done, failed, firstError, withoutImage, firstImage);
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

  private void write(int i, ScoredRow scored, PredictionWriter out) throws IOException {
    long row = done++;
    ScoringException error = errors[i] == null ? scored.error() : errors[i];
    Prediction prediction = scored.prediction();
    if (error == null && prediction != null) {
      ScoringException problem = prediction.imageProblem();
      if (problem != null && withoutImage++ == 0) {
        firstImage = "row " + row + " (" + places[i] + "): " + problem.getMessage();
      }
      out.write(row, prediction);
      return;
    }
    String reason = error == null ? "no prediction" : String.valueOf(error.getMessage());
    failed++;
    if (failed == 1) {
      firstError = "row " + row + " (" + places[i] + "): " + reason;
    }
    switch (onError) {
      case FAIL ->
          throw CommandFailure.workFailed(
              firstError
                  + "\nno output was written; --on-error null leaves such rows empty, --on-error skip"
                  + " leaves them out");
      case NULL -> out.writeError(row, reason);
      case SKIP -> {}
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
