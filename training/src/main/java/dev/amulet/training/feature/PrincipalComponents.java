package dev.amulet.training.feature;

import dev.amulet.format.v1.Projection;

/**
 * Fits a principal component analysis: centred, never rescaled, components in order of the variance
 * they hold. A missing value counts as its column's mean. The sign of a component is that of its
 * loading largest in size, which is made positive.
 */
public final class PrincipalComponents {
  private static final double TOLERANCE = 1e-6;

  private PrincipalComponents() {}

  /**
   * Fits on every column of a matrix. Deterministic for a seed, whatever the threads.
   *
   * @param components how many to find; fewer are found when that is more than a quarter of the
   *     rows (beyond it components describe the sample, not the population) or than the rank, but
   *     at least one
   */
  public static Projection fit(FeatureMatrix matrix, int components, long seed, int threads) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    if (rows < 2 || columns < 1 || components < 1) {
      throw new IllegalArgumentException(
          "principal components: "
              + components
              + " of a matrix of "
              + rows
              + " rows x "
              + columns
              + " columns, expected at least 1 of 2 x 1");
    }
    int wanted = Math.min(Math.min(components, Math.max(1, rows / 4)), columns);
    double[] means = matrix.columnMeans();
    double[][] vectors;
    double[] values;
    double total = 0;
    try (Workers workers = new Workers(threads)) {
      boolean dual = rows < columns;
      double[][] centred = dual ? columnsOf(matrix, means) : rowsOf(matrix, means);
      double[][] gram = MatrixProducts.gram(centred, Math.min(rows, columns), workers);
      for (int i = 0; i < gram.length; i++) {
        total += gram[i][i];
      }
      DominantEigenpairs pairs = DominantEigenpairs.of(gram, wanted, seed, TOLERANCE);
      values = pairs.values();
      int rank = 1;
      while (rank < values.length && values[rank] > 1e-10 * values[0]) {
        rank++;
      }
      vectors = new double[rank][];
      for (int j = 0; j < rank; j++) {
        vectors[j] = dual ? loadings(centred, pairs.vectors()[j]) : pairs.vectors()[j];
        fixSign(vectors[j]);
      }
    }
    return projection(means, vectors, values, total);
  }

  private static Projection projection(
      double[] means, double[][] vectors, double[] values, double total) {
    Projection.Builder projection =
        Projection.newBuilder().setInputs(means.length).setOutputs(vectors.length);
    for (double mean : means) {
      projection.addFill((float) mean).addCentre((float) mean);
    }
    for (int j = 0; j < vectors.length; j++) {
      for (double loading : vectors[j]) {
        projection.addComponents((float) loading);
      }
      projection.addExplained(total > 0 ? (float) (values[j] / total) : 0);
    }
    return projection.build();
  }

  /** From an eigenvector over rows to the unit one over columns. */
  private static double[] loadings(double[][] columns, double[] rowVector) {
    double[] loadings = new double[columns.length];
    for (int c = 0; c < columns.length; c++) {
      loadings[c] = MatrixProducts.dot(columns[c], rowVector);
    }
    double length = Math.sqrt(MatrixProducts.dot(loadings, loadings));
    if (length == 0) {
      loadings[0] = 1;
      return loadings;
    }
    for (int c = 0; c < loadings.length; c++) {
      loadings[c] /= length;
    }
    return loadings;
  }

  private static void fixSign(double[] vector) {
    double largest = 0;
    for (double loading : vector) {
      if (Math.abs(loading) > Math.abs(largest)) {
        largest = loading;
      }
    }
    if (largest < 0) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = -vector[i];
      }
    }
  }

  private static double[][] rowsOf(FeatureMatrix matrix, double[] means) {
    double[][] centred = new double[matrix.rows()][matrix.columns()];
    for (int r = 0; r < centred.length; r++) {
      for (int c = 0; c < means.length; c++) {
        float value = matrix.value(r, c);
        centred[r][c] = Float.isNaN(value) ? 0 : value - means[c];
      }
    }
    return centred;
  }

  private static double[][] columnsOf(FeatureMatrix matrix, double[] means) {
    double[][] centred = new double[matrix.columns()][matrix.rows()];
    for (int r = 0; r < matrix.rows(); r++) {
      for (int c = 0; c < means.length; c++) {
        float value = matrix.value(r, c);
        centred[c][r] = Float.isNaN(value) ? 0 : value - means[c];
      }
    }
    return centred;
  }
}
