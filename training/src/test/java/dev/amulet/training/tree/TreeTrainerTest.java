package dev.amulet.training.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.internal.tree.TreeKernel;
import dev.amulet.training.TrainingException;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TreeTrainerTest {
  private static final int COLUMNS = 8;
  private static final int[] SLOTS = {1, 3, 4, 7};
  private static final TreeSettings QUICK =
      TreeSettings.builder().eta(0.2).maxRounds(300).earlyStoppingRounds(10).threads(1).build();

  @Test
  void earlyStoppingKeepsTheBestRoundAndItsLoss() {
    LabelledRows training = rows(600, 1, Task.REGRESSION);
    LabelledRows validation = rows(400, 2, Task.REGRESSION);
    TrainedTrees trees =
        new TreeTrainer(QUICK, Task.REGRESSION, 0).train(training, validation, SLOTS);
    assertThat(trees.rounds()).isBetween(5, 299);
    assertThat(trees.ensemble().getRootsCount()).isEqualTo(trees.rounds());
    assertThat(rmse(trees.ensemble(), validation)).isCloseTo(trees.validationLoss(), within(1e-5));
    assertThat(trees.validationLoss()).isLessThan(0.8);
  }

  @Test
  void onlyTheGivenSlotsAreUsedUnderTheirOwnNumbers() {
    LabelledRows training = rows(500, 3, Task.BINARY);
    TrainedTrees trees = new TreeTrainer(QUICK, Task.BINARY, 2).train(training, SLOTS, 20);
    assertThat(trees.rounds()).isEqualTo(20);
    assertThat(trees.importances().keySet()).isSubsetOf(1, 3, 4, 7).contains(1, 7);
    assertThat(trees.importances().values()).allMatch(gain -> gain > 0);
    assertThat(trees.ensemble().getSlotsList()).isSubsetOf(-1, 1, 3, 4, 7);
  }

  @Test
  void multiclassGivesAMarginPerClassAndLearns() {
    LabelledRows training = rows(600, 4, Task.MULTICLASS);
    TrainedTrees trees =
        new TreeTrainer(QUICK, Task.MULTICLASS, 3)
            .train(training, rows(300, 5, Task.MULTICLASS), SLOTS);
    assertThat(trees.ensemble().getBaseMarginCount()).isEqualTo(3);
    assertThat(trees.ensemble().getRootsCount()).isEqualTo(3 * trees.rounds());
    assertThat(trees.validationLoss()).isLessThan(0.9 * Math.log(3));
  }

  @Test
  void theSameSeedGivesTheSameTreesForAnyThreadCount() {
    LabelledRows training = rows(500, 6, Task.BINARY);
    TreeEnsemble one = new TreeTrainer(QUICK, Task.BINARY, 2).train(training, SLOTS, 15).ensemble();
    TreeSettings two =
        TreeSettings.builder().eta(0.2).maxRounds(300).earlyStoppingRounds(10).threads(2).build();
    assertThat(new TreeTrainer(two, Task.BINARY, 2).train(training, SLOTS, 15).ensemble())
        .isEqualTo(one);
  }

  @Test
  void rowsOfNoWeightToSpeakOfDoNotCount() {
    LabelledRows rows = rows(600, 7, Task.REGRESSION);
    double[] labels = rows.labels().clone();
    double[] weights = new double[600];
    for (int row = 0; row < 600; row++) {
      weights[row] = row < 300 ? 1 : 1e-9;
      labels[row] = row < 300 ? labels[row] : 1000;
    }
    TrainedTrees trees =
        new TreeTrainer(QUICK, Task.REGRESSION, 0)
            .train(new LabelledRows(rows.features(), labels, weights), SLOTS, 60);
    LabelledRows counted = rows.selectRows(IntStream.range(0, 300).toArray());
    assertThat(rmse(trees.ensemble(), counted)).isLessThan(1);
  }

  @Test
  void rowsThatAllHaveWeightZeroAreRefused() {
    LabelledRows rows = rows(200, 9, Task.REGRESSION);
    LabelledRows weightless = new LabelledRows(rows.features(), rows.labels(), new double[200]);
    TreeTrainer trainer = new TreeTrainer(QUICK, Task.REGRESSION, 0);
    assertThatThrownBy(() -> trainer.train(rows, weightless, SLOTS))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("200 rows to stop by all have weight 0");
    assertThatThrownBy(() -> trainer.train(weightless, SLOTS, 5))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("weight 0");
  }

  @Test
  void whatXgboostRefusesIsSaidInOneLine() {
    LabelledRows rows = rows(50, 9, Task.REGRESSION);
    double[] labels = rows.labels().clone();
    labels[3] = Double.NaN;
    assertThatThrownBy(
            () ->
                new TreeTrainer(QUICK, Task.REGRESSION, 0)
                    .train(new LabelledRows(rows.features(), labels), SLOTS, 5))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("XGBoost: ")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining(".cc:");
    assertThat(
            NativeXgboost.firstLine(
                "[12:00:01] /build/src/data.cc:514: Check failed: valid: no label\nStack trace:\n"))
        .isEqualTo("Check failed: valid: no label");
  }

  @Test
  void anInfiniteSlotIsTrainedOn() {
    LabelledRows rows = rows(300, 8, Task.REGRESSION);
    rows.features().values()[1] = Float.POSITIVE_INFINITY;
    rows.features().values()[COLUMNS + 1] = Float.NEGATIVE_INFINITY;
    assertThat(new TreeTrainer(QUICK, Task.REGRESSION, 0).train(rows, SLOTS, 5).rounds())
        .isEqualTo(5);
  }

  @Test
  void aMissingLibraryIsNamedOnTheFirstAndOnLaterFailures() {
    UnsatisfiedLinkError first =
        new UnsatisfiedLinkError("libgomp.so.1: cannot open shared object file");
    assertThat(NativeXgboost.adviceFor(first)).contains("install", "libgomp1");
    NoClassDefFoundError later = new NoClassDefFoundError("Could not initialize class XGBoostJNI");
    later.initCause(
        new ExceptionInInitializerError("java.lang.UnsatisfiedLinkError: libgomp.so.1"));
    assertThat(NativeXgboost.adviceFor(later)).contains("libgomp1");
    assertThat(NativeXgboost.adviceFor(new UnsatisfiedLinkError("no such symbol")))
        .contains("no such symbol");
  }

  private static double rmse(TreeEnsemble ensemble, LabelledRows rows) {
    TreeKernel kernel = new TreeKernel(ensemble);
    float[] margins = new float[1];
    double sum = 0;
    for (int row = 0; row < rows.rows(); row++) {
      kernel.margins(rows.features().values(), row * COLUMNS, margins);
      sum += Math.pow(margins[0] - rows.labels()[row], 2);
    }
    return Math.sqrt(sum / rows.rows());
  }

  static LabelledRows rows(int count, long seed, Task task) {
    Random random = new Random(seed);
    float[] values = new float[count * COLUMNS];
    double[] labels = new double[count];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(12) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    for (int row = 0; row < count; row++) {
      float first = values[row * COLUMNS + 1];
      float last = values[row * COLUMNS + 7];
      double signal =
          (Float.isNaN(first) ? 0.5 : first)
              + (Float.isNaN(last) ? -1 : Math.abs(last))
              + 0.3 * random.nextGaussian();
      labels[row] =
          switch (task) {
            case REGRESSION -> signal;
            case BINARY -> signal > 0.6 ? 1 : 0;
            default -> signal > 1.2 ? 2 : signal > 0.2 ? 1 : 0;
          };
    }
    return new LabelledRows(new FeatureMatrix(count, COLUMNS, values), labels);
  }
}
