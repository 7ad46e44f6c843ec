package dev.amulet.training.download;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Closes a stream that has not moved for a while, so that its reader does not wait for ever. */
final class StallGuard implements AutoCloseable {
  private final InputStream stream;
  private final long limitNs;
  private final Thread watcher;
  private volatile long movedAt = System.nanoTime();

  private StallGuard(InputStream stream, Duration limit) {
    this.stream = stream;
    limitNs = limit.toNanos();
    watcher = new Thread(this::watch, "download-guard");
    watcher.setDaemon(true);
  }

  static StallGuard on(InputStream stream, Duration limit) {
    StallGuard guard = new StallGuard(stream, limit);
    guard.watcher.start();
    return guard;
  }

  void moved() {
    movedAt = System.nanoTime();
  }

  private void watch() {
    try {
      for (long left = limitNs; left > 0; left = movedAt + limitNs - System.nanoTime()) {
        Thread.sleep(Math.max(1, left / 1_000_000));
      }
      stream.close();
    } catch (InterruptedException e) {
      // The stream ended in time.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException("a stalled download cannot be ended", e);
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
