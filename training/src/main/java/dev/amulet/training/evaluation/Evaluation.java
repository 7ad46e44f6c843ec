package dev.amulet.training.evaluation;

import dev.amulet.format.v1.Task;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Every metric that applies to one set of predictions. Immutable. */
public final class Evaluation {
  private final Task task;
  private final Map<Metric, Double> values;

  private Evaluation(Task task, Map<Metric, Double> values) {
    this.task = task;
    this.values = Collections.unmodifiableMap(values);
  }

  /**
   * Evaluates with rows of equal weight and the usual label threshold.
   *
   * @see #of(Task, double[], double[], int, double[], double)
   */
  public static Evaluation of(Task task, double[] actual, double[] predicted, int outputs) {
    return of(task, actual, predicted, outputs, null, 0.5);
  }

  /**
   * Evaluates predictions.
   *
   * @param actual {@code [N]} the target values, or class indices
   * @param predicted regression: {@code [N]} values; binary: {@code [N]} probabilities of the
   *     second class; multiclass: {@code [N,outputs]} probabilities, row-major
   * @param outputs numbers per row of {@code predicted}: 1, or the number of classes
   * @param weights {@code [N]}, 0 or more, a row of weight 0 does not count; null means all equal
   * @param threshold binary: the second class is predicted from this probability on
   */
  public static Evaluation of(
      Task task,
      double[] actual,
      double[] predicted,
      int outputs,
      double @Nullable [] weights,
      double threshold) {
    int rows = actual.length;
    int width = task == Task.MULTICLASS ? outputs : 1;
    if (outputs != width
        || predicted.length != rows * width
        || (weights != null && weights.length != rows)) {
      throw new IllegalArgumentException(
          "%d rows of %s, but %d predictions of %d outputs and %s weights"
              .formatted(
                  rows,
                  task,
                  predicted.length,
                  outputs,
                  weights == null ? "no" : String.valueOf(weights.length)));
    }
    int[] counted =
        IntStream.range(0, rows).filter(i -> weights == null || weights[i] > 0).toArray();
    double[] y = new double[counted.length];
    double[] w = new double[counted.length];
    double[] p = new double[counted.length * width];
    for (int i = 0; i < counted.length; i++) {
      y[i] = actual[counted[i]];
      w[i] = weights == null ? 1 : weights[counted[i]];
      System.arraycopy(predicted, counted[i] * width, p, i * width, width);
    }
    return new Evaluation(
        task,
        switch (task) {
          case REGRESSION -> RegressionMetrics.of(y, p, w);
          case BINARY -> BinaryMetrics.of(y, p, w, threshold);
          case MULTICLASS -> MulticlassMetrics.of(y, p, w, width);
          case TASK_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException("no task: " + task);
        });
  }

  public Task task() {
    return task;
  }

  /**
   * One metric; NaN where it is not defined for these rows.
   *
   * @throws IllegalArgumentException for a metric of other tasks
   */
  public double value(Metric metric) {
    Double value = values.get(metric);
    if (value == null) {
      throw new IllegalArgumentException(metric + " does not apply to " + task);
    }
    return value;
  }

  /** All metrics of the task, in the order of {@link Metric}; NaN where not defined. */
  public Map<Metric, Double> values() {
    return values;
  }

  static EnumMap<Metric, Double> emptyValues() {
    return new EnumMap<>(Metric.class);
  }
}
