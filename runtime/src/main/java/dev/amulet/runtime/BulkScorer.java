package dev.amulet.runtime;

import dev.amulet.runtime.internal.pipeline.LoadedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores rows without end, in order, on several threads: workers fetch, decode and preprocess
 * images ahead of the networks, whose batches run as soon as they are full.
 *
 * <pre>{@code
 * try (BulkScorer bulk = scorer.bulk(csv::next, BulkOptions.defaults())) {
 *   for (ScoredRow row = bulk.next(); row != null; row = bulk.next()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>The caller's thread reads the rows and takes the results, and works with the others in
 * between; who stops calling {@link #next} stops the work, once the look-ahead is used up. A bad
 * row becomes an error in its place. Scores are bit-equal to those of {@link Scorer#score(Row)}.
 *
 * <p><b>Memory</b> does not grow with the number of rows. Beside the scorer's own it is at most
 *
 * <pre>
 *   lookAhead * batchSize * (4 * (3 * H * W + outputs) per network and input size
 *                            + 4 * slots + the row's cells, with the bytes of inline images)
 * + (workers + 1)         * the largest image: its file and up to 16 bytes per pixel to decode it
 * </pre>
 *
 * the first line being {@link #bufferBytes()} but for the cells and slots. By default on 2
 * processors with a network of 224 x 224 that is 4 * 16 * 0.6 MB = 39 MB of buffers.
 *
 * <p>One thread at a time calls {@link #next}; any thread may {@link #close}.
 */
public final class BulkScorer implements AutoCloseable {
  /** Where rows come from. Called on the thread that calls {@link BulkScorer#next}. */
  @FunctionalInterface
  public interface RowSource {
    /**
     * Fills a row, of which every column starts as missing or as an earlier row left it.
     *
     * @return false when there are no more
     * @throws ScoringException when this row is bad; the next call goes on with the next row
     * @throws IOException when there is no way on; rows already read are scored first
     */
    boolean next(Row row) throws IOException;
  }

  private final List<ScoringSession> sessions = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();
  private final BatchEngine<ScoredRow> engine;
  private final LoadedModel model;

  private BulkScorer(
      Scorer scorer,
      LoadedModel model,
      BatchEngine.Feed feed,
      ScoreOptions asked,
      BulkOptions options) {
    this.model = model;
    for (int i = 0; i < options.lookAhead(); i++) {
      sessions.add(new ScoringSession(scorer, model));
    }
    engine =
        new BatchEngine<>(
            sessions,
            model.newImageWorker(),
            model.readsImages(),
            feed,
            asked,
            new PredictionFinisher());
    for (int i = 1; i <= options.workers(); i++) {
      Thread worker = new Thread(() -> engine.work(model.newImageWorker()), "amulet-bulk-" + i);
      worker.setDaemon(true);
      workers.add(worker);
    }
  }

  static BulkScorer start(
      Scorer scorer,
      LoadedModel model,
      BatchEngine.Feed feed,
      ScoreOptions asked,
      BulkOptions options) {
    BulkScorer bulk = new BulkScorer(scorer, model, feed, asked, options);
    try {
      bulk.workers.forEach(Thread::start);
    } catch (Error e) {
      // A machine out of threads must not be left with half of them waiting.
      bulk.close();
      throw e;
    }
    return bulk;
  }

  /** A prediction of its own for each row. */
  static final class PredictionFinisher implements BatchEngine.Finisher<ScoredRow> {
    @Override
    public ScoredRow finished(ScoringSession session, int index) {
      Prediction prediction = session.newPrediction();
      session.finish(index, prediction);
      return new ScoredRow(prediction, null);
    }

    @Override
    public ScoredRow failed(ScoringException error) {
      return new ScoredRow(null, error);
    }
  }

  static BatchEngine.Feed feed(Scorer scorer, RowSource source) {
    return spare -> {
      Row row = spare == null ? scorer.newRow() : spare;
      return source.next(row) ? row : null;
    };
  }

  static BatchEngine.Feed feed(Iterator<Row> rows) {
    return spare -> rows.hasNext() ? rows.next() : null;
  }

  /**
   * The next row's prediction or error, in the order of the source; null after the last.
   *
   * @throws IOException what the source threw, after the rows before it
   * @throws InterruptedException when interrupted while it waits for workers; the work goes on
   * @throws IllegalStateException when this or the scorer is closed
   */
  public @Nullable ScoredRow next() throws IOException, InterruptedException {
    return engine.next();
  }

  /** Direct memory that all batches together take once full, in bytes. */
  public long bufferBytes() {
    return sessions.size() * model.bufferBytes();
  }

  /**
   * Gives up what is under way and waits until the workers have ended: at most as long as one image
   * takes to fetch and decode, or one network run. Closing again does nothing.
   */
  @Override
  public void close() {
    engine.stop();
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    sessions.forEach(ScoringSession::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
