package dev.amulet.runtime;

import dev.amulet.runtime.internal.transform.Cells;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Finds the level of a categorical column that a number is written as. Immutable. */
final class NumberLevels {
  /** From here on a number is written with an exponent. */
  static final long LARGEST_WHOLE = 1_000_000_000_000_000L;

  private final double[] numbers;
  private final int[] levels;

  private NumberLevels(double[] numbers, int[] levels) {
    this.numbers = numbers;
    this.levels = levels;
  }

  static NumberLevels of(List<String> texts) {
    TreeMap<Double, Integer> byNumber = new TreeMap<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      double number = parse(text);
      if (text.equals(written(number))) {
        byNumber.put(number, i);
      } else if (isWrittenWithFraction(text, number)) {
        byNumber.putIfAbsent(number, i);
      }
    }
    return new NumberLevels(
        byNumber.keySet().stream().mapToDouble(number -> number).toArray(),
        byNumber.values().stream().mapToInt(level -> level).toArray());
  }

  /** The level, or {@link Cells#UNSEEN_LEVEL}; allocates nothing. */
  int level(double number) {
    // The sum makes -0.0 the 0.0 it is written as.
    int at = Arrays.binarySearch(numbers, number + 0.0);
    return at < 0 ? Cells.UNSEEN_LEVEL : levels[at];
  }

  /**
   * The level of a text that another program wrote the same whole number as: 85255.0 where training
   * had 85255, or the other way round. {@link Cells#UNSEEN_LEVEL} where it is none.
   */
  int level(String text) {
    double number = text.isEmpty() ? Double.NaN : parse(text);
    boolean whole = text.equals(written(number)) || isWrittenWithFraction(text, number);
    return whole ? level(number) : Cells.UNSEEN_LEVEL;
  }

  private static boolean isWrittenWithFraction(String text, double number) {
    return number == Math.rint(number)
        && text.endsWith(".0")
        && text.equals(written(number) + ".0");
  }

  /** Whole numbers without a fraction, as a table writes them. */
  static String written(double number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) < LARGEST_WHOLE;
    return whole ? Long.toString((long) number) : Double.toString(number);
  }

  /** The number a text begins like and is, or NaN. */
  private static double parse(String text) {
    char first = text.charAt(0);
    if (first != '-' && (first < '0' || first > '9')) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN; // "5 rooms" is a level that no number is written as.
    }
  }
}
