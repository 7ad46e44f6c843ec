package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.amulet.format.v1.Task;

/**
 * What a network is tuned towards: cross-entropy over classes, binary cross-entropy, squared error
 * or Huber's loss (1964) with a bend at 1 on the standardised target; each averaged by row weight.
 */
final class TuningLoss {
  private final TuningRows rows;
  private final double smoothing;
  private final boolean huber;
  private final double centre;
  private final double scale;

  /**
   * @param smoothing share of a label spread over all classes
   * @param huber Huber's loss in place of squared error
   */
  TuningLoss(TuningRows rows, double smoothing, boolean huber) {
    this.rows = rows;
    this.smoothing = smoothing;
    this.huber = huber;
    boolean number = rows.task() == Task.REGRESSION;
    double sum = 0;
    double total = 0;
    for (int row = 0; number && row < rows.rows(); row++) {
      sum += rows.weight(row) * rows.labels()[row];
      total += rows.weight(row);
    }
    centre = number ? sum / total : 0;
    double squares = 0;
    for (int row = 0; number && row < rows.rows(); row++) {
      squares += rows.weight(row) * Math.pow(rows.labels()[row] - centre, 2);
    }
    double deviation = number ? Math.sqrt(squares / total) : 1;
    scale = deviation > 0 ? deviation : 1;
  }

  /** What a margin of 0 stands for; 0 but for regression. */
  double centre() {
    return centre;
  }

  /** What a margin of 1 more stands for; 1 but for regression. */
  double scale() {
    return scale;
  }

  /** What the best constant loses at most; infinite where that depends on the classes. */
  double ofConstant() {
    return rows.task() == Task.REGRESSION ? 1 : Double.POSITIVE_INFINITY;
  }

  /** The label a head is trained on: the class, or the standardised number. */
  double label(int row) {
    return (rows.labels()[row] - centre) / scale;
  }

  /** Targets {@code [n * outputs]}, as the loss takes them. */
  float[] targets(int[] of) {
    int outputs = rows.outputs();
    float[] targets = new float[of.length * outputs];
    for (int i = 0; i < of.length; i++) {
      switch (rows.task()) {
        case MULTICLASS -> {
          for (int k = 0; k < outputs; k++) {
            targets[i * outputs + k] = (float) (smoothing / outputs);
          }
          targets[i * outputs + (int) rows.labels()[of[i]]] += (float) (1 - smoothing);
        }
        case BINARY ->
            targets[i] = (float) (rows.labels()[of[i]] * (1 - smoothing) + smoothing / 2);
        default -> targets[i] = (float) label(of[i]);
      }
    }
    return targets;
  }

  /** The mean loss, one number that gradients start from. */
  NDArray of(NDArray margins, int[] of, float[] targets) {
    NDManager step = margins.getManager();
    NDArray wanted = step.create(targets, margins.getShape());
    NDArray each =
        switch (rows.task()) {
          case MULTICLASS -> margins.logSoftmax(1).mul(wanted).neg().sum(new int[] {1}, true);
          case BINARY ->
              margins
                  .getNDArrayInternal()
                  .relu()
                  .sub(margins.mul(wanted))
                  .add(margins.abs().neg().getNDArrayInternal().softPlus());
          default -> distance(margins.sub(wanted));
        };
    if (rows.weights() == null) {
      return each.mean();
    }
    float[] weights = new float[of.length];
    double total = 0;
    for (int i = 0; i < of.length; i++) {
      weights[i] = (float) rows.weight(of[i]);
      total += weights[i];
    }
    NDArray weighted = each.mul(step.create(weights, new Shape(of.length, 1)));
    return weighted.sum().div((float) Math.max(total, 1e-12));
  }

  private NDArray distance(NDArray error) {
    if (!huber) {
      return error.mul(error);
    }
    // 0.5 e² up to 1, then |e| - 0.5.
    NDArray size = error.abs();
    NDArray inner = size.clip(0, 1);
    return inner.mul(inner).mul(0.5f).add(size.sub(inner));
  }

  /** The mean loss of margins of some rows, without smoothing, in double. */
  double measure(double[][] margins, int[] of) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < of.length; i++) {
      sum += rows.weight(of[i]) * measure(margins[i], of[i]);
      total += rows.weight(of[i]);
    }
    return sum / Math.max(total, 1e-300);
  }

  private double measure(double[] margins, int row) {
    switch (rows.task()) {
      case MULTICLASS -> {
        double largest = Double.NEGATIVE_INFINITY;
        for (double margin : margins) {
          largest = Math.max(largest, margin);
        }
        double sum = 0;
        for (double margin : margins) {
          sum += Math.exp(margin - largest);
        }
        return largest + Math.log(sum) - margins[(int) rows.labels()[row]];
      }
      case BINARY -> {
        double m = rows.labels()[row] > 0.5 ? margins[0] : -margins[0];
        return m > 0 ? Math.log1p(Math.exp(-m)) : Math.log1p(Math.exp(m)) - m;
      }
      default -> {
        double error = margins[0] - label(row);
        return error * error;
      }
    }
  }
}
