package dev.amulet.runtime;

import dev.amulet.runtime.internal.pipeline.ImageWorker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Everything that scores several rows: batches of rows are under way at once, in order, each in a
 * {@link ScoringSession} of its own. The caller's thread reads rows and takes results; between the
 * two it and the workers do whatever is next for the oldest batch that has something to do: run its
 * networks and finish its rows once all are prepared, else prepare a row (fetch, decode and
 * preprocess its images). Nothing waits for a batch to fill on one thread.
 *
 * @param <T> what becomes of a row
 */
final class BatchEngine<T> {
  /** Where rows come from. Called on the caller's thread only. */
  @FunctionalInterface
  interface Feed {
    /**
     * The next row, or null when there are no more.
     *
     * @param spare an earlier row of this feed that is done with, to fill and return again, or null
     * @throws ScoringException when this row is bad; there may be more
     */
    @Nullable Row next(@Nullable Row spare) throws IOException;
  }

  /** The third step. Called on any thread. */
  interface Finisher<T> {
    /** What a row came to, which must not hold on to the session's buffers. */
    T finished(ScoringSession session, int index);

    T failed(ScoringException error);
  }

  /** Rows that go through the networks together. Guarded by the lock, but for the rows' content. */
  private static final class Batch {
    final ScoringSession session;
    final @Nullable Row[] rows;
    final @Nullable ScoringException[] errors;
    final @Nullable Object[] results;
    int count;
    int claimed;
    int prepared;
    int delivered;
    boolean sealed;
    boolean running;
    boolean done;

    Batch(ScoringSession session) {
      this.session = session;
      int capacity = session.capacity();
      rows = new Row[capacity];
      errors = new ScoringException[capacity];
      results = new Object[capacity];
    }

    void reset() {
      count = 0;
      claimed = 0;
      prepared = 0;
      delivered = 0;
      sealed = false;
      running = false;
      done = false;
      session.start();
    }

    boolean ready() {
      return sealed && !running && prepared == count;
    }
  }

  /**
   * A piece of work.
   *
   * @param count rows to prepare, or 0 to run the networks
   */
  private record Task(Batch batch, int first, int count) {}

  private final Feed feed;
  private final ScoreOptions options;
  private final Finisher<T> finisher;

  /** Rows that one piece of work prepares: with images each is worth a hand-over. */
  private final int claim;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  private final Deque<Batch> free = new ArrayDeque<>();

  /** Oldest first. */
  private final Deque<Batch> underWay = new ArrayDeque<>();

  private final ImageWorker own;
  private boolean sourceEnded;
  private @Nullable Exception sourceFailure;
  private @Nullable Throwable failure;
  private boolean stopped;

  /** The sessions stay the caller's, and are not to be used by it until the engine has stopped. */
  BatchEngine(
      List<ScoringSession> sessions,
      ImageWorker own,
      boolean readsImages,
      Feed feed,
      ScoreOptions options,
      Finisher<T> finisher) {
    this.feed = feed;
    this.options = options;
    this.finisher = finisher;
    this.own = own;
    claim = readsImages ? 1 : Integer.MAX_VALUE;
    for (ScoringSession session : sessions) {
      free.add(new Batch(session));
    }
  }

  /** What a worker thread does until the engine stops. */
  void work(ImageWorker hands) {
    while (true) {
      Task task;
      lock.lock();
      try {
        task = claim();
        while (task == null && !stopped) {
          work.awaitUninterruptibly();
          task = claim();
        }
      } finally {
        lock.unlock();
      }
      if (task == null) {
        return;
      }
      perform(task, hands);
    }
  }

  /**
   * What became of the next row, in the order of the feed, or null after the last.
   *
   * @throws IOException when the feed could not be read, after the rows before
   * @throws InterruptedException when interrupted while workers are busy; may be called again
   */
  @Nullable T next() throws IOException, InterruptedException {
    while (true) {
      Batch done = oldestDone();
      if (done != null) {
        if (done.delivered < done.count) {
          return deliver(done);
        }
        recycle(done);
      } else if (!fill() && !help()) {
        if (ended()) {
          return null;
        }
        awaitProgress();
      }
    }
  }

