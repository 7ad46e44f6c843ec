package dev.amulet.training.feature;

import java.util.Arrays;

/** Rows of a wide matrix that is mostly zero. Grows row by row; not safe for concurrent use. */
final class SparseRows {
  private final int columns;
  private int[] ends = new int[64];
  private int rows;
  private int[] indexes = new int[1024];
  private float[] values = new float[1024];
  private int size;

  SparseRows(int columns) {
    this.columns = columns;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /** Values stored. */
  int size() {
    return size;
  }

  /** Adds a value to the row under way; columns in any order, each once. */
  void add(int column, double value) {
    if (size == indexes.length) {
      indexes = Arrays.copyOf(indexes, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    indexes[size] = column;
    values[size++] = (float) value;
  }

  /** Ends the row under way, brought to length 1. */
  void endUnitRow() {
    int start = rows == 0 ? 0 : ends[rows - 1];
    double squares = 0;
    for (int i = start; i < size; i++) {
      squares += (double) values[i] * values[i];
    }
    double length = squares > 0 ? Math.sqrt(squares) : 1;
    for (int i = start; i < size; i++) {
      values[i] = (float) (values[i] / length);
    }
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, 2 * rows);
    }
    ends[rows++] = size;
  }

  /**
   * The product of the matrix's transpose, the matrix and some vectors.
   *
   * @param vectors {@code [columns * count]}, the entries of one column together
   * @return the same shape
   */
  double[] gramTimes(double[] vectors, int count) {
    double[] product = new double[vectors.length];
    double[] image = new double[count];
    int start = 0;
    for (int row = 0; row < rows; row++) {
      Arrays.fill(image, 0);
      for (int i = start; i < ends[row]; i++) {
        int base = indexes[i] * count;
        for (int k = 0; k < count; k++) {
          image[k] += values[i] * vectors[base + k];
        }
      }
      for (int i = start; i < ends[row]; i++) {
        int base = indexes[i] * count;
        for (int k = 0; k < count; k++) {
          product[base + k] += values[i] * image[k];
        }
      }
      start = ends[row];
    }
    return product;
  }
}
