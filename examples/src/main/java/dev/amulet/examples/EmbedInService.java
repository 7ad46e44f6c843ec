package dev.amulet.examples;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScoringSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A service around one model: a queue of bounded length, and workers that each hold what scoring
 * needs.
 *
 * <pre>EmbedInService model.amulet photo-folder make=Volvo,mileage=52000,image=photos/17.jpg ...
 * </pre>
 *
 * <p>The lesson: open the {@link Scorer} once and share it; give every worker thread its own {@link
 * ScoringSession}, {@link Row} and {@link Prediction}, which are used again for each request;
 * refuse work when the queue is full; and at the end stop taking work, finish what was taken, close
 * the sessions, and the scorer last.
 */
public final class EmbedInService implements AutoCloseable {
  private static final int QUEUED = 256;
  private static final long LONGEST_SHUTDOWN_SECONDS = 30;

  private final Scorer scorer;
  private final BlockingQueue<Request> queue = new ArrayBlockingQueue<>(QUEUED);
  private final List<Thread> workers = new ArrayList<>();
  private boolean closed;

  /** One row's cells, and where its score goes; without cells, the end of a worker. */
  private record Request(@Nullable Map<String, String> cells, CompletableFuture<Double> score) {}

  EmbedInService(Path amulet, Path images, int threads) throws ArtifactException {
    scorer = Scorer.open(amulet, ScorerOptions.builder().imageRoot(images).build());
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(this::work, "scoring-" + i);
      workers.add(worker);
      worker.start();
    }
  }

  /**
   * Scores cells by column name; the future fails with a ScoringException for a bad row.
   *
   * @throws RejectedExecutionException when the service is full or closed: tell the client to come
   *     back later
   */
  CompletableFuture<Double> score(Map<String, String> cells) {
    Request request = new Request(cells, new CompletableFuture<>());
    synchronized (this) {
      if (closed) {
        throw new RejectedExecutionException("the service is closed");
      }
      if (!queue.offer(request)) {
        throw new RejectedExecutionException(QUEUED + " rows are waiting already");
      }
    }
    return request.score;
  }

  private void work() {
    try (ScoringSession session = scorer.newSession()) {
      Row row = scorer.newRow();
      Prediction prediction = session.newPrediction();
      for (Request next = queue.take(); next.cells != null; next = queue.take()) {
        try {
          row.clear();
          next.cells.forEach(row::set);
          session.score(row, prediction);
          next.score.complete(prediction.value());
        } catch (RuntimeException e) {
          next.score.completeExceptionally(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more rows, scores those taken, and frees the model; a second call does nothing. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      for (int i = 0; i < workers.size(); i++) {
        queue.put(new Request(null, new CompletableFuture<>()));
      }
      for (Thread worker : workers) {
        worker.join(TimeUnit.SECONDS.toMillis(LONGEST_SHUTDOWN_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Whatever still runs gets an exception, never a crash.
      scorer.close();
    }
  }

  public static void main(String[] words) throws ArtifactException {
    Path amulet = Path.of(words[0]);
    Path images = Path.of(words[1]);
    try (EmbedInService service = new EmbedInService(amulet, images, 2)) {
      List<CompletableFuture<Double>> scores = new ArrayList<>();
      for (int i = 2; i < words.length; i++) {
        scores.add(service.score(cells(words[i])));
      }
      for (CompletableFuture<Double> score : scores) {
        System.out.println(
            score.handle((value, e) -> e == null ? "" + value : e.getMessage()).join());
      }
    }
  }

  private static Map<String, String> cells(String word) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (String cell : word.split(",", -1)) {
      String[] parts = cell.split("=", 2);
      cells.put(parts[0], parts[1]);
    }
    return cells;
  }
}
