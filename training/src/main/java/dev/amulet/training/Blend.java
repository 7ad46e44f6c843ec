package dev.amulet.training;

import dev.amulet.format.v1.Task;
import dev.amulet.training.evaluation.MarginLoss;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two models weighted in margin space, where contributions add up.
 *
 * @param linearWeight in [0, 1]; the trees have the rest
 */
record Blend(FittedModel linear, FittedModel trees, double linearWeight) implements FittedModel {
  private static final int STEPS = 20;

  @Override
  public double[][] margins(FeatureMatrix features) {
    return mix(linear.margins(features), trees.margins(features), linearWeight);
  }

  @Override
  public void addTo(PipelineBuilder pipeline) {
    linear.addTo(pipeline);
    trees.addTo(pipeline);
    Map<String, Double> weights = new LinkedHashMap<>();
    weights.put(LearnerKind.LINEAR.key(), linearWeight);
    weights.put(LearnerKind.TREES.key(), 1 - linearWeight);
    pipeline.addBlend(LearnerKind.BLEND.key(), weights);
  }

  /** Margins {@code [rows][K]} of a blend. */
  static double[][] mix(double[][] linear, double[][] trees, double linearWeight) {
    double[][] mixed = new double[linear.length][];
    for (int row = 0; row < mixed.length; row++) {
      mixed[row] = mix(linear[row], trees[row], linearWeight);
    }
    return mixed;
  }

  static double[] mix(double[] linear, double[] trees, double linearWeight) {
    double[] mixed = new double[linear.length];
    for (int k = 0; k < mixed.length; k++) {
      mixed[k] = linearWeight * linear[k] + (1 - linearWeight) * trees[k];
    }
    return mixed;
  }

  /**
   * The weight of the linear model, in steps of a twentieth, that loses least on some rows; a half
   * where there are none to tell.
   *
   * @param linear margins {@code [all rows][K]} of models that did not see the row
   * @param trees likewise
   * @param rows to choose on
   */
  static double bestWeight(
      Task task,
      double[][] linear,
      double[][] trees,
      double[] labels,
      double[] weights,
      int[] rows) {
    if (rows.length == 0) {
      return 0.5;
    }
    double best = 0;
    double bestLoss = Double.POSITIVE_INFINITY;
    for (int step = 0; step <= STEPS; step++) {
      double share = (double) step / STEPS;
      double loss = 0;
      for (int row : rows) {
        loss +=
            weights[row] * MarginLoss.of(task, mix(linear[row], trees[row], share), labels[row]);
      }
      if (loss < bestLoss) {
        bestLoss = loss;
        best = share;
      }
    }
    return best;
  }
}
