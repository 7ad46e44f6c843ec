package dev.amulet.training;

import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.linear.LinearTrainer;
import dev.amulet.training.vision.FineTuner;
import java.util.stream.IntStream;

/**
 * The linear model that the head of a network starts from: the penalty chosen by cross-validation
 * among the rows given, or some of them where they are many, as it is a penalty per row.
 */
final class LinearHeadStart implements FineTuner.HeadStart {
  private static final int PARTS = 3;
  private static final int ROWS_TO_CHOOSE_BY = 1000;

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
    LabelledRows all = new LabelledRows(new FeatureMatrix(rows, columns, slots), labels, weights);
    LinearTrainer trainer = new LinearTrainer(task, classes, threads);
    int chosen = Math.min(rows, ROWS_TO_CHOOSE_BY);
    int[] some = IntStream.range(0, chosen).map(i -> (int) ((long) i * rows / chosen)).toArray();
    int[] parts = IntStream.range(0, chosen).map(i -> i % PARTS).toArray();
    double strength = trainer.crossFit(all.selectRows(some), parts).strength();
    return trainer.fit(all, strength).toLinearModel();
  }
}
