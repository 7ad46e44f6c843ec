package dev.amulet.training.feature;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * All eigenpairs of a symmetric tridiagonal matrix, largest value first, by QL iteration with
 * implicit shifts (EISPACK's imtql2).
 */
final class TridiagonalEigen {
  private static final int MAX_ITERATIONS = 60;

  private final double[] values;
  private final double[][] vectors;

  private TridiagonalEigen(double[] values, double[][] vectors) {
    this.values = values;
    this.vectors = vectors;
  }

  double[] values() {
    return values;
  }

  /** Row j is the unit eigenvector of value j. */
  double[][] vectors() {
    return vectors;
  }

  /**
   * @param diagonal of length n
   * @param below the n - 1 values beside it; what follows is not read
   */
  static TridiagonalEigen of(double[] diagonal, double[] below) {
    int size = diagonal.length;
    double[] d = diagonal.clone();
    double[] e = new double[size];
    System.arraycopy(below, 0, e, 0, size - 1);
    double[][] z = new double[size][size];
    for (int i = 0; i < size; i++) {
      z[i][i] = 1;
    }
    for (int l = 0; l < size; l++) {
      for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
        int m = l;
        while (m < size - 1
            && Math.abs(e[m]) > Math.ulp(1.0) * (Math.abs(d[m]) + Math.abs(d[m + 1]))) {
          m++;
        }
        if (m == l) {
          break;
        }
        sweep(d, e, z, l, m);
      }
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -d[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[size];
    double[][] vectors = new double[size][];
    for (int j = 0; j < size; j++) {
      values[j] = d[order[j]];
      vectors[j] = z[order[j]];
    }
    return new TridiagonalEigen(values, vectors);
  }

  private static void sweep(double[] d, double[] e, double[][] z, int l, int m) {
    double g = (d[l + 1] - d[l]) / (2 * e[l]);
    double r = Math.hypot(g, 1);
    g = d[m] - d[l] + e[l] / (g + Math.copySign(r, g));
    double s = 1;
    double c = 1;
    double p = 0;
    for (int i = m - 1; i >= l; i--) {
      double f = s * e[i];
      double b = c * e[i];
      r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= p;
        e[m] = 0;
        return;
      }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      turn(z[i], z[i + 1], c, s);
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
  }

  private static void turn(double[] lower, double[] upper, double c, double s) {
    for (int k = 0; k < lower.length; k++) {
      double x = lower[k];
      double y = upper[k];
      upper[k] = s * x + c * y;
      lower[k] = c * x - s * y;
    }
  }
}
