package dev.amulet.training.insight;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private Figures() {}

  /** Four digits that count, thousands apart; whole numbers whole. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return count((long) value);
    }
    double size = Math.abs(value);
    if (size >= 1000) {
      return count(Math.round(value));
    }
    int decimals = Math.min(9, Math.max(0, 3 - (int) Math.floor(Math.log10(size))));
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A share as per cent with one decimal. */
  static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share) : "–";
  }

  /** A share as whole per cent. */
  static String percentWhole(double share) {
    return String.format(Locale.ROOT, "%.0f\u00a0%%", 100 * share);
  }

  /** As {@link #number}, whole numbers or not. */
  static String rough(double value) {
    return number(Math.abs(value) >= 1000 ? Math.rint(value) : short5(value));
  }

  static String signed(double value) {
    return (value > 0 ? "+" : "") + rough(value);
  }

  static String signedPercent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%+.1f %%", 100 * share) : "–";
  }

  /** Thousands apart from five digits on, so that a year stays one. */
  static String count(long count) {
    return String.format(Locale.ROOT, Math.abs(count) < 10_000 ? "%d" : "%,d", count);
  }

  /** Five digits that count, so that a page of many numbers stays small. */
  static double short5(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(5, RoundingMode.HALF_EVEN)).doubleValue()
        : value;
  }

  /** Three digits that count, for the names of bars. */
  static double short3(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_EVEN)).doubleValue()
        : value;
  }

  static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    // Not through the middle of a character of two units.
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }
}
