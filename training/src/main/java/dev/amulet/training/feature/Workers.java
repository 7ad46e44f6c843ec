package dev.amulet.training.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * A fixed number of threads for independent pieces of arithmetic. With one thread the caller does
 * the work. Results must not depend on the order of the pieces, and then not on the threads either.
 */
public final class Workers implements AutoCloseable {
  private final ExecutorService threads;
  private final boolean single;

  public Workers(int count) {
    single = count == 1;
    threads =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, "amulet-training");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs the pieces 0 to count - 1 and returns when all are done. */
  public void forEach(int count, IntConsumer piece) {
    if (single) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
      return;
    }
    List<Future<?>> pending = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      pending.add(threads.submit(() -> piece.accept(index)));
    }
    try {
      for (Future<?> future : pending) {
        future.get();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while training", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("training thread failed: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
