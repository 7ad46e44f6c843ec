package dev.amulet.training.feature;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The slow and simple way to all eigenpairs of a symmetric matrix, to compare with. */
final class JacobiEigen {
  private final double[][] matrix;
  private final double[][] vectors;
  private final int[] order;

  JacobiEigen(double[][] matrix) {
    this.matrix = matrix;
    int size = matrix.length;
    vectors = new double[size][size];
    for (int i = 0; i < size; i++) {
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < 20; sweep++) {
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          if (matrix[p][q] != 0) {
            rotate(p, q);
          }
        }
      }
    }
    order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -matrix[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  double value(int rank) {
    return matrix[order[rank]][order[rank]];
  }

  double[] vector(int rank) {
    return vectors[order[rank]];
  }

  private void rotate(int p, int q) {
    double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cos = 1 / Math.sqrt(t * t + 1);
    double sin = t * cos;
    for (int i = 0; i < matrix.length; i++) {
      double x = matrix[p][i];
      double y = matrix[q][i];
      matrix[p][i] = cos * x - sin * y;
      matrix[q][i] = sin * x + cos * y;
    }
    for (int i = 0; i < matrix.length; i++) {
      double x = matrix[i][p];
      double y = matrix[i][q];
      matrix[i][p] = cos * x - sin * y;
      matrix[i][q] = sin * x + cos * y;
      x = vectors[p][i];
      y = vectors[q][i];
      vectors[p][i] = cos * x - sin * y;
      vectors[q][i] = sin * x + cos * y;
    }
  }
}
