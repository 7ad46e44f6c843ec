package dev.amulet.training.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.runtime.internal.tree.TreeKernel;
import dev.amulet.training.TrainingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;

/** The native library is the oracle: float margins must be equal, bit for bit. */
class BoosterImporterTest {
  private static final int ROWS = 1500;
  private static final int COLUMNS = 12;

  @Test
  void regressionMarginsAreThoseOfTheNativeLibrary() throws Exception {
    compare(Map.of("objective", "reg:squarederror"), 400, 1, "ubj");
    compare(Map.of("objective", "reg:squarederror", "tree_method", "exact"), 60, 1, "json");
  }

  @Test
  void binaryMarginsAndProbabilitiesAreThoseOfTheNativeLibrary() throws Exception {
    compare(Map.of("objective", "binary:logistic"), 300, 2, "ubj");
    compare(Map.of("objective", "binary:logistic", "base_score", 0.03), 20, 2, "json");
    compare(Map.of("objective", "binary:logistic", "base_score", 0.731), 20, 2, "ubj");
  }

  @Test
  void multiclassMarginsAndProbabilitiesAreThoseOfTheNativeLibrary() throws Exception {
    compare(Map.of("objective", "multi:softprob", "num_class", 5), 120, 5, "ubj");
    compare(
        Map.of("objective", "multi:softprob", "num_class", 3, "num_parallel_tree", 2),
        15,
        3,
        "json");
  }

  @Test
  void coversOfChildrenAddUpToTheirParents() throws Exception {
    Booster booster = booster(Map.of("objective", "binary:logistic"), 20, 2);
    TreeEnsemble ensemble = BoosterImporter.read(booster.toByteArray("ubj")).ensemble();
    booster.dispose();
    int splits = 0;
    for (int node = 0; node < ensemble.getSlotsCount(); node++) {
      if (ensemble.getSlots(node) >= 0) {
        splits++;
        float children =
            ensemble.getCover(ensemble.getLeft(node)) + ensemble.getCover(ensemble.getRight(node));
        assertThat(ensemble.getCover(node)).isCloseTo(children, within(1e-3f * children));
        assertThat(ensemble.getLeft(node)).isGreaterThan(node);
        assertThat(ensemble.getRight(node)).isGreaterThan(node);
      }
    }
    assertThat(splits).isPositive();
  }

  @Test
  void aBracketedBaseScoreIsRead() throws Exception {
    Booster booster = booster(Map.of("objective", "binary:logistic", "base_score", 0.25), 3, 2);
    String json = new String(booster.toByteArray("json"), StandardCharsets.UTF_8);
    booster.dispose();
    String bracketed = json.replaceFirst("\"base_score\":\"([^\"]+)\"", "\"base_score\":\"[$1]\"");
    assertThat(bracketed).isNotEqualTo(json);
    assertThat(BoosterImporter.read(utf8(bracketed)).ensemble())
        .isEqualTo(BoosterImporter.read(utf8(json)).ensemble());
  }

  @Test
  void aBaseScorePerClassIsRead() throws Exception {
    Booster booster = booster(Map.of("objective", "multi:softprob", "num_class", 3), 2, 3);
    String json = new String(booster.toByteArray("json"), StandardCharsets.UTF_8);
    booster.dispose();
    String perClass =
        json.replaceFirst("\"base_score\":\"[^\"]+\"", "\"base_score\":\"[1E-1,-2,3.5]\"");
    assertThat(BoosterImporter.read(utf8(perClass)).ensemble().getBaseMarginList())
        .containsExactly(0.1f, -2f, 3.5f);
  }

  @Test
  void whatATreeEnsembleCannotExpressIsRefusedByName() throws Exception {
    Booster dart = booster(Map.of("objective", "reg:squarederror", "booster", "dart"), 2, 1);
    byte[] bytes = dart.toByteArray("ubj");
    dart.dispose();
    assertThatThrownBy(() -> BoosterImporter.read(bytes))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("dart");
    Booster poisson = booster(Map.of("objective", "count:poisson"), 2, 2);
    byte[] other = poisson.toByteArray("json");
    poisson.dispose();
    assertThatThrownBy(() -> BoosterImporter.read(other))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("count:poisson");
  }

  @Test
  void aDamagedModelIsRefusedWithAdvice() throws Exception {
    Booster booster = booster(Map.of("objective", "reg:squarederror"), 2, 1);
    byte[] model = booster.toByteArray("ubj");
    booster.dispose();
    for (int length = 0; length < model.length; length += 211) {
      byte[] cut = java.util.Arrays.copyOf(model, length);
      assertThatThrownBy(() -> BoosterImporter.read(cut))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("booster");
    }
    assertThatThrownBy(() -> BoosterImporter.read(utf8("{\"learner\":{}}")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("learner_model_param");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void compare(
      Map<String, Object> parameters, int rounds, int classes, String format) throws Exception {
    Booster booster = booster(parameters, rounds, classes);
    TreeKernel kernel =
        new TreeKernel(BoosterImporter.read(booster.toByteArray(format)).ensemble());
    float[] unseen = values(99);
    DMatrix matrix = new DMatrix(unseen, ROWS, COLUMNS, Float.NaN);
    float[][] expected = booster.predict(matrix, true);
    float[][] responses = booster.predict(matrix);
    float[] margins = new float[kernel.outputs()];
    for (int row = 0; row < ROWS; row++) {
      kernel.margins(unseen, row * COLUMNS, margins);
      assertThat(margins).isEqualTo(expected[row]);
      double[] found = responses(margins, classes);
      for (int k = 0; k < found.length; k++) {
        assertThat(found[k]).isCloseTo(responses[row][k], within(1e-6));
      }
    }
    matrix.dispose();
    booster.dispose();
  }

  private static double[] responses(float[] margins, int classes) {
    if (classes == 1) {
      return new double[] {margins[0]};
    }
    if (classes == 2) {
      return new double[] {1 / (1 + Math.exp(-margins[0]))};
    }
    double[] responses = new double[margins.length];
    double sum = 0;
    for (int k = 0; k < margins.length; k++) {
      responses[k] = Math.exp(margins[k]);
      sum += responses[k];
    }
    for (int k = 0; k < margins.length; k++) {
      responses[k] /= sum;
    }
    return responses;
  }

  private static Booster booster(Map<String, Object> given, int rounds, int classes)
      throws Exception {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("tree_method", "hist");
    parameters.put("max_depth", 6);
    parameters.put("eta", 0.1);
    parameters.put("nthread", 1);
    parameters.put("verbosity", 0);
    parameters.putAll(given);
    float[] values = values(1);
    DMatrix matrix = new DMatrix(values, ROWS, COLUMNS, Float.NaN);
    matrix.setLabel(labels(values, classes));
    Booster booster = XGBoost.train(matrix, parameters, rounds, Map.of(), null, null);
    matrix.dispose();
    return booster;
  }

  /** A few columns on a coarse grid, so that values meet thresholds; a tenth missing. */
  private static float[] values(long seed) {
    Random random = new Random(seed);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(10) == 0
              ? Float.NaN
              : i % COLUMNS < 4 ? random.nextInt(12) : (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] labels(float[] values, int classes) {
    Random random = new Random(7);
    float[] labels = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      float first = values[row * COLUMNS];
      float last = values[row * COLUMNS + 11];
      double signal =
          (Float.isNaN(first) ? 6 : first)
              + 2 * (Float.isNaN(last) ? 1 : last)
              + random.nextGaussian();
      labels[row] =
          classes == 1 ? (float) signal : (int) Math.max(0, Math.min(classes - 1, signal / 3));
    }
    return labels;
  }
}
