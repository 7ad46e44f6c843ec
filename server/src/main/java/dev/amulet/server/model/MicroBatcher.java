package dev.amulet.server.model;

import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringSession;
import dev.amulet.server.model.RequestException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The rows that wait for one model version, and the batches made of them. A batch is what one
 * worker takes at once: it prepares the rows, runs the networks over all their images together and
 * finishes each. Results do not depend on the batch (the runtime's promise), so batching is a
 * matter of speed only.
 *
 * <p>Without a delay a worker takes what is there, sharing it with the workers that are idle. With
 * one, a batch that is not full waits until its oldest row is that old. Rows whose request is over
 * are dropped before each of the three steps.
 */
public final class MicroBatcher implements AutoCloseable {
  /**
   * How a model's work is cut.
   *
   * @param maxBatch most rows in one batch
   * @param maxDelayNs longest time a row waits for others, in nanoseconds
   * @param maxQueuedRows most rows that wait; a single request may have more when none wait
   * @param concurrency most batches of this model under way at once
   */
  public record Limits(int maxBatch, long maxDelayNs, int maxQueuedRows, int concurrency) {}

  private final WorkQueue queue;
  private final Scorer scorer;
  private final Limits limits;
  private final ModelMetrics metrics;
  private final Queue<ScoringSession> sessions = new ConcurrentLinkedQueue<>();

  /** Guarded by the queue's lock, as the numbers below. */
  private final Deque<ScoreCall> waiting = new ArrayDeque<>();

  private int queuedRows;
  private int running;
  private volatile boolean closed;

  /** Takes rows from now on; the scorer stays the caller's. */
  public MicroBatcher(WorkQueue queue, Scorer scorer, Limits limits, ModelMetrics metrics) {
    this.queue = queue;
    this.scorer = scorer;
    this.limits = limits;
    this.metrics = metrics;
    queue.add(this);
  }

  /**
   * Queues the rows of a request.
   *
   * @return the call's future
   * @throws RequestException when too many rows wait, or nobody waits for these any more
   * @throws IllegalStateException when the amulet cannot give what the call asks for
   */
  public CompletableFuture<List<ScoredRow>> submit(ScoreCall call) {
    call.context().check();
    scorer.requireAvailable(call.options());
    if (call.future().isDone()) {
      return call.future();
    }
    int rows = call.waiting();
    queue.change(
        () -> {
          if (queuedRows > 0 && queuedRows + rows > limits.maxQueuedRows()) {
            throw new RequestException(
                Kind.UNAVAILABLE, "the model has " + queuedRows + " rows waiting; try again later");
          }
          waiting.add(call);
          queuedRows += rows;
        },
        Math.max(1, Math.min(limits.concurrency(), rows)));
    call.context().onEnd(why -> queue.change(() -> drop(call), 0));
    return call.future();
  }

  /** Rows that wait. */
  public int queuedRows() {
    int[] rows = new int[1];
    queue.change(() -> rows[0] = queuedRows, 0);
    return rows[0];
  }

  /** How many batches the waiting rows fill. Under the lock. */
  int fill() {
    return queuedRows / limits.maxBatch();
  }

  /** When this model next has a batch for a worker that finds nothing to do. Under the lock. */
  long dueInNs(long now) {
    ScoreCall oldest = waiting.peekFirst();
    if (oldest == null || running >= limits.concurrency() || limits.maxDelayNs() == 0) {
      return Long.MAX_VALUE; // Whoever ends a batch looks again.
    }
    return Math.max(0, oldest.enqueuedNs() + limits.maxDelayNs() - now);
  }

  /** The next batch, or null when none is due. Under the lock. */
  @Nullable Runnable poll(long now, int idleWorkers) {
    if (queuedRows == 0 || running >= limits.concurrency()) {
      return null;
    }
    int size = limits.maxBatch();
    if (limits.maxDelayNs() == 0) {
      int share = (queuedRows + idleWorkers - 1) / idleWorkers;
      size = Math.min(size, share);
    } else if (queuedRows < size && dueInNs(now) > 0) {
      return null;
    }
    List<Item> items = new ArrayList<>(size);
    while (items.size() < size && !waiting.isEmpty()) {
      take(waiting.removeFirst(), size - items.size(), items);
    }
    running++;
    return () -> run(items);
  }

  /** Takes a request's next rows; one with more goes behind the others, so that they pass it. */
  private void take(ScoreCall call, int most, List<Item> items) {
    int before = call.waiting();
    int first = call.take(most);
    int count = before - call.waiting();
    queuedRows -= count;
    for (int i = first; i < first + count; i++) {
      if (!call.hasResult(i)) {
        items.add(new Item(call, i));
      }
    }
    if (call.waiting() > 0) {
      waiting.addLast(call);
    }
  }

  private void drop(ScoreCall call) {
    if (waiting.remove(call)) {
      queuedRows -= call.waiting();
    }
  }

  private void run(List<Item> items) {
    ScoringSession session = sessions.poll();
    try {
      session = session == null ? scorer.newSession() : session;
      score(session, items);
      giveBack(session);
    } catch (RuntimeException | Error e) {
      if (session != null) {
        session.close(); // What it holds is in doubt.
      }
      items.forEach(item -> item.call.failed(e));
    } finally {
      queue.change(() -> running--, 1);
    }
  }

  private void score(ScoringSession session, List<Item> items) {
    session.start();
    long startNs = System.nanoTime();
    List<Item> prepared = new ArrayList<>(items.size());
    for (Item item : items) {
      metrics.queued(startNs - item.call.enqueuedNs());
      if (!item.call.over()) {
        long beganNs = System.nanoTime();
        prepare(session, prepared, item);
        item.call
            .context()
            .step("queue", /* startNs= */ item.call.enqueuedNs(), /* endNs= */ startNs);
        item.call.context().step("prepare", beganNs, System.nanoTime());
      }
    }
    if (prepared.stream().allMatch(item -> item.call.over())) {
      return;
    }
    long preparedNs = System.nanoTime();
    session.runNetworks();
    for (int i = 0; i < prepared.size(); i++) {
      Item item = prepared.get(i);
      if (!item.call.over()) {
        Prediction prediction = session.newPrediction();
        session.finish(i, prediction);
        item.call.context().step("score", preparedNs, System.nanoTime());
        item.call.finished(item.row, new ScoredRow(prediction, null));
      }
    }
    metrics.batch(prepared.size(), System.nanoTime() - startNs);
  }

  private static void prepare(ScoringSession session, List<Item> prepared, Item item) {
    try {
      session.prepare(prepared.size(), item.call.row(item.row), item.call.options());
      prepared.add(item);
    } catch (ScoringException e) {
      item.call.finished(item.row, new ScoredRow(null, e));
    }
  }

  private void giveBack(ScoringSession session) {
    sessions.add(session);
    if (closed) {
      freeSessions();
    }
  }

  /** Frees the sessions; that of a batch under way, whose rows nobody waits for, when it ends. */
  @Override
  public void close() {
    queue.remove(this);
    closed = true;
    freeSessions();
  }

  private void freeSessions() {
    for (ScoringSession session = sessions.poll(); session != null; session = sessions.poll()) {
      session.close();
    }
  }

  private record Item(ScoreCall call, int row) {}
}
