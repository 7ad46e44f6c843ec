package dev.amulet.training.linear;

import dev.amulet.training.feature.FeatureMatrix;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a matrix with mean 0 and deviation 1, and the way back to raw slots. Columns of
 * zeros and ones that are rarely set get less: at deviation 1 a level of three rows could be given
 * a weight of its own as cheaply as one of half the rows (houses: RMSLE 0.367 to 0.361, car_price:
 * 0.383 to 0.377 with them held back).
 */
final class Standardised {
  /** A deviation smaller than this share of the mean is rounding: the column is constant. */
  private static final double CONSTANT = 1e-9;

  /** Least deviation that a flag is divided by: that of one set in a tenth of the rows. */
  private static final double RARE_FLAG = 0.3;

  private final int rows;
  private final double[][] values;
  private final double[] means;

  /** 1 / deviation; 0 for a constant column. */
  private final double[] scales;

  private Standardised(int rows, double[][] values, double[] means, double[] scales) {
    this.rows = rows;
    this.values = values;
    this.means = means;
    this.scales = scales;
  }

  static Standardised of(FeatureMatrix matrix) {
    return of(matrix, null);
  }

  /**
   * @param factors the deviation each column is given instead of 1: a smaller one is penalised
   *     more; null for 1
   */
  static Standardised of(FeatureMatrix matrix, double @Nullable [] factors) {
    int rows = matrix.rows();
    double[] means = matrix.columnMeans();
    double[][] values = new double[means.length][rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < means.length; c++) {
        float value = matrix.value(r, c);
        values[c][r] = Float.isNaN(value) ? 0 : value - means[c];
      }
    }
    double[] scales = new double[means.length];
    for (int c = 0; c < means.length; c++) {
      double sum = 0;
      for (double value : values[c]) {
        sum += value * value;
      }
      double deviation = Math.sqrt(sum / Math.max(1, rows));
      boolean constant = !(deviation > CONSTANT * Math.abs(means[c]));
      double divisor = isFlag(matrix, c) ? Math.max(RARE_FLAG, deviation) : deviation;
      double wanted = factors == null ? 1 : factors[c];
      scales[c] = constant ? 0 : wanted / divisor;
      for (int r = 0; r < rows; r++) {
        values[c][r] *= scales[c];
      }
    }
    return new Standardised(rows, values, means, scales);
  }

  private static boolean isFlag(FeatureMatrix matrix, int column) {
    for (int r = 0; r < matrix.rows(); r++) {
      float value = matrix.value(r, column);
      if (value != 0 && value != 1) {
        return false;
      }
    }
    return true;
  }

  int rows() {
    return rows;
  }

  /** One array per column; not copied. */
  double[][] values() {
    return values;
  }

  /** In float32 and raw slots; what rounding the centre moves goes into the bias. */
  TrainedLinear rawModel(double[][] weights, double[] bias, double strength) {
    float[] centre = new float[means.length];
    float[][] raw = new float[weights.length][means.length];
    double[] rawBias = bias.clone();
    for (int c = 0; c < means.length; c++) {
      centre[c] = (float) means[c];
      for (int k = 0; k < weights.length; k++) {
        raw[k][c] = (float) (weights[k][c] * scales[c]);
        rawBias[k] += raw[k][c] * (centre[c] - means[c]);
      }
    }
    return new TrainedLinear(centre, raw, rawBias, strength);
  }
}
