package dev.amulet.runtime.internal.onnx;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps native memory alive while it is used: what is closed in the middle of a call is released
 * when the last call ends, and no call begins after that. Thread-safe; waits for nothing.
 */
final class UseCount {
  private static final long CLOSED = 1L << 62;

  private final AtomicLong state = new AtomicLong();
  private final String what;
  private final Runnable release;

  UseCount(String what, Runnable release) {
    this.what = what;
    this.release = release;
  }

  /** Must be followed by {@link #leave}; IllegalStateException once closed. */
  void enter() {
    while (true) {
      long seen = state.get();
      if ((seen & CLOSED) != 0) {
        throw new IllegalStateException(what + " is closed");
      }
      if (state.compareAndSet(seen, seen + 1)) {
        return;
      }
    }
  }

  void leave() {
    if (state.decrementAndGet() == CLOSED) {
      release.run();
    }
  }

  /** A second call does nothing. */
  void close() {
    while (true) {
      long seen = state.get();
      if ((seen & CLOSED) != 0) {
        return;
      }
      if (state.compareAndSet(seen, seen | CLOSED)) {
        if (seen == 0) {
          release.run();
        }
        return;
      }
    }
  }
}
