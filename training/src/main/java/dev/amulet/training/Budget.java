package dev.amulet.training;

/** The time an experiment may take for what it may leave out. Starts when it is made. */
final class Budget {
  private final long started = System.nanoTime();
  private final double seconds;
  private boolean cut;
  private volatile boolean stopped;

  Budget(double minutes) {
    seconds = 60 * minutes;
  }

  /** Something was left out for want of time. */
  void cut() {
    cut = true;
  }

  /** Whether anything was left out for want of time. */
  boolean wasCut() {
    return cut;
  }

  /** Nothing more is to be begun. May be called from any thread. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  double spentSeconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Seconds left; less than 0 when overdrawn, none when stopped. */
  double leftSeconds() {
    return stopped ? 0 : seconds - spentSeconds();
  }
}
