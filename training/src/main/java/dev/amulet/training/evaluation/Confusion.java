package dev.amulet.training.evaluation;

/** Weights of rows by actual and predicted class. */
final class Confusion {
  private final double[][] weights;
  private final int classes;

  Confusion(int classes) {
    this.classes = classes;
    this.weights = new double[classes][classes];
  }

  void add(int actual, int predicted, double weight) {
    weights[actual][predicted] += weight;
  }

  double accuracy() {
    double right = 0;
    double total = 0;
    for (int c = 0; c < classes; c++) {
      right += weights[c][c];
      total += actual(c);
    }
    return right / total;
  }

  /** Of one class; 0 when it is neither present nor predicted. */
  double f1(int c) {
    double sum = actual(c) + predicted(c);
    return sum == 0 ? 0 : 2 * weights[c][c] / sum;
  }

  /** Mean over the classes that are present or predicted. */
  double macroF1() {
    double sum = 0;
    int counted = 0;
    for (int c = 0; c < classes; c++) {
      if (actual(c) + predicted(c) > 0) {
        sum += f1(c);
        counted++;
      }
    }
    return sum / counted;
  }

  /** Matthews correlation coefficient of any number of classes (Gorodkin 2004). */
  double mcc() {
    double total = 0;
    double right = 0;
    double agreement = 0;
    double actualSquares = 0;
    double predictedSquares = 0;
    for (int c = 0; c < classes; c++) {
      double actual = actual(c);
      double predicted = predicted(c);
      total += actual;
      right += weights[c][c];
      agreement += actual * predicted;
      actualSquares += actual * actual;
      predictedSquares += predicted * predicted;
    }
    double spread = (total * total - predictedSquares) * (total * total - actualSquares);
    return spread <= 0 ? 0 : (right * total - agreement) / Math.sqrt(spread);
  }

  private double actual(int c) {
    double sum = 0;
    for (int predicted = 0; predicted < classes; predicted++) {
      sum += weights[c][predicted];
    }
    return sum;
  }

  private double predicted(int c) {
    double sum = 0;
    for (int actual = 0; actual < classes; actual++) {
      sum += weights[actual][c];
    }
    return sum;
  }
}
