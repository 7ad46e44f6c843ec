package dev.amulet.cli;

import dev.amulet.training.ProgressListener;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how long work goes: on a terminal one line that is drawn over, with the time left;
 * elsewhere nothing but the messages and, in a phase that takes long, a plain line now and then.
 */
final class ProgressLine implements ProgressListener, AutoCloseable {
  private static final long REDRAW_NS = 100_000_000L;
  private static final long PLAIN_NS = 15_000_000_000L;
  private static final int BAR = 24;

  private final Terminal terminal;
  private final PrintStream messages;
  private String phase = "";
  private long phaseStart;
  private long shownAt;
  private boolean drawn;

  /**
   * @param messages where lines for the user go
   */
  ProgressLine(Terminal terminal, PrintStream messages) {
    this.terminal = terminal;
    this.messages = messages;
  }

  @Override
  public void message(String line) {
    erase();
    messages.println(line);
  }

  @Override
  public void progress(String newPhase, long done, long total) {
    long now = System.nanoTime();
    if (!newPhase.equals(phase) || done <= 0) {
      phase = newPhase;
      phaseStart = now;
      shownAt = now;
    }
    if (done >= total) {
      erase();
      phase = "";
      return;
    }
    if (now - shownAt < (terminal.interactive() ? REDRAW_NS : PLAIN_NS)) {
      return;
    }
    shownAt = now;
    String left = timeLeft(now - phaseStart, done, total);
    if (terminal.interactive()) {
      int filled = (int) (BAR * done / Math.max(1, total));
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "\r\033[K  %s  %s%s  %d/%d%s",
              phase,
              "━".repeat(filled),
              "╌".repeat(BAR - filled),
              done,
              total,
              left);
      terminal.err().flush();
      drawn = true;
    } else {
      terminal.err().printf(Locale.ROOT, "  %s %d/%d%s%n", phase, done, total, left);
    }
  }

  /** Rows of a table whose length is not known. */
  void rows(String newPhase, long done) {
    long now = System.nanoTime();
    if (!newPhase.equals(phase)) {
      phase = newPhase;
      phaseStart = now;
      shownAt = now;
    }
    if (now - shownAt < (terminal.interactive() ? REDRAW_NS : PLAIN_NS)) {
      return;
    }
    shownAt = now;
    double perSecond = done / Math.max(1e-9, (now - phaseStart) / 1e9);
    String text = String.format(Locale.ROOT, "%s: %d rows, %.0f a second", phase, done, perSecond);
    if (terminal.interactive()) {
      terminal.err().print("\r\033[K  " + text);
      terminal.err().flush();
      drawn = true;
    } else {
      terminal.err().println("  " + text);
    }
  }

  private static String timeLeft(long elapsedNs, long done, long total) {
    if (done <= 0 || elapsedNs < 1_000_000_000L) {
      return "";
    }
    double seconds = elapsedNs / 1e9 * (total - done) / done;
    return seconds < 90
        ? String.format(Locale.ROOT, "  %.0f s left", Math.ceil(seconds))
        : String.format(Locale.ROOT, "  %.0f min left", Math.ceil(seconds / 60));
  }

  private void erase() {
    if (drawn) {
      terminal.err().print("\r\033[K");
      terminal.err().flush();
      drawn = false;
    }
  }

  @Override
  public void close() {
    erase();
  }
}
