package dev.amulet.training.evaluation;

import dev.amulet.format.v1.Task;

/** What learners minimise: the loss of a row's margins, before link and inverse transform. */
public final class MarginLoss {
  private MarginLoss() {}

  /**
   * The loss of one row: squared error, logistic loss or softmax loss.
   *
   * @param margins {@code [1]}, or one per class of a multiclass task
   * @param label in margin space, or the class index
   */
  public static double of(Task task, double[] margins, double label) {
    return switch (task) {
      case REGRESSION -> (margins[0] - label) * (margins[0] - label);
      case BINARY -> softplus(label > 0.5 ? -margins[0] : margins[0]);
      default -> logSumExp(margins) - margins[(int) label];
    };
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double logSumExp(double[] margins) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double margin : margins) {
      largest = Math.max(largest, margin);
    }
    double sum = 0;
    for (double margin : margins) {
      sum += Math.exp(margin - largest);
    }
    return Math.log(sum) + largest;
  }
}
