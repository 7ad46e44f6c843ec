package dev.amulet.server;

import java.util.Arrays;
import java.util.Locale;

/** Figures that tests measure and people read: {@code long-rounds} looks for these lines. */
final class Figures {
  private Figures() {}

  static void say(String part, String format, Object... values) {
    System.out.println("figure " + part + ": " + String.format(Locale.ROOT, format, values));
  }

  /** The value below which this share of the others lies; 0 when there are none. */
  static long quantile(long[] values, double share) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
  }
}
