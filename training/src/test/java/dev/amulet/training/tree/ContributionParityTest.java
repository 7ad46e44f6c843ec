package dev.amulet.training.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.internal.tree.TreeContributions;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;

/** XGBoost's own contributions are what the runtime's are held against. */
class ContributionParityTest {
  private static final int[] ALL = IntStream.range(0, 8).toArray();

  @Test
  void trainedTreesWithMissingValuesAreExplainedAsXgboostExplainsThem() throws XGBoostError {
    for (Task task : new Task[] {Task.REGRESSION, Task.BINARY, Task.MULTICLASS}) {
      LabelledRows rows = TreeTrainerTest.rows(400, 31, task);
      TreeSettings settings = TreeSettings.builder().eta(0.1).threads(1).build();
      TreeEnsemble trained = new TreeTrainer(settings, task, 3).train(rows, ALL, 60).ensemble();
      assertSame(trained, rows.features(), task);
      assertSame(ThresholdMidpoints.move(trained, rows.features()), rows.features(), task);
    }
  }

  private static void assertSame(TreeEnsemble ensemble, FeatureMatrix rows, Task task)
      throws XGBoostError {
    TreeContributions kernel = new TreeContributions(ensemble);
    TreeContributions.Scratch scratch = kernel.newScratch();
    float[][] expected = nativeContributions(ensemble, rows);
    int slots = ALL.length;
    double worst = 0;
    for (int row = 0; row < rows.rows(); row++) {
      float[] cells = new float[rows.columns()];
      System.arraycopy(rows.values(), row * rows.columns(), cells, 0, cells.length);
      double[] actual = new double[kernel.outputs() * rows.columns()];
      kernel.add(cells, 1, actual, rows.columns(), scratch);
      for (int k = 0; k < kernel.outputs(); k++) {
        int base = k * (slots + 1);
        double largest = 0;
        double difference = Math.abs(expected[row][base + slots] - kernel.bias(k));
        for (int slot = 0; slot <= slots; slot++) {
          largest = Math.max(largest, Math.abs(expected[row][base + slot]));
        }
        for (int slot = 0; slot < slots; slot++) {
          difference =
              Math.max(
                  difference,
                  Math.abs(expected[row][base + slot] - actual[k * rows.columns() + slot]));
        }
        worst = Math.max(worst, difference / largest);
      }
    }
    assertThat(worst).as("%s", task).isCloseTo(0, within(1e-5));
  }

  /** {@code [rows][outputs * (slots + 1)]}, the bias last. */
  private static float[][] nativeContributions(TreeEnsemble ensemble, FeatureMatrix rows)
      throws XGBoostError {
    Booster booster = new NativeTrees(ensemble, ALL).load();
    DMatrix matrix = NativeXgboost.matrix(rows, ALL);
    try {
      return booster.predictContrib(matrix, 0);
    } finally {
      matrix.dispose();
      booster.dispose();
    }
  }
}
