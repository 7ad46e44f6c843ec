package dev.amulet.training.linear;

import dev.amulet.format.v1.Task;

/**
 * The loss of margins {@code [K, rows]}: half the squared error, logistic loss (one margin, that of
 * class 1), or softmax loss (one margin per class). Averages are by row weight; rows of weight 0 do
 * not count.
 */
final class Objective {
  private final Task task;
  private final double[] labels;
  private final double[] weights;

  /**
   * @param weights one per row, 0 for rows left out; scaled to sum to 1
   */
  Objective(Task task, double[] labels, double[] weights) {
    this.task = task;
    this.labels = labels;
    this.weights = weights.clone();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    for (int row = 0; row < weights.length; row++) {
      this.weights[row] /= sum;
    }
  }

  /** Mean loss: squared error (not halved) or log loss. */
  double score(double[][] margins) {
    double sum = 0;
    double[] p = new double[margins.length];
    for (int row = 0; row < weights.length; row++) {
      if (weights[row] == 0) {
        continue;
      }
      double label = labels[row];
      sum +=
          weights[row]
              * switch (task) {
                case REGRESSION -> (margins[0][row] - label) * (margins[0][row] - label);
                case BINARY -> softplus(label > 0.5 ? -margins[0][row] : margins[0][row]);
                default -> {
                  for (int k = 0; k < p.length; k++) {
                    p[k] = margins[k][row];
                  }
                  yield softmax(p) - margins[(int) label][row];
                }
              };
    }
    return sum;
  }

  /** Overwrites {@code residuals [K, rows]} with the derivative of the mean loss by margin. */
  void residuals(double[][] margins, double[][] residuals) {
    double[] p = new double[margins.length];
    for (int row = 0; row < weights.length; row++) {
      double weight = weights[row];
      for (int k = 0; k < p.length; k++) {
        p[k] = margins[k][row];
      }
      if (weight != 0) {
        responses(p);
      }
      for (int k = 0; k < p.length; k++) {
        residuals[k][row] = weight == 0 ? 0 : weight * (p[k] - target(row, k));
      }
    }
  }

  /** Mean second derivative by a margin. */
  double curvature(double[][] margins) {
    if (task == Task.REGRESSION) {
      return 1;
    }
    double sum = 0;
    double[] p = new double[margins.length];
    for (int row = 0; row < weights.length; row++) {
      if (weights[row] == 0) {
        continue;
      }
      for (int k = 0; k < p.length; k++) {
        p[k] = margins[k][row];
      }
      responses(p);
      for (double share : p) {
        sum += weights[row] * share * (1 - share) / p.length;
      }
    }
    return sum;
  }

  /** First and second derivative of the mean loss at {@code margins + t * (direction + shift)}. */
  double[] alongLine(double[][] margins, double[][] direction, double[] shift, double t) {
    double slope = 0;
    double curvature = 0;
    int outputs = margins.length;
    double[] p = new double[outputs];
    for (int row = 0; row < weights.length; row++) {
      double weight = weights[row];
      if (weight == 0) {
        continue;
      }
      for (int k = 0; k < outputs; k++) {
        p[k] = margins[k][row] + t * (direction[k][row] + shift[k]);
      }
      responses(p);
      double mean = 0;
      double square = 0;
      for (int k = 0; k < outputs; k++) {
        double d = direction[k][row] + shift[k];
        slope += weight * (p[k] - target(row, k)) * d;
        mean += p[k] * d;
        square += p[k] * d * d;
      }
      double d0 = direction[0][row] + shift[0];
      curvature +=
          weight
              * switch (task) {
                case REGRESSION -> d0 * d0;
                case BINARY -> p[0] * (1 - p[0]) * d0 * d0;
                default -> square - mean * mean;
              };
    }
    return new double[] {slope, curvature};
  }

  private double target(int row, int k) {
    return task == Task.MULTICLASS ? ((int) labels[row] == k ? 1 : 0) : labels[row];
  }

  /** From margins to what is compared with the target, in place. */
  private void responses(double[] p) {
    switch (task) {
      case REGRESSION -> {}
      case BINARY -> p[0] = 1 / (1 + Math.exp(-p[0]));
      default -> softmax(p);
    }
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** Turns margins into probabilities in place and returns the logarithm of their normaliser. */
  private static double softmax(double[] p) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double margin : p) {
      largest = Math.max(largest, margin);
    }
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(p[k] - largest);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return Math.log(sum) + largest;
  }
}
