package dev.amulet.server.model;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one request, on their way through one model version. Rows are taken in order by one
 * worker or several; the future completes when each has its outcome, or exceptionally when the
 * request ends before.
 */
public final class ScoreCall {
  private final RequestContext context;
  private final List<Row> rows;
  private final ScoreOptions options;
  private final @Nullable ScoredRow[] results;
  private final AtomicInteger open;
  private final CompletableFuture<List<ScoredRow>> future = new CompletableFuture<>();
  private final long enqueuedNs = System.nanoTime();

  /** Rows that were handed to workers; the queue's lock guards it. */
  private int taken;

  /**
   * Takes over the rows.
   *
   * @param errors why rows could not be read, by row; they come back as they are
   */
  public ScoreCall(
      RequestContext context,
      List<Row> rows,
      List<@Nullable ScoringException> errors,
      ScoreOptions options) {
    this.context = context;
    this.rows = rows;
    this.options = options;
    results = new ScoredRow[rows.size()];
    int waiting = rows.size();
    for (int i = 0; i < results.length; i++) {
      ScoringException error = errors.get(i);
      if (error != null) {
        results[i] = new ScoredRow(null, error);
        waiting--;
      }
    }
    open = new AtomicInteger(waiting);
    if (waiting == 0) {
      complete();
    }
    context.onEnd(future::completeExceptionally);
  }

  /** The outcomes in the order of the rows. */
  public CompletableFuture<List<ScoredRow>> future() {
    return future;
  }

  RequestContext context() {
    return context;
  }

  ScoreOptions options() {
    return options;
  }

  Row row(int index) {
    return rows.get(index);
  }

  /** Rows that no worker has taken yet, those among them that need none included. */
  int waiting() {
    return rows.size() - taken;
  }

  int take(int most) {
    int first = taken;
    taken = Math.min(rows.size(), taken + most);
    return first;
  }

  boolean hasResult(int index) {
    return results[index] != null;
  }

  long enqueuedNs() {
    return enqueuedNs;
  }

  boolean over() {
    return future.isDone() || context.over();
  }

  void finished(int index, ScoredRow row) {
    results[index] = row;
    if (open.decrementAndGet() == 0) {
      complete();
    }
  }

  void failed(Throwable e) {
    future.completeExceptionally(e);
  }

  private void complete() {
    List<ScoredRow> all = new ArrayList<>(results.length);
    for (ScoredRow row : results) {
      all.add(Objects.requireNonNull(row));
    }
    future.complete(all);
  }
}