  /** Ends the work: what is under way finishes, nothing else begins. From any thread. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      work.signalAll();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Batch oldestDone() {
    lock.lock();
    try {
      checkFailure();
      Batch oldest = underWay.peekFirst();
      return oldest != null && oldest.done ? oldest : null;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("unchecked") // Only results of the finisher are put there.
  private @Nullable T deliver(Batch batch) {
    int index = batch.delivered++;
    Object result = batch.results[index];
    batch.results[index] = null;
    return (T) result;
  }

  private void recycle(Batch batch) {
    lock.lock();
    try {
      underWay.removeFirst();
      free.add(batch);
    } finally {
      lock.unlock();
    }
  }

  /** Reads one batch of rows; false when there is no room or there are no more rows. */
  private boolean fill() {
    Batch batch;
    lock.lock();
    try {
      batch = sourceEnded ? null : free.pollFirst();
    } finally {
      lock.unlock();
    }
    if (batch == null) {
      return false;
    }
    batch.reset();
    boolean published = false;
    for (int i = 0; i < batch.rows.length && !sourceEnded; i++) {
      if (read(batch, i)) {
        publish(batch, !published);
        published = true;
      }
    }
    seal(batch, published);
    return published;
  }

  private boolean read(Batch batch, int i) {
    batch.errors[i] = null;
    try {
      Row row = feed.next(batch.rows[i]);
      batch.rows[i] = row;
      sourceEnded = row == null;
    } catch (ScoringException e) {
      batch.errors[i] = e;
    } catch (IOException | RuntimeException e) {
      sourceFailure = e;
      sourceEnded = true;
    }
    return !sourceEnded;
  }

  private void publish(Batch batch, boolean first) {
    lock.lock();
    try {
      batch.count++;
      if (first) {
        underWay.addLast(batch);
      }
      if (claim == 1) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void seal(Batch batch, boolean published) {
    lock.lock();
    try {
      batch.sealed = true;
      if (!published) {
        free.addFirst(batch);
      }
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean help() {
    Task task;
    lock.lock();
    try {
      task = claim();
    } finally {
      lock.unlock();
    }
    if (task == null) {
      return false;
    }
    perform(task, own);
    return true;
  }

  private boolean ended() throws IOException {
    lock.lock();
    try {
      if (!underWay.isEmpty() || !sourceEnded) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    if (sourceFailure instanceof IOException e) {
      throw e;
    }
    if (sourceFailure instanceof RuntimeException e) {
      throw e;
    }
    return true;
  }

  private void awaitProgress() throws InterruptedException {
    lock.lock();
    try {
      while (!stopped && !underWay.isEmpty() && !underWay.getFirst().done) {
        progress.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next thing to do for the oldest batch that has one, marked as taken. Under the lock. */
  private @Nullable Task claim() {
    if (stopped) {
      return null;
    }
    Iterator<Batch> batches = underWay.iterator();
    while (batches.hasNext()) {
      Batch batch = batches.next();
      if (batch.ready()) {
        batch.running = true;
        return new Task(batch, 0, 0);
      }
      int waiting = batch.count - batch.claimed;
      if (waiting > 0 && (claim == 1 || batch.sealed)) {
        int first = batch.claimed;
        int count = Math.min(waiting, claim);
        batch.claimed += count;
        return new Task(batch, first, count);
      }
    }
    return null;
  }

  private void perform(Task task, ImageWorker hands) {
    try {
      if (task.count == 0) {
        runNetworks(task.batch);
      } else {
        prepare(task, hands);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void prepare(Task task, ImageWorker hands) {
    Batch batch = task.batch;
    for (int i = task.first; i < task.first + task.count; i++) {
      Row row = batch.rows[i];
      if (row != null && batch.errors[i] == null) {
        try {
          batch.session.prepare(i, row, options, hands);
        } catch (ScoringException e) {
          batch.errors[i] = e;
        }
      }
    }
    lock.lock();
    try {
      batch.prepared += task.count;
    } finally {
      lock.unlock();
    }
  }

  private void runNetworks(Batch batch) {
    batch.session.runNetworks();
    for (int i = 0; i < batch.count; i++) {
      ScoringException error = batch.errors[i];
      batch.results[i] =
          error == null ? finisher.finished(batch.session, i) : finisher.failed(error);
    }
    lock.lock();
    try {
      batch.done = true;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable e) {
    lock.lock();
    try {
      failure = failure == null ? e : failure;
      stopped = true;
      work.signalAll();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void checkFailure() {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (stopped) {
      throw new IllegalStateException("the bulk scoring is closed");
    }
  }
}
