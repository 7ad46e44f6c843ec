package dev.amulet.training;

import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.linear.LinearTrainer;
import dev.amulet.training.vision.FineTuner;

/**
 * The linear model that the head of a network starts from: the penalty chosen by cross-validation
 * among the rows given.
 */
final class LinearHeadStart implements FineTuner.HeadStart {
  private static final int PARTS = 3;

  private final Task task;
  private final int classes;
  private final int threads;

  LinearHeadStart(Task task, int classes, int threads) {
    this.task = task;
    this.classes = classes;
    this.threads = threads;
  }

  @Override
  public LinearModel fit(int rows, int columns, float[] slots, double[] labels, double[] weights) {
    int[] parts = new int[rows];
    for (int row = 0; row < rows; row++) {
      parts[row] = row % PARTS;
    }
    LabelledRows labelled =
        new LabelledRows(new FeatureMatrix(rows, columns, slots), labels, weights);
    return new LinearTrainer(task, classes, threads).train(labelled, parts).model().toLinearModel();
  }
}
