package dev.amulet.training.tree;

import dev.amulet.format.v1.Task;
import dev.amulet.training.feature.LabelledRows;

/** The loss that early stopping watches: RMSE, or log loss, each row by its weight. */
final class MarginLoss {
  private MarginLoss() {}

  static double of(Task task, float[][] margins, LabelledRows rows) {
    double sum = 0;
    double weights = 0;
    for (int row = 0; row < rows.rows(); row++) {
      double label = rows.labels()[row];
      double weight = rows.weight(row);
      sum += weight * loss(task, margins[row], label);
      weights += weight;
    }
    double mean = sum / weights;
    return task == Task.REGRESSION ? Math.sqrt(mean) : mean;
  }

  private static double loss(Task task, float[] margins, double label) {
    return switch (task) {
      case REGRESSION -> (margins[0] - label) * (margins[0] - label);
      case BINARY -> softplus(label > 0.5 ? -margins[0] : margins[0]);
      default -> logSumExp(margins) - margins[(int) label];
    };
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double logSumExp(float[] margins) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float margin : margins) {
      largest = Math.max(largest, margin);
    }
    double sum = 0;
    for (float margin : margins) {
      sum += Math.exp(margin - largest);
    }
    return Math.log(sum) + largest;
  }
}
