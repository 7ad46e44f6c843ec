package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.Task;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and optimisers against PyTorch. */
class TuningLossTest {
  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = PyTorchHere.managerOrSkip();
  }

  @AfterAll
  static void stop() {
    if (manager != null) {
      manager.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce", "ce_smooth", "ce_weighted"})
  void crossEntropy(String name) {
    double[] classWeight = {1, 2, 0.5};
    double[] labels = {0, 2, 1, 1};
    double[] weights =
        name.equals("ce_weighted")
            ? IntStream.range(0, 4).mapToDouble(i -> classWeight[(int) labels[i]]).toArray()
            : null;
    TuningRows rows = rows(Task.MULTICLASS, 3, labels, weights);
    TuningLoss loss = new TuningLoss(rows, name.equals("ce_smooth") ? 0.1 : 0, false);
    compare(name, loss, new Shape(4, 3), 3);
  }

  @Test
  void binaryCrossEntropy() {
    TuningLoss loss =
        new TuningLoss(rows(Task.BINARY, 2, new double[] {0, 1, 1, 0}, null), 0, false);
    compare("bce_logits", loss, new Shape(4, 1), 5);
  }

  @Test
  void whatIsMeasuredInJavaIsTheLossItself() {
    for (Task task : List.of(Task.MULTICLASS, Task.BINARY, Task.REGRESSION)) {
      int classes = task == Task.MULTICLASS ? 3 : task == Task.BINARY ? 2 : 1;
      double[] labels =
          task == Task.REGRESSION ? new double[] {3, -2, 7.5, 0} : new double[] {0, 1, 1, 0};
      double[] weights = {1, 2, 0.5, 1};
      TuningRows rows = rows(task, classes, labels, weights);
      TuningLoss loss = new TuningLoss(rows, 0, false);
      int outputs = rows.outputs();
      float[] margins = Golden.symmetric("margins", 4 * outputs, 3);
      double[][] java = new double[4][outputs];
      IntStream.range(0, margins.length).forEach(i -> java[i / outputs][i % outputs] = margins[i]);
      int[] all = {0, 1, 2, 3};
      try (NDManager step = manager.newSubManager()) {
        NDArray there = step.create(margins, new Shape(4, outputs));
        assertThat(loss.measure(java, all))
            .isCloseTo(loss.of(there, all, loss.targets(all)).getFloat(), Offset.offset(1e-5));
      }
    }
  }

  @Test
  void hubersLossAndSquaredErrorOnTheStandardisedTarget() {
    float[] x = Golden.symmetric("ops.smooth_l1.x", 8, 1);
    float[] t = Golden.symmetric("ops.smooth_l1.t", 8, 1);
    double[] labels = new double[8];
    for (int i = 0; i < 8; i++) {
      labels[i] = 2.0 * t[i];
      x[i] *= 2;
    }
    for (boolean huber : new boolean[] {true, false}) {
      TuningLoss loss = new TuningLoss(rows(Task.REGRESSION, 1, labels, null), 0, huber);
      double expected = 0;
      for (int i = 0; i < 8; i++) {
        double error = Math.abs(x[i] - (labels[i] - loss.centre()) / loss.scale());
        expected += (huber ? (error < 1 ? error * error / 2 : error - 0.5) : error * error) / 8;
      }
      int[] all = IntStream.range(0, 8).toArray();
      try (NDManager step = manager.newSubManager()) {
        NDArray margins = step.create(x, new Shape(8, 1));
        assertThat((double) loss.of(margins, all, loss.targets(all)).getFloat())
            .isCloseTo(expected, Offset.offset(1e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "sgd_momentum", "sgd_momentum_wd", "adam", "adamw"})
  void optimisersTakePyTorchsSteps(String name) {
    JsonNode expected = Golden.resource("ops.json").get("optimisers").get("runs").get(name);
    boolean adam = name.startsWith("adam");
    double decay = name.endsWith("w") || name.endsWith("wd") ? 0.1 : 0;
    Optimiser.Rule rule =
        adam ? Optimiser.Rule.adamW() : Optimiser.Rule.sgd(name.equals("sgd") ? 0 : 0.9);
    try (NDManager step = manager.newSubManager()) {
      NDArray parameter = step.create(Golden.symmetric("ops.opt.p", 4, 1));
      parameter.setRequiresGradient(true);
      try (Optimiser optimiser =
          new Optimiser(List.of(new Optimiser.Group("p", parameter, 1, decay)), rule, step)) {
        for (int k = 0; k < 6; k++) {
          NDArray gradient = step.create(Golden.symmetric("ops.opt.g" + k, 4, 1));
          try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            collector.backward(gradient.mul(parameter).sum());
          }
          optimiser.update(adam ? 0.01 : 0.1, 1);
          OnnxBlockTest.close(
              name + " step " + k, parameter.toFloatArray(), Golden.floats(expected.get(k)), 1e-6);
        }
      }
    }
  }

  private static void compare(String name, TuningLoss loss, Shape shape, int factor) {
    JsonNode golden = null;
    for (JsonNode each : Golden.resource("ops.json").get("cases")) {
      golden = each.get("name").asText().equals(name) ? each : golden;
    }
    int[] all = IntStream.range(0, (int) shape.get(0)).toArray();
    try (NDManager step = manager.newSubManager()) {
      NDArray x = step.create(Golden.symmetric("ops." + name + ".x", (int) shape.size(), 1), shape);
      x.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray value = loss.of(x.mul(factor), all, loss.targets(all));
        OnnxBlockTest.close(
            name, new float[] {value.getFloat()}, Golden.floats(golden.get("out")), 1e-6);
        float upstream = Golden.symmetric("ops." + name + ".g", 1, 1)[0];
        collector.backward(value.mul(upstream));
      }
      OnnxBlockTest.close(
          name + " gradient",
          x.getGradient().toFloatArray(),
          Golden.floats(golden.get("grads").get("x")),
          1e-6);
    }
  }

  private static TuningRows rows(
      Task task, int classes, double[] labels, double @Nullable [] weights) {
    return new TuningRows(task, classes, labels, weights, null, 1, (row, column) -> null);
  }
}
