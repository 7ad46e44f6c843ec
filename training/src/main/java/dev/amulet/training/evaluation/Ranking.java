package dev.amulet.training.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Rows in falling order of a score, as cumulated weights of positives and negatives at the end of
 * each run of equal scores.
 */
final class Ranking {
  private final double[] positives;
  private final double[] negatives;
  private final int steps;

  Ranking(boolean[] positive, double[] scores, double[] weights) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    double[] above = new double[order.length];
    double[] below = new double[order.length];
    int count = 0;
    double positiveWeight = 0;
    double negativeWeight = 0;
    for (int k = 0; k < order.length; k++) {
      int i = order[k];
      positiveWeight += positive[i] ? weights[i] : 0;
      negativeWeight += positive[i] ? 0 : weights[i];
      if (k + 1 == order.length || scores[order[k + 1]] != scores[i]) {
        above[count] = positiveWeight;
        below[count++] = negativeWeight;
      }
    }
    positives = Arrays.copyOf(above, count);
    negatives = Arrays.copyOf(below, count);
    steps = count;
  }

  boolean hasPositives() {
    return steps > 0 && positives[steps - 1] > 0;
  }

  boolean hasBoth() {
    return hasPositives() && negatives[steps - 1] > 0;
  }

  /** Area under the ROC curve; NaN without both kinds. */
  double auc() {
    if (!hasBoth()) {
      return Double.NaN;
    }
    double area = 0;
    double lastPositives = 0;
    double lastNegatives = 0;
    for (int k = 0; k < steps; k++) {
      area += (negatives[k] - lastNegatives) * (positives[k] + lastPositives) / 2;
      lastPositives = positives[k];
      lastNegatives = negatives[k];
    }
    return area / (positives[steps - 1] * negatives[steps - 1]);
  }

  /** Precision at each step, weighted by the recall it adds; NaN without positives. */
  double averagePrecision() {
    if (!hasPositives()) {
      return Double.NaN;
    }
    double sum = 0;
    double last = 0;
    for (int k = 0; k < steps; k++) {
      sum += (positives[k] - last) * positives[k] / (positives[k] + negatives[k]);
      last = positives[k];
    }
    return sum / positives[steps - 1];
  }
}
