package dev.amulet.benchmarks;

import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** A drawn regression task: uniform slots, some missing, a target that needs interactions. */
final class TreeTask {
  private final float[][] rows;
  private final float[] targets;

  private TreeTask(float[][] rows, float[] targets) {
    this.rows = rows;
    this.targets = targets;
  }

  static TreeTask draw(int rowCount, int slots, double missingShare, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[rowCount][slots];
    float[] targets = new float[rowCount];
    for (int i = 0; i < rowCount; i++) {
      double target = 0;
      for (int j = 0; j < slots; j++) {
        double value = random.nextDouble();
        target += j % 8 == 0 ? value : value * rows[i][j - 1] / slots;
        rows[i][j] = (float) value;
      }
      targets[i] = (float) (target + random.nextDouble());
      for (int j = 0; j < slots; j++) {
        if (random.nextDouble() < missingShare) {
          rows[i][j] = Float.NaN;
        }
      }
    }
    return new TreeTask(rows, targets);
  }

  /** The rows themselves, not a copy. */
  float[][] rows() {
    return rows;
  }

  DMatrix matrix() throws XGBoostError {
    int slots = rows[0].length;
    float[] values = new float[rows.length * slots];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * slots, slots);
    }
    DMatrix matrix = new DMatrix(values, rows.length, slots, Float.NaN);
    matrix.setLabel(targets);
    return matrix;
  }
}
