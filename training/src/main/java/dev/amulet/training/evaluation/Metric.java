package dev.amulet.training.evaluation;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import dev.amulet.training.data.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The scorers, defined as in scikit-learn 1.2.1 (weighted by row where weights are given).
 *
 * <p>A metric is NaN where it is not defined: AUC and AUCPR without both classes, RMSLE with a
 * negative target, R2 of a single row.
 */
public enum Metric {
  /** Root of the mean squared error, in units of the target. */
  RMSE(false, Scope.NUMBERS),
  /** Mean absolute error, in units of the target. */
  MAE(false, Scope.NUMBERS),
  /** Mean of |error| / |target|, 0.1 = 10 %; a target of 0 counts as 2.2e-16. */
  MAPE(false, Scope.NUMBERS),
  /** 1 − squared error / squared deviation from the mean; 0 for a constant target missed. */
  R2(true, Scope.NUMBERS),
  /** Root of the mean squared error of ln(1 + y); a negative prediction counts as 0. */
  RMSLE(false, Scope.NUMBERS),
  /** Area under the ROC curve, ties counted half. */
  AUC(true, Scope.TWO_CLASSES),
  /** Mean −ln of the probability given to the true class, clipped to 1e-15 … 1 − 1e-15. */
  LOGLOSS(false, Scope.ANY_CLASSES),
  /** Share of rows whose class is predicted; of equal probabilities the first class wins. */
  ACCURACY(true, Scope.ANY_CLASSES),
  /** Of the second class (binary), or the mean over classes (multiclass). */
  F1(true, Scope.ANY_CLASSES),
  /** Matthews correlation coefficient, −1 to 1; 0 where it has no denominator. */
  MCC(true, Scope.ANY_CLASSES),
  /** Average precision: of the second class (binary), or the mean over classes (multiclass). */
  AUCPR(true, Scope.ANY_CLASSES),
  /**
   * Mean over classes of the AUC of that class against the rest; classes not present are left out.
   */
  MACROAUC(true, Scope.SEVERAL_CLASSES),
  /** Mean squared error of the second class's probability (binary), or its sum over classes. */
  BRIER(false, Scope.ANY_CLASSES);

  private final boolean greaterIsBetter;
  private final Scope scope;

  Metric(boolean greaterIsBetter, Scope scope) {
    this.greaterIsBetter = greaterIsBetter;
    this.scope = scope;
  }

  private enum Scope {
    NUMBERS,
    TWO_CLASSES,
    SEVERAL_CLASSES,
    ANY_CLASSES
  }

  public boolean greaterIsBetter() {
    return greaterIsBetter;
  }

  public boolean appliesTo(Task task) {
    return switch (scope) {
      case NUMBERS -> task == Task.REGRESSION;
      case TWO_CLASSES -> task == Task.BINARY;
      case SEVERAL_CLASSES -> task == Task.MULTICLASS;
      case ANY_CLASSES -> task == Task.BINARY || task == Task.MULTICLASS;
    };
  }

  /** Whether a is better than b; a number is better than NaN. */
  public boolean better(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return !Double.isNaN(a);
    }
    return greaterIsBetter ? a > b : a < b;
  }

  /** RMSE, AUC or LOGLOSS. */
  public static Metric defaultFor(Task task) {
    return switch (task) {
      case REGRESSION -> RMSE;
      case BINARY -> AUC;
      case MULTICLASS -> LOGLOSS;
      case TASK_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no task: " + task);
    };
  }

  /** All metrics of a task, in the order they are listed in. */
  public static List<Metric> forTask(Task task) {
    return Arrays.stream(values()).filter(metric -> metric.appliesTo(task)).toList();
  }

  /**
   * The metric a user named, in any letter case.
   *
   * @throws TrainingException for an unknown name, or a metric of other tasks
   */
  public static Metric named(String name, Task task) {
    List<String> known = forTask(task).stream().map(Metric::name).toList();
    String wanted = name.strip().toUpperCase(Locale.ROOT);
    if (known.contains(wanted)) {
      return valueOf(wanted);
    }
    throw new TrainingException(
        "--scorer %s: no scorer of a %s target%s; known: %s"
            .formatted(
                name,
                task.name().toLowerCase(Locale.ROOT),
                NearestName.suggestion(wanted, known),
                String.join(", ", known)));
  }
}
