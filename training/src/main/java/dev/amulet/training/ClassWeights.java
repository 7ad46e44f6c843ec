package dev.amulet.training;

import dev.amulet.format.v1.Task;

/** How much the rows of each class count when learners are trained. */
public enum ClassWeights {
  /** What their rows weigh: probabilities are those of the data. */
  NONE,
  /**
   * As much as those of any other class together. Probabilities of rare classes come out too high
   * before they are calibrated, and ranking gains nothing (measured): to find more of a rare class,
   * the label threshold is the better means.
   */
  BALANCED;

  /**
   * Weights to train with; measuring goes on with those of the rows. Their sum stays.
   *
   * @param labels class index per row
   * @param weights per row
   */
  double[] of(TargetCoding coding, double[] labels, double[] weights) {
    if (this == NONE || coding.task() == Task.REGRESSION) {
      return weights;
    }
    double[] perClass = new double[coding.classes()];
    double total = 0;
    for (int row = 0; row < labels.length; row++) {
      perClass[(int) labels[row]] += weights[row];
      total += weights[row];
    }
    double[] balanced = new double[weights.length];
    for (int row = 0; row < labels.length; row++) {
      double own = perClass[(int) labels[row]];
      balanced[row] = own > 0 ? weights[row] * total / (perClass.length * own) : 0;
    }
    return balanced;
  }
}
