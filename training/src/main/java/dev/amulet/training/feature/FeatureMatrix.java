package dev.amulet.training.feature;

/**
 * A dense matrix {@code [rows, columns] float32}, row-major; a column is a slot, NaN is a missing
 * value. At most 2^31 - 1 values. Wraps the array it is given, without copying; who shares a matrix
 * must not write to it.
 */
public final class FeatureMatrix {
  private final int rows;
  private final int columns;
  private final float[] values;

  public FeatureMatrix(int rows, int columns, float[] values) {
    if (rows < 0 || columns < 0 || (long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "feature matrix: "
              + values.length
              + " values, expected "
              + rows
              + " rows x "
              + columns
              + " columns");
    }
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** The backing array: value of row r, column c at {@code r * columns + c}. */
  public float[] values() {
    return values;
  }

  public float value(int row, int column) {
    return values[row * columns + column];
  }

  /** A copy holding the given rows, in the order given. */
  public FeatureMatrix selectRows(int[] selection) {
    float[] selected = new float[Math.multiplyExact(selection.length, columns)];
    for (int r = 0; r < selection.length; r++) {
      System.arraycopy(values, selection[r] * columns, selected, r * columns, columns);
    }
    return new FeatureMatrix(selection.length, columns, selected);
  }

  /** A copy holding the given columns, in the order given. */
  public FeatureMatrix selectColumns(int[] selection) {
    float[] selected = new float[Math.multiplyExact(rows, selection.length)];
    for (int r = 0; r < rows; r++) {
      int from = r * columns;
      int to = r * selection.length;
      for (int c = 0; c < selection.length; c++) {
        selected[to + c] = values[from + selection[c]];
      }
    }
    return new FeatureMatrix(rows, selection.length, selected);
  }

  /** A copy holding the given rows of the given columns, in the orders given. */
  public FeatureMatrix select(int[] selectedRows, int[] selectedColumns) {
    float[] selected = new float[Math.multiplyExact(selectedRows.length, selectedColumns.length)];
    int to = 0;
    for (int row : selectedRows) {
      int from = row * columns;
      for (int column : selectedColumns) {
        selected[to++] = values[from + column];
      }
    }
    return new FeatureMatrix(selectedRows.length, selectedColumns.length, selected);
  }

  /** The mean of each column's present values; 0 for a column that has none. */
  public double[] columnMeans() {
    double[] means = new double[columns];
    int[] present = new int[columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        float value = values[r * columns + c];
        if (!Float.isNaN(value)) {
          means[c] += value;
          present[c]++;
        }
      }
    }
    for (int c = 0; c < columns; c++) {
      means[c] /= Math.max(1, present[c]);
    }
    return means;
  }
}
