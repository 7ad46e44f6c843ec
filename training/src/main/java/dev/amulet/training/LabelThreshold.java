package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import java.util.stream.IntStream;

/** From which probability on the second of two classes is predicted. */
final class LabelThreshold {
  static final double USUAL = 0.5;

  private LabelThreshold() {}

  /**
   * The metric that the threshold is chosen by: the scorer itself where it depends on one, else the
   * Matthews correlation, which minds both classes however rare one of them is.
   */
  static Metric criterion(Metric scorer) {
    return switch (scorer) {
      case ACCURACY, F1 -> scorer;
      default -> Metric.MCC;
    };
  }

  /**
   * The threshold that does best on some rows; halfway between two probabilities, the usual one if
   * no other does better.
   *
   * @param targets class index per row
   * @param probabilities of the second class, by models that did not see the row
   * @param rows to choose on
   */
  static double choose(
      Metric criterion, double[] targets, double[] probabilities, double[] weights, int[] rows) {
    int[] order =
        IntStream.of(rows)
            .filter(row -> weights[row] > 0)
            .boxed()
            .sorted((a, b) -> Double.compare(probabilities[a], probabilities[b]))
            .mapToInt(i -> i)
            .toArray();
    Counts usual = new Counts();
    Counts counts = new Counts();
    for (int row : order) {
      usual.add(targets[row], probabilities[row] >= USUAL, weights[row]);
      counts.add(targets[row], true, weights[row]);
    }
    double best = usual.value(criterion);
    double threshold = USUAL;
    for (int i = 0; i + 1 < order.length; i++) {
      int row = order[i];
      counts.withdraw(targets[row], weights[row]);
      double lower = probabilities[row];
      double upper = probabilities[order[i + 1]];
      if (upper > lower && counts.value(criterion) > best) {
        best = counts.value(criterion);
        threshold = lower + (upper - lower) / 2;
      }
    }
    return threshold;
  }

  /** Weight of rows by class and prediction. */
  private static final class Counts {
    private double truePositive;
    private double falsePositive;
    private double trueNegative;
    private double falseNegative;

    void add(double target, boolean positive, double weight) {
      if (target > 0.5) {
        truePositive += positive ? weight : 0;
        falseNegative += positive ? 0 : weight;
      } else {
        falsePositive += positive ? weight : 0;
        trueNegative += positive ? 0 : weight;
      }
    }

    /** A row predicted positive is predicted negative from now on. */
    void withdraw(double target, double weight) {
      if (target > 0.5) {
        truePositive -= weight;
        falseNegative += weight;
      } else {
        falsePositive -= weight;
        trueNegative += weight;
      }
    }

    double value(Metric criterion) {
      return switch (criterion) {
        case ACCURACY ->
            (truePositive + trueNegative)
                / (truePositive + trueNegative + falsePositive + falseNegative);
        case F1 -> 2 * truePositive / (2 * truePositive + falsePositive + falseNegative);
        default -> {
          double product =
              (truePositive + falsePositive)
                  * (truePositive + falseNegative)
                  * (trueNegative + falsePositive)
                  * (trueNegative + falseNegative);
          yield product > 1e-9
              ? (truePositive * trueNegative - falsePositive * falseNegative) / Math.sqrt(product)
              : 0;
        }
      };
    }
  }
}
