package dev.amulet.training.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Rows of two classes in order of a score, highest first. Rows of equal scores are taken together,
 * so that no curve depends on their order in the table.
 */
final class Ranking {
  /** More points than this tell the eye nothing. */
  private static final int MOST_POINTS = 300;

  /** After each group of equal scores, from none taken to all. */
  private final double[] positives;

  private final double[] negatives;

  private Ranking(double[] positives, double[] negatives) {
    this.positives = positives;
    this.negatives = negatives;
  }

  /**
   * @param actual 1 for the positive class
   * @param scores higher for the positive class
   */
  static Ranking of(double[] actual, double[] scores, double[] weights) {
    int[] order =
        IntStream.range(0, scores.length)
            .filter(row -> weights[row] > 0)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .mapToInt(row -> row)
            .toArray();
    double[] positives = new double[order.length + 1];
    double[] negatives = new double[order.length + 1];
    int groups = 0;
    for (int i = 0; i < order.length; i++) {
      int row = order[i];
      boolean first = i == 0 || scores[row] != scores[order[i - 1]];
      if (first) {
        groups++;
        positives[groups] = positives[groups - 1];
        negatives[groups] = negatives[groups - 1];
      }
      positives[groups] += actual[row] > 0.5 ? weights[row] : 0;
      negatives[groups] += actual[row] > 0.5 ? 0 : weights[row];
    }
    return new Ranking(Arrays.copyOf(positives, groups + 1), Arrays.copyOf(negatives, groups + 1));
  }

  double positiveShare() {
    return allPositives() / (allPositives() + allNegatives());
  }

  private double allPositives() {
    return positives[positives.length - 1];
  }

  private double allNegatives() {
    return negatives[negatives.length - 1];
  }

  /** False positive rate, true positive rate. */
  List<double[]> roc() {
    return points(
        0, i -> new double[] {negatives[i] / allNegatives(), positives[i] / allPositives()});
  }

  /** Recall, precision. */
  List<double[]> precisionRecall() {
    return points(
        1,
        i ->
            new double[] {
              positives[i] / allPositives(), positives[i] / (positives[i] + negatives[i])
            });
  }

  /** Share of rows taken, share of positives found. */
  List<double[]> gains() {
    return points(0, i -> new double[] {taken(i), positives[i] / allPositives()});
  }

  /** Share of rows taken, how many times more positives than chance finds. */
  List<double[]> lift() {
    return points(1, i -> new double[] {taken(i), positives[i] / allPositives() / taken(i)});
  }

  private double taken(int i) {
    return (positives[i] + negatives[i]) / (allPositives() + allNegatives());
  }

  /** Evenly thinned; the first and the last stay. */
  private List<double[]> points(int first, IntFunction<double[]> point) {
    int last = positives.length - 1;
    int count = Math.min(MOST_POINTS, last - first + 1);
    List<double[]> points = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      points.add(
          point.apply(
              first + (int) Math.round((double) k * (last - first) / Math.max(1, count - 1))));
    }
    return points;
  }
}
