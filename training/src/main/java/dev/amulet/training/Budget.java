package dev.amulet.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The time an experiment may take for what it may leave out, and what its time went into. Starts
 * when it is made.
 */
final class Budget {
  /** Share of the time that is kept for what comes after the search: the model and its report. */
  private static final double RESERVE = 0.1;

  private final long started = System.nanoTime();
  private final double seconds;
  private final Map<String, Double> phases = new LinkedHashMap<>();
  private String phase = "";
  private double phaseStarted;
  private boolean cut;
  private double kept;
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

  /** Keeps seconds for what comes after the search, besides the model and its report. */
  void keep(double more) {
    kept = more;
  }

  /** Seconds in all for the search and what comes after it, without what is kept. */
  double totalSeconds() {
    return seconds - kept;
  }

  double spentSeconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Seconds in all. */
  double seconds() {
    return seconds;
  }

  /** Seconds left; less than 0 when overdrawn, none when stopped. */
  double leftSeconds() {
    return stopped ? 0 : seconds - spentSeconds();
  }

  /**
   * Seconds left for trying things, so that some remain for the model and its report; less than 0
   * when overdrawn, none when stopped.
   */
  double searchSecondsLeft() {
    return stopped ? 0 : leftSeconds() - RESERVE * seconds - kept;
  }

  /** From now on time goes into this. */
  void phase(String name) {
    double now = spentSeconds();
    if (!phase.isEmpty()) {
      phases.merge(phase, now - phaseStarted, Double::sum);
    }
    phase = name;
    phaseStarted = now;
  }

  /** Seconds by phase, in the order they began, without the one under way. */
  Map<String, Double> phases() {
    return new LinkedHashMap<>(phases);
  }
}
