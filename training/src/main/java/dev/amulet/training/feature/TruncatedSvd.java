package dev.amulet.training.feature;

import java.util.Random;

/**
 * The dominant right singular vectors of a sparse matrix, which is not centred, by randomised
 * subspace iteration (Halko, Martinsson and Tropp, "Finding structure with randomness", 2011,
 * algorithm 4.4). Deterministic for a seed. The sign of a vector is that of its entry largest in
 * size, which is made positive.
 */
final class TruncatedSvd {
  private static final int SPARE_VECTORS = 10;
  private static final int ITERATIONS = 8;

  /** Of the largest squared singular value; below it a direction is rounding. */
  private static final double NOTHING = 1e-10;

  private final SparseRows matrix;
  private final int width;
  private final int count;

  private TruncatedSvd(SparseRows matrix, int count) {
    this.matrix = matrix;
    this.width = matrix.columns();
    this.count = count;
  }

  /**
   * Finds unit vectors, largest singular value first; fewer than asked for when the rank is lower.
   *
   * @return {@code [at most wanted, columns]}
   */
  static double[][] rightVectors(SparseRows matrix, int wanted, long seed) {
    int count = Math.min(wanted + SPARE_VECTORS, Math.min(matrix.columns(), matrix.rows()));
    return new TruncatedSvd(matrix, count).find(wanted, new Random(seed));
  }

  private double[][] find(int wanted, Random random) {
    double[][] basis = new double[count][width];
    for (double[] vector : basis) {
      for (int i = 0; i < width; i++) {
        vector[i] = random.nextGaussian();
      }
    }
    orthonormalise(basis);
    for (int i = 0; i < ITERATIONS; i++) {
      basis = unpack(matrix.gramTimes(pack(basis), count));
      orthonormalise(basis);
    }
    double[][] image = unpack(matrix.gramTimes(pack(basis), count));
    double[][] small = new double[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j <= i; j++) {
        small[i][j] = MatrixProducts.dot(basis[i], image[j]);
        small[j][i] = small[i][j];
      }
    }
    DominantEigenpairs pairs = DominantEigenpairs.of(small, Math.min(wanted, count), 0, 1e-12);
    int rank = 0;
    while (rank < pairs.values().length
        && pairs.values()[rank] > NOTHING * Math.max(pairs.values()[0], Double.MIN_NORMAL)) {
      rank++;
    }
    double[][] vectors = new double[rank][width];
    for (int k = 0; k < rank; k++) {
      for (int i = 0; i < count; i++) {
        MatrixProducts.add(vectors[k], basis[i], pairs.vectors()[k][i]);
      }
      fixSign(vectors[k]);
    }
    return vectors;
  }

  private double[] pack(double[][] vectors) {
    double[] packed = new double[width * count];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < width; i++) {
        packed[i * count + k] = vectors[k][i];
      }
    }
    return packed;
  }

  private double[][] unpack(double[] packed) {
    double[][] vectors = new double[count][width];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < width; i++) {
        vectors[k][i] = packed[i * count + k];
      }
    }
    return vectors;
  }

  /** Gram-Schmidt, twice over; a vector that depends on those before it becomes zero. */
  private static void orthonormalise(double[][] vectors) {
    for (int k = 0; k < vectors.length; k++) {
      double before = Math.sqrt(MatrixProducts.dot(vectors[k], vectors[k]));
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < k; j++) {
          MatrixProducts.add(vectors[k], vectors[j], -MatrixProducts.dot(vectors[k], vectors[j]));
        }
      }
      double length = Math.sqrt(MatrixProducts.dot(vectors[k], vectors[k]));
      double scale = length > 1e-12 * before ? 1 / length : 0;
      for (int i = 0; i < vectors[k].length; i++) {
        vectors[k][i] *= scale;
      }
    }
  }

  private static void fixSign(double[] vector) {
    double largest = 0;
    for (double entry : vector) {
      largest = Math.abs(entry) > Math.abs(largest) ? entry : largest;
    }
    if (largest < 0) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = -vector[i];
      }
    }
  }
}
