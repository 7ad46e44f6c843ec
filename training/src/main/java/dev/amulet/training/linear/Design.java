package dev.amulet.training.linear;

import dev.amulet.training.feature.DominantEigenpairs;
import dev.amulet.training.feature.MatrixProducts;
import dev.amulet.training.feature.Workers;
import java.util.Arrays;

/**
 * The standardised features Z {@code [rows, D]} of all rows as a linear map from weights to
 * margins.
 *
 * <p>With more columns than rows the weights are kept as {@code w = Z'a}, one coordinate a per row:
 * the optimum lies in the span of the rows (the representer theorem), so this is exact, and one
 * product with the Gram matrix ZZ' replaces two with Z. Otherwise the coordinates are the weights.
 *
 * <p>Immutable and safe for use by many threads.
 */
final class Design {
  private static final int DOMINANT = 64;
  private static final double TOLERANCE = 1e-2;

  /**
   * Share of the mean added to the Gram matrix's diagonal. Rows that depend on each other (centring
   * alone makes it so) leave coordinates without any effect; unseen by the line search, they would
   * grow from step to step. This makes them just visible.
   */
  private static final double RIDGE = 1e-9;

  private final int rows;
  private final int columns;
  private final boolean dual;

  /** Z', one array per column. */
  private final double[][] byColumn;

  /** Dual: the Gram matrix. Primal: Z, one array per row. */
  private final double[][] byRow;

  /** The largest directions of the quadratic form and the mean of the other eigenvalues. */
  private final double[][] dominant;

  private final double[] dominantValues;
  private final double restValue;

  Design(double[][] byColumn, int rows, boolean dual, long seed, Workers workers) {
    this.rows = rows;
    this.columns = byColumn.length;
    this.dual = dual;
    this.byColumn = byColumn;
    double[][] transposed = dual ? new double[0][] : transpose(byColumn, rows);
    double[][] form =
        dual
            ? MatrixProducts.gram(byColumn, rows, workers)
            : MatrixProducts.gram(transposed, columns, workers);
    double trace = 0;
    for (int i = 0; i < form.length; i++) {
      trace += form[i][i];
    }
    for (int i = 0; dual && i < form.length; i++) {
      form[i][i] += RIDGE * trace / form.length;
    }
    this.byRow = dual ? form : transposed;
    DominantEigenpairs pairs = DominantEigenpairs.of(form, DOMINANT, seed, TOLERANCE);
    dominant = pairs.vectors();
    dominantValues = pairs.values();
    double rest = trace;
    for (double value : dominantValues) {
      rest -= value;
    }
    restValue = Math.max(0, rest) / Math.max(1, Math.min(rows, columns) - dominant.length);
  }

  int rows() {
    return rows;
  }

  /** Mean square of the rows along the direction in which they differ most. */
  double largestVariance() {
    return dominantValues.length == 0 ? 0 : dominantValues[0] / Math.max(1, rows);
  }

  int coordinates() {
    return dual ? rows : columns;
  }

  /** Overwrites {@code margins [K, rows]} with those of the coordinates, without the bias. */
  void image(double[][] coordinates, double[][] margins) {
    MatrixProducts.multiply(coordinates, dual ? byRow : byColumn, margins);
  }

  /** Overwrites {@code gradient} with the coordinates of the weights {@code Z' residuals}. */
  void adjoint(double[][] residuals, double[][] gradient) {
    if (!dual) {
      MatrixProducts.multiply(residuals, byRow, gradient);
      return;
    }
    for (int k = 0; k < residuals.length; k++) {
      System.arraycopy(residuals[k], 0, gradient[k], 0, rows);
    }
  }

  /** Inner product of the weights of a and b, given both forms of b. */
  double inner(double[][] a, double[][] b, double[][] imageOfB) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += MatrixProducts.dot(a[k], dual ? imageOfB[k] : b[k]);
    }
    return sum;
  }

  /** Overwrites {@code out} with about {@code (curvature/rows Z'Z + penalty)^-1 gradient}. */
  void precondition(double[][] gradient, double curvature, double penalty, double[][] out) {
    double rest = 1 / (curvature * restValue / rows + penalty);
    for (int k = 0; k < gradient.length; k++) {
      Arrays.fill(out[k], 0);
      MatrixProducts.add(out[k], gradient[k], rest);
      for (int j = 0; j < dominant.length; j++) {
        double scale = 1 / (curvature * dominantValues[j] / rows + penalty) - rest;
        double share = MatrixProducts.dot(dominant[j], gradient[k]);
        MatrixProducts.add(out[k], dominant[j], scale * share);
      }
    }
  }

  /** The weights per standardised column. */
  double[] weights(double[] coordinates) {
    if (!dual) {
      return coordinates.clone();
    }
    double[] weights = new double[columns];
    for (int d = 0; d < columns; d++) {
      weights[d] = MatrixProducts.dot(byColumn[d], coordinates);
    }
    return weights;
  }

  private static double[][] transpose(double[][] matrix, int columns) {
    double[][] transposed = new double[columns][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }
}
