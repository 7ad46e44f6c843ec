package dev.amulet.training.feature;

import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.TargetMeans;

/**
 * Fits what a level of a categorical column says by itself: its share of the rows, and the mean of
 * the target, shrunk towards the mean of all rows as scikit-learn's TargetEncoder does with a fixed
 * {@code smooth}.
 */
public final class LevelFitter {
  /** Rows that the mean of all rows counts for beside those of a level. */
  private static final double SMOOTHING = 10;

  private final int levels;

  /** Level of each row; {@code levels} for a missing cell. */
  private final int[] rows;

  /**
   * @param levels number of levels
   * @param rows level of each row; {@code levels} for a missing cell, -1 for another level
   */
  public LevelFitter(int levels, int[] rows) {
    this.levels = levels;
    this.rows = rows;
  }

  /** Share of the rows given that have each level; a level that none has, and an unseen one, 0. */
  public Frequencies frequencies(int[] given) {
    int[] counts = new int[levels + 1];
    for (int row : given) {
      if (rows[row] >= 0) {
        counts[rows[row]]++;
      }
    }
    Frequencies.Builder table = Frequencies.newBuilder();
    for (int level = 0; level < levels; level++) {
      table.addShares((float) ((double) counts[level] / given.length));
    }
    return table.setMissing((float) ((double) counts[levels] / given.length)).build();
  }

  /**
   * Shrunken weighted means of the target over the rows given.
   *
   * @param outputs 1, or the number of classes
   * @param labels numbers or, with several outputs, class indexes; one for each row of the data
   * @param weights one for each row of the data
   */
  public TargetMeans targetMeans(int[] given, int outputs, double[] labels, double[] weights) {
    return targetMeans(given, outputs, labels, weights, SMOOTHING);
  }

  TargetMeans targetMeans(
      int[] given, int outputs, double[] labels, double[] weights, double smoothing) {
    double[] sums = new double[(levels + 1) * outputs];
    double[] weight = new double[levels + 1];
    double[] prior = new double[outputs];
    double total = 0;
    for (int row : given) {
      total += weights[row];
      int output = outputs == 1 ? 0 : (int) labels[row];
      double value = weights[row] * (outputs == 1 ? labels[row] : 1);
      prior[output] += value;
      if (rows[row] >= 0) {
        weight[rows[row]] += weights[row];
        sums[rows[row] * outputs + output] += value;
      }
    }
    for (int k = 0; k < outputs; k++) {
      prior[k] = total > 0 ? prior[k] / total : 0;
    }
    TargetMeans.Builder table = TargetMeans.newBuilder().setOutputs(outputs);
    for (int level = 0; level <= levels; level++) {
      for (int k = 0; k < outputs; k++) {
        double mean =
            (sums[level * outputs + k] + smoothing * prior[k]) / (weight[level] + smoothing);
        if (level < levels) {
          table.addMeans((float) mean);
        } else {
          table.addMissing((float) mean);
        }
      }
    }
    for (double mean : prior) {
      table.addUnseen((float) mean);
    }
    return table.build();
  }
}
