package dev.amulet.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.format.v1.Task;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class EvaluationTest {
  private static final Map<String, Metric> BINARY =
      Map.of(
          "auc", Metric.AUC,
          "logloss_eps1e15", Metric.LOGLOSS,
          "accuracy", Metric.ACCURACY,
          "f1", Metric.F1,
          "mcc", Metric.MCC,
          "average_precision", Metric.AUCPR,
          "brier", Metric.BRIER);
  private static final Map<String, Metric> MULTICLASS =
      Map.of(
          "auc_ovr_macro", Metric.MACROAUC,
          "logloss", Metric.LOGLOSS,
          "accuracy", Metric.ACCURACY,
          "f1_macro", Metric.F1,
          "mcc", Metric.MCC,
          "average_precision_macro", Metric.AUCPR);
  private static final Map<String, Metric> REGRESSION =
      Map.of(
          "rmse", Metric.RMSE,
          "mae", Metric.MAE,
          "mape", Metric.MAPE,
          "r2", Metric.R2,
          "rmsle", Metric.RMSLE);

  @TestFactory
  Stream<DynamicTest> equalsTheReferenceValues() throws IOException {
    JsonNode golden;
    try (InputStream in = EvaluationTest.class.getResourceAsStream("/golden/metrics.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    return Stream.of(
            cases(golden, "binary", Task.BINARY, BINARY),
            cases(golden, "multiclass", Task.MULTICLASS, MULTICLASS),
            cases(golden, "regression", Task.REGRESSION, REGRESSION))
        .flatMap(tests -> tests);
  }

  private static Stream<DynamicTest> cases(
      JsonNode golden, String kind, Task task, Map<String, Metric> metrics) {
    return StreamSupport.stream(golden.get(kind).spliterator(), false)
        .map(
            node ->
                DynamicTest.dynamicTest(
                    kind + " " + node.get("name").asText(), () -> check(node, task, metrics)));
  }

  private static void check(JsonNode node, Task task, Map<String, Metric> metrics) {
    int outputs = task == Task.MULTICLASS ? node.get("p").get(0).size() : 1;
    Evaluation evaluation =
        Evaluation.of(
            task,
            numbers(node.get("y")),
            numbers(node.get("p")),
            outputs,
            node.get("w").isNull() ? null : numbers(node.get("w")),
            0.5);
    int compared = 0;
    for (Map.Entry<String, Metric> entry : metrics.entrySet()) {
      if (node.has(entry.getKey())) {
        double expected = node.get(entry.getKey()).asDouble();
        assertThat(evaluation.value(entry.getValue()))
            .as(entry.getKey())
            .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(4);
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMapToDouble(
            item ->
                item.isArray()
                    ? java.util.Arrays.stream(numbers(item))
                    : java.util.stream.DoubleStream.of(item.asDouble()))
        .toArray();
  }

  @Test
  void leavesAMetricUndefinedWhereItIs() {
    Evaluation oneClass =
        Evaluation.of(Task.BINARY, new double[] {1, 1}, new double[] {0.2, 0.7}, 1);
    assertThat(oneClass.value(Metric.AUC)).isNaN();
    assertThat(oneClass.value(Metric.AUCPR)).isEqualTo(1);
    assertThat(oneClass.value(Metric.ACCURACY)).isEqualTo(0.5);

    Evaluation negative =
        Evaluation.of(Task.REGRESSION, new double[] {-2, 3}, new double[] {1, 3}, 1);
    assertThat(negative.value(Metric.RMSLE)).isNaN();
    assertThat(negative.value(Metric.MAE)).isEqualTo(1.5);
  }

  @Test
  void countsANegativePredictionAsZeroInRmsle() {
    Evaluation evaluation =
        Evaluation.of(Task.REGRESSION, new double[] {0, 1}, new double[] {-5, 1}, 1);
    assertThat(evaluation.value(Metric.RMSLE)).isZero();
    assertThat(evaluation.value(Metric.RMSE)).isCloseTo(Math.sqrt(12.5), within(1e-12));
  }

  @Test
  void doesNotCountARowOfWeightZero() {
    Evaluation weighted =
        Evaluation.of(
            Task.MULTICLASS,
            new double[] {0, 1, 2},
            new double[] {.8, .1, .1, .2, .7, .1, .9, .1, 0},
            3,
            new double[] {1, 1, 0},
            0.5);
    Evaluation without =
        Evaluation.of(
            Task.MULTICLASS, new double[] {0, 1}, new double[] {.8, .1, .1, .2, .7, .1}, 3);
    assertThat(weighted.values()).isEqualTo(without.values());
    assertThat(weighted.value(Metric.ACCURACY)).isEqualTo(1);
    assertThat(weighted.value(Metric.MACROAUC)).isEqualTo(1);
    assertThat(weighted.value(Metric.BRIER)).isCloseTo((.06 + .14) / 2, within(1e-12));
  }

  @Test
  void predictsTheSecondClassFromTheThresholdOn() {
    double[] actual = {0, 1, 1};
    double[] probability = {0.3, 0.3, 0.9};
    assertThat(f1(actual, probability, null, 0.5)).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(f1(actual, probability, null, 0.3)).isCloseTo(0.8, within(1e-12));
  }

  private static double f1(
      double[] actual, double[] probability, double @Nullable [] weights, double threshold) {
    return Evaluation.of(Task.BINARY, actual, probability, 1, weights, threshold).value(Metric.F1);
  }

  @Test
  void refusesPredictionsOfAnotherShape() {
    assertThatThrownBy(() -> Evaluation.of(Task.MULTICLASS, new double[3], new double[8], 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 rows");
  }
}
