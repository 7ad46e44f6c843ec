package dev.amulet.training;

/** The time an experiment may take for what it may leave out. Starts when it is made. */
final class Budget {
  private final long started = System.nanoTime();
  private final double seconds;
  private boolean cut;

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

  double spentSeconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Seconds left; less than 0 when overdrawn. */
  double leftSeconds() {
    return seconds - spentSeconds();
  }
}
