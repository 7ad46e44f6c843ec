package dev.amulet.training.evaluation;

import java.util.Arrays;
import java.util.Map;

/** Metrics of predicted numbers. */
final class RegressionMetrics {
  private static final double SMALLEST_TARGET = Math.ulp(1.0);

  private RegressionMetrics() {}

  static Map<Metric, Double> of(double[] actual, double[] predicted, double[] weights) {
    double total = Arrays.stream(weights).sum();
    double squares = 0;
    double absolute = 0;
    double relative = 0;
    double logSquares = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = actual[i] - predicted[i];
      double logError = Math.log1p(actual[i]) - Math.log1p(Math.max(0, predicted[i]));
      squares += weights[i] * error * error;
      absolute += weights[i] * Math.abs(error);
      relative += weights[i] * Math.abs(error) / Math.max(SMALLEST_TARGET, Math.abs(actual[i]));
      logSquares += weights[i] * logError * logError;
    }
    boolean negative = Arrays.stream(actual).anyMatch(value -> value < 0);
    Map<Metric, Double> values = Evaluation.emptyValues();
    values.put(Metric.RMSE, Math.sqrt(squares / total));
    values.put(Metric.MAE, absolute / total);
    values.put(Metric.MAPE, relative / total);
    values.put(Metric.R2, r2(actual, weights, squares, total));
    values.put(Metric.RMSLE, negative ? Double.NaN : Math.sqrt(logSquares / total));
    return values;
  }

  private static double r2(double[] actual, double[] weights, double squares, double total) {
    if (actual.length < 2) {
      return Double.NaN;
    }
    double mean = 0;
    for (int i = 0; i < actual.length; i++) {
      mean += weights[i] * actual[i];
    }
    mean /= total;
    double deviation = 0;
    boolean constant = true;
    for (int i = 0; i < actual.length; i++) {
      deviation += weights[i] * (actual[i] - mean) * (actual[i] - mean);
      constant &= actual[i] == actual[0];
    }
    if (constant) {
      return squares == 0 ? 1 : 0;
    }
    return 1 - squares / deviation;
  }
}
