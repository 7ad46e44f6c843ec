package dev.amulet.training.feature;

import java.util.Arrays;

/**
 * Products of dense float64 matrices kept as arrays of rows. Every sum is formed in a fixed order.
 *
 * <p>All work is done by adding four scaled rows to one: the only shape of loop that the JDK 17
 * compiler vectorises well. Dot products, offsets into one array or eight rows at a time measured
 * five to ten times slower.
 */
public final class MatrixProducts {
  /** Columns done at a time, so that the rows in play stay in the second-level cache. */
  private static final int COLUMN_BLOCK = 1024;

  private static final int ROW_BLOCK = 32;

  private MatrixProducts() {}

  /** Overwrites {@code out [K,n]} with {@code left [K,m] * right [m,n]}. */
  public static void multiply(double[][] left, double[][] right, double[][] out) {
    int columns = out.length == 0 ? 0 : out[0].length;
    for (double[] row : out) {
      Arrays.fill(row, 0);
    }
    for (int from = 0; from < columns; from += COLUMN_BLOCK) {
      int to = Math.min(columns, from + COLUMN_BLOCK);
      int i = 0;
      for (; i + 3 < right.length; i += 4) {
        for (int k = 0; k < out.length; k++) {
          double[] c = left[k];
          addFour(
              out[k],
              right[i],
              right[i + 1],
              right[i + 2],
              right[i + 3],
              c[i],
              c[i + 1],
              c[i + 2],
              c[i + 3],
              from,
              to);
        }
      }
      for (; i < right.length; i++) {
        for (int k = 0; k < out.length; k++) {
          addOne(out[k], right[i], left[k][i], from, to);
        }
      }
    }
  }

  /** The symmetric {@code [n,n]} product of a matrix {@code [m,n]} with itself over its m rows. */
  public static double[][] gram(double[][] rows, int columns, Workers workers) {
    double[][] gram = new double[columns][columns];
    int blocks = (columns + ROW_BLOCK - 1) / ROW_BLOCK;
    // The later blocks are longer: handing them out first keeps the threads evenly busy.
    workers.forEach(blocks, block -> gramBlock(rows, gram, (blocks - 1 - block) * ROW_BLOCK));
    for (int i = 0; i < columns; i++) {
      for (int j = i + 1; j < columns; j++) {
        gram[i][j] = gram[j][i];
      }
    }
    return gram;
  }

  private static void gramBlock(double[][] rows, double[][] gram, int first) {
    int last = Math.min(gram.length, first + ROW_BLOCK);
    for (int from = 0; from < last; from += COLUMN_BLOCK) {
      int to = Math.min(last, from + COLUMN_BLOCK);
      int d = 0;
      for (; d + 3 < rows.length; d += 4) {
        double[] a = rows[d];
        double[] b = rows[d + 1];
        double[] c = rows[d + 2];
        double[] e = rows[d + 3];
        for (int i = first; i < last; i++) {
          addFour(gram[i], a, b, c, e, a[i], b[i], c[i], e[i], from, to);
        }
      }
      for (; d < rows.length; d++) {
        for (int i = first; i < last; i++) {
          addOne(gram[i], rows[d], rows[d][i], from, to);
        }
      }
    }
  }

  private static void addFour(
      double[] out,
      double[] a,
      double[] b,
      double[] c,
      double[] d,
      double ca,
      double cb,
      double cc,
      double cd,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      out[j] += ca * a[j] + cb * b[j] + cc * c[j] + cd * d[j];
    }
  }

  private static void addOne(double[] out, double[] row, double c, int from, int to) {
    for (int j = from; j < to; j++) {
      out[j] += c * row[j];
    }
  }

  /** {@code out += c * row}. */
  public static void add(double[] out, double[] row, double c) {
    addOne(out, row, c, 0, out.length);
  }

  public static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
