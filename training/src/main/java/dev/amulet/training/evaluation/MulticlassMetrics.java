package dev.amulet.training.evaluation;

import java.util.Arrays;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Metrics of one probability per class. */
final class MulticlassMetrics {
  private MulticlassMetrics() {}

  static Map<Metric, Double> of(
      double[] actual, double[] probabilities, double[] weights, int classes) {
    double total = Arrays.stream(weights).sum();
    Confusion confusion = new Confusion(classes);
    double logLoss = 0;
    double brier = 0;
    for (int i = 0; i < actual.length; i++) {
      int label = (int) actual[i];
      int predicted = 0;
      double clippedSum = 0;
      double squares = 0;
      for (int c = 0; c < classes; c++) {
        double p = probabilities[i * classes + c];
        predicted = p > probabilities[i * classes + predicted] ? c : predicted;
        clippedSum += clipped(p);
        squares += c == label ? (1 - p) * (1 - p) : p * p;
      }
      confusion.add(label, predicted, weights[i]);
      logLoss -= weights[i] * Math.log(clipped(probabilities[i * classes + label]) / clippedSum);
      brier += weights[i] * squares;
    }
    Map<Metric, Double> values = Evaluation.emptyValues();
    values.put(Metric.LOGLOSS, logLoss / total);
    values.put(Metric.ACCURACY, confusion.accuracy());
    values.put(Metric.F1, confusion.macroF1());
    values.put(Metric.MCC, confusion.mcc());
    values.put(
        Metric.AUCPR, macro(actual, probabilities, weights, classes, Ranking::averagePrecision));
    values.put(Metric.MACROAUC, macro(actual, probabilities, weights, classes, Ranking::auc));
    values.put(Metric.BRIER, brier / total);
    return values;
  }

  private static double clipped(double probability) {
    return Math.min(1 - BinaryMetrics.CLIP, Math.max(BinaryMetrics.CLIP, probability));
  }

  /** Mean over the classes for which it is defined, each against the rest. */
  private static double macro(
      double[] actual,
      double[] probabilities,
      double[] weights,
      int classes,
      ToDoubleFunction<Ranking> measure) {
    double[] perClass = new double[classes];
    for (int c = 0; c < classes; c++) {
      boolean[] positive = new boolean[actual.length];
      double[] scores = new double[actual.length];
      for (int i = 0; i < actual.length; i++) {
        positive[i] = actual[i] == c;
        scores[i] = probabilities[i * classes + c];
      }
      perClass[c] = measure.applyAsDouble(new Ranking(positive, scores, weights));
    }
    return Arrays.stream(perClass)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }
}
