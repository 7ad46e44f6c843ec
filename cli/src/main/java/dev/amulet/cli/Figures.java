package dev.amulet.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private Figures() {}

  /** A metric or an amount: about four significant digits, thousands grouped. */
  static String number(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : Double.toString(value);
    }
    if (size >= 1e9 || (size > 0 && size < 1e-4)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    if (size >= 1000 || (size == Math.rint(size) && size >= 10)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.4f", value);
  }

  /** A value that was seen in a column: not rounded, no grouping, so that years read as years. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.6g", value).replaceFirst("\\.?0+$", "");
  }

  static String bytes(long size) {
    double bytes = (double) size;
    if (bytes < 1000) {
      return String.format(Locale.ROOT, "%.0f B", bytes);
    }
    if (bytes < 1e6) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return String.format(
        Locale.ROOT, bytes < 1e9 ? "%.1f MB" : "%.2f GB", bytes / (bytes < 1e9 ? 1e6 : 1e9));
  }

  static String count(long n, String one) {
    return String.format(Locale.ROOT, "%,d %s%s", n, one, n == 1 ? "" : "s");
  }
}
