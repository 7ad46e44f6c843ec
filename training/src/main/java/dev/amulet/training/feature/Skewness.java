package dev.amulet.training.feature;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** The third standardised moment of numbers: how far they reach out to one side. */
public final class Skewness {
  /** From here on numbers count as skewed. */
  private static final double SKEWED = 1;

  /** A logarithm is worth a slot where it takes this share of the skewness at least. */
  private static final double CALMED_SHARE = 0.5;

  private Skewness() {}

  /** Whether none of the numbers is negative and they reach far out to the right. */
  public static boolean isPositiveAndSkewed(double[] numbers) {
    return Arrays.stream(numbers).allMatch(number -> number >= 0)
        && of(numbers, number -> number) > SKEWED;
  }

  /** Whether they are positive and skewed, and their logarithms much less so. */
  static boolean calmedByLog(double[] numbers) {
    return isPositiveAndSkewed(numbers)
        && Math.abs(of(numbers, Math::log1p)) < (1 - CALMED_SHARE) * of(numbers, number -> number);
  }

  private static double of(double[] numbers, DoubleUnaryOperator function) {
    double[] values = Arrays.stream(numbers).map(function).toArray();
    double mean = Arrays.stream(values).average().orElse(0);
    double second = 0;
    double third = 0;
    for (double value : values) {
      double d = value - mean;
      second += d * d / values.length;
      third += d * d * d / values.length;
    }
    return second > 0 ? third / Math.pow(second, 1.5) : 0;
  }
}
