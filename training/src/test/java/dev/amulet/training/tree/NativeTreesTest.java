package dev.amulet.training.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.internal.tree.TreeKernel;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** XGBoost and the runtime must make the same float margins, bit for bit, of any ensemble. */
class NativeTreesTest {
  private static final int COLUMNS = 9;

  /** Slots in no order, some of the matrix left out. */
  private static final int[] SLOTS = {7, 0, 3, 8, 4, 1};

  private static final int[] ALL = IntStream.range(0, 8).toArray();

  @Test
  void randomEnsemblesGiveTheMarginsOfTheRuntimesKernel() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int outputs = seed % 3 == 0 ? 1 : 2 + random.nextInt(4);
      TreeEnsemble ensemble = ensemble(random, outputs, 1 + random.nextInt(12));
      FeatureMatrix rows = rows(random, 200, ensemble);
      assertThat(new NativeTrees(ensemble, SLOTS).margins(rows))
          .as("seed %d", seed)
          .isDeepEqualTo(kernel(ensemble, rows));
    }
  }

  @Test
  void trainedEnsemblesWithMissingValuesComeBackAsXgboostTrainedThem() {
    for (Task task : new Task[] {Task.REGRESSION, Task.BINARY, Task.MULTICLASS}) {
      LabelledRows rows = TreeTrainerTest.rows(300, 21, task);
      TreeEnsemble trained = train(rows, task);
      assertThat(new NativeTrees(trained, ALL).margins(rows.features()))
          .as("%s", task)
          .isDeepEqualTo(kernel(trained, rows.features()));
    }
  }

  @Test
  void movedThresholdsLeaveEveryTrainingRowsMarginsAsTheyWere() {
    for (Task task : new Task[] {Task.REGRESSION, Task.BINARY, Task.MULTICLASS}) {
      LabelledRows rows = TreeTrainerTest.rows(300, 22, task);
      TreeEnsemble trained = train(rows, task);
      TreeEnsemble moved = ThresholdMidpoints.move(trained, rows.features());
      assertThat(moved.getValuesList()).isNotEqualTo(trained.getValuesList());
      assertThat(new NativeTrees(moved, ALL).margins(rows.features()))
          .as("%s", task)
          .isDeepEqualTo(new NativeTrees(trained, ALL).margins(rows.features()));
    }
  }

  @Test
  void infiniteSlotsGoTheWayTheyGoInTheRuntime() {
    Random random = new Random(5);
    TreeEnsemble ensemble = ensemble(random, 1, 6);
    FeatureMatrix rows = rows(random, 100, ensemble);
    for (int i = 0; i < rows.values().length; i += 7) {
      rows.values()[i] = i % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }
    assertThat(new NativeTrees(ensemble, SLOTS).margins(rows))
        .isDeepEqualTo(kernel(ensemble, rows));
  }

  @Test
  void theMatrixIsLeftAsItWas() {
    Random random = new Random(6);
    TreeEnsemble ensemble = ensemble(random, 1, 2);
    FeatureMatrix rows = rows(random, 20, ensemble);
    rows.values()[SLOTS[0]] = Float.POSITIVE_INFINITY;
    float[] before = rows.values().clone();
    new NativeTrees(ensemble, SLOTS).margins(rows);
    assertThat(rows.values()).isEqualTo(before);
  }

  @Test
  void basesThatDifferByClassAreRefused() {
    Random random = new Random(7);
    TreeEnsemble ensemble =
        ensemble(random, 3, 0).toBuilder()
            .clearBaseMargin()
            .addAllBaseMargin(List.of(0.25f, -1.5f, 3f))
            .build();
    FeatureMatrix rows = rows(random, 5, ensemble);
    assertThatThrownBy(() -> new NativeTrees(ensemble, SLOTS).margins(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base margin");
  }

  @Test
  void whatXgboostCannotExpressIsRefused() {
    TreeEnsemble ensemble = ensemble(new Random(8), 1, 3);
    TreeEnsemble inclusive = ensemble.toBuilder().setComparison(Comparison.LESS_OR_EQUAL).build();
    assertThatThrownBy(() -> new NativeTrees(inclusive, SLOTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LESS_OR_EQUAL");
    int used =
        ensemble.getSlotsList().stream().mapToInt(slot -> slot).filter(s -> s >= 0).max().orElse(0);
    int[] others = IntStream.of(SLOTS).filter(slot -> slot != used).toArray();
    assertThatThrownBy(
            () -> new NativeTrees(ensemble, others).margins(rows(new Random(1), 3, ensemble)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("slot " + used);
  }

  private static TreeEnsemble train(LabelledRows rows, Task task) {
    TreeSettings settings = TreeSettings.builder().eta(0.2).threads(1).build();
    return new TreeTrainer(settings, task, 3).train(rows, ALL, 12).ensemble();
  }

  private static float[][] kernel(TreeEnsemble ensemble, FeatureMatrix rows) {
    TreeKernel kernel = new TreeKernel(ensemble);
    float[][] margins = new float[rows.rows()][kernel.outputs()];
    for (int row = 0; row < rows.rows(); row++) {
      kernel.margins(rows.values(), row * rows.columns(), margins[row]);
    }
    return margins;
  }

  /** Rows that hit thresholds exactly, miss them by a bit, or are missing. */
  private static FeatureMatrix rows(Random random, int count, TreeEnsemble ensemble) {
    float[] values = new float[count * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      float near =
          ensemble.getValuesCount() == 0
              ? 0
              : ensemble.getValues(random.nextInt(ensemble.getValuesCount()));
      values[i] =
          switch (random.nextInt(5)) {
            case 0 -> Float.NaN;
            case 1 -> near;
            case 2 -> Math.nextUp(near);
            case 3 -> Math.nextDown(near);
            default -> (float) random.nextGaussian();
          };
    }
    return new FeatureMatrix(count, COLUMNS, values);
  }

  private static TreeEnsemble ensemble(Random random, int outputs, int rounds) {
    TreeEnsemble.Builder ensemble = TreeEnsemble.newBuilder().setComparison(Comparison.LESS_THAN);
    float base = (float) random.nextGaussian();
    for (int k = 0; k < outputs; k++) {
      ensemble.addBaseMargin(base);
    }
    for (int tree = 0; tree < rounds * outputs; tree++) {
      ensemble.addRoots(ensemble.getSlotsCount()).addMargins(tree % outputs);
      grow(ensemble, random);
    }
    return ensemble.build();
  }

  /** One random tree; a node's children follow each other, as XGBoost lays them out. */
  private static void grow(TreeEnsemble.Builder ensemble, Random random) {
    List<Integer> depths = new ArrayList<>(List.of(0));
    int first = ensemble.getSlotsCount();
    for (int i = 0; i < depths.size(); i++) {
      int depth = depths.get(i);
      boolean leaf = depth == 6 || random.nextInt(6) < depth;
      ensemble
          .addSlots(leaf ? -1 : SLOTS[random.nextInt(SLOTS.length)])
          .addValues(value(random))
          .addLeft(leaf ? 0 : first + depths.size())
          .addRight(leaf ? 0 : first + depths.size() + 1)
          .addMissingLeft(random.nextBoolean())
          .addCover(1);
      if (!leaf) {
        depths.add(depth + 1);
        depths.add(depth + 1);
      }
    }
  }

  /** Mostly ordinary numbers; some tiny, huge or negative zero. */
  private static float value(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> (float) (random.nextGaussian() * 1e-30);
      case 1 -> (float) (random.nextGaussian() * 1e6);
      case 2 -> -0f;
      default -> (float) random.nextGaussian();
    };
  }
}
