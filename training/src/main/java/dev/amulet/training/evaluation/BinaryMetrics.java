package dev.amulet.training.evaluation;

import java.util.Arrays;
import java.util.Map;

/** Metrics of the probability of the second of two classes. */
final class BinaryMetrics {
  static final double CLIP = 1e-15;

  private BinaryMetrics() {}

  static Map<Metric, Double> of(
      double[] actual, double[] probability, double[] weights, double threshold) {
    double total = Arrays.stream(weights).sum();
    boolean[] positive = new boolean[actual.length];
    Confusion confusion = new Confusion(2);
    double logLoss = 0;
    double brier = 0;
    for (int i = 0; i < actual.length; i++) {
      positive[i] = actual[i] == 1;
      double p = Math.min(1 - CLIP, Math.max(CLIP, probability[i]));
      logLoss -= weights[i] * (positive[i] ? Math.log(p) : Math.log1p(-p));
      brier += weights[i] * (probability[i] - actual[i]) * (probability[i] - actual[i]);
      confusion.add((int) actual[i], probability[i] >= threshold ? 1 : 0, weights[i]);
    }
    Ranking ranking = new Ranking(positive, probability, weights);
    Map<Metric, Double> values = Evaluation.emptyValues();
    values.put(Metric.AUC, ranking.auc());
    values.put(Metric.LOGLOSS, logLoss / total);
    values.put(Metric.ACCURACY, confusion.accuracy());
    values.put(Metric.F1, confusion.f1(1));
    values.put(Metric.MCC, confusion.mcc());
    values.put(Metric.AUCPR, ranking.averagePrecision());
    values.put(Metric.BRIER, brier / total);
    return values;
  }
}
