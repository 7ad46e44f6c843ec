package dev.amulet.runtime.internal.image;

import dev.amulet.format.v1.Interpolation;

/**
 * Weights of one resampling pass: target position {@code i} is the sum of {@code count(i)} source
 * positions from {@code first(i)}, weighted by {@code weights[i * taps ...]} in 22-bit fixed point
 * (Pillow {@code precompute_coeffs} and {@code normalize_coeffs_8bpc}). Positions count from the
 * start of the window asked for.
 */
final class Coefficients {
  private final int[] first;
  private final int[] count;
  private final int[] weights;
  private final int taps;
  private final boolean identity;

  private Coefficients(int[] first, int[] count, int[] weights, int taps, boolean identity) {
    this.first = first;
    this.count = count;
    this.weights = weights;
    this.taps = taps;
    this.identity = identity;
  }

  int first(int target) {
    return first[target];
  }

  int count(int target) {
    return count[target];
  }

  int[] weights() {
    return weights;
  }

  int taps() {
    return taps;
  }

  /** The size does not change: Pillow leaves this pass out. */
  boolean identity() {
    return identity;
  }

  /** For targets {@code start} to {@code start + length - 1} of {@code to}. */
  static Coefficients of(Interpolation filter, int from, int to, int start, int length) {
    double scale = (double) from / to;
    double filterScale = Math.max(scale, 1.0);
    double support = support(filter) * filterScale;
    int taps = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[length];
    int[] count = new int[length];
    int[] weights = new int[Math.multiplyExact(length, taps)];
    double[] k = new double[taps];
    double step = 1.0 / filterScale;
    for (int i = 0; i < length; i++) {
      if (from == to) {
        first[i] = start + i;
        count[i] = 1;
        continue;
      }
      double centre = (start + i + 0.5) * scale;
      int low = Math.max((int) (centre - support + 0.5), 0);
      int high = Math.min((int) (centre + support + 0.5), from);
      double sum = 0.0;
      for (int j = 0; j < high - low; j++) {
        k[j] = weight(filter, (j + low - centre + 0.5) * step);
        sum += k[j];
      }
      for (int j = 0; j < high - low; j++) {
        double normal = sum != 0.0 ? k[j] / sum : k[j];
        double rounding = normal < 0 ? -0.5 : 0.5;
        weights[i * taps + j] = (int) (rounding + normal * (1 << Resampler.PRECISION_BITS));
      }
      first[i] = low;
      count[i] = high - low;
    }
    return new Coefficients(first, count, weights, taps, from == to);
  }

  private static double support(Interpolation filter) {
    return switch (filter) {
      case BOX -> 0.5;
      case BILINEAR -> 1.0;
      case BICUBIC -> 2.0;
      case LANCZOS -> 3.0;
      default -> throw new IllegalArgumentException("no filter is called " + filter);
    };
  }

  private static double weight(Interpolation filter, double x) {
    return switch (filter) {
      case BOX -> x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
      case BILINEAR -> Math.max(1.0 - Math.abs(x), 0.0);
      case BICUBIC -> bicubic(Math.abs(x));
      case LANCZOS -> x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0;
      default -> throw new IllegalArgumentException("no filter is called " + filter);
    };
  }

  private static double bicubic(double x) {
    double a = -0.5;
    if (x < 1.0) {
      return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    }
    return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * a : 0.0;
  }

  private static double sinc(double x) {
    if (x == 0.0) {
      return 1.0;
    }
    double angle = x * Math.PI;
    return StrictMath.sin(angle) / angle;
  }
}
