package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.training.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture in the training engine: timm's embeddings, and its gradients and steps. */
class BackboneEngineTest {
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

  static Stream<String> names() {
    return BackboneCatalogue.all().stream().map(BackboneSpec::name);
  }

  /** The ten of which there are training references. */
  static Stream<String> trained() {
    return names().filter(name -> !name.startsWith("legacy_") && !name.startsWith("tf_"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void theEngineComputesTimmsEmbeddings(String name) {
    GoldenBackbone golden = GoldenBackbone.of(name);
    Map<String, Double> errors = new TreeMap<>();
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(golden.graph(64, 64), step)) {
      // One of the native size, a small one, an odd one: each shows mistakes the others hide.
      for (int index : new int[] {0, 3, 4}) {
        GoldenBackbone.Picture picture = golden.pictures().get(index);
        try (NDManager each = step.newSubManager()) {
          Shape shape = new Shape(1, 3, picture.height(), picture.width());
          NDArray x = each.create(picture.pixels(), shape);
          float[] embedding =
              Torch.withoutGradients(
                  () ->
                      block
                          .forward(x, OnnxBlock.Mode.STORED, List.of(Backbone.EMBEDDING))
                          .values()
                          .iterator()
                          .next()
                          .toFloatArray());
          errors.put(picture.name(), picture.error(embedding));
        }
      }
    }
    assertThat(errors).hasSize(3);
    assertThat(errors.values())
        .as("%s: %s", name, errors)
        .allMatch(error -> error <= GoldenBackbone.TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("trained")
  void lossGradientsAndStepsEqualPyTorchs(String name) {
    JsonNode golden = Golden.shared("train/" + name + ".json");
    GoldenBackbone backbone = GoldenBackbone.of(name);
    Network network = new Network(backbone, golden.get("size").asInt());
    checkEvaluation(name, golden.get("eval"), network);
    checkBatchStatistics(name, golden, network);
    checkHeadOnly(name, golden.get("trajectories"), network);
  }

  /** A network with a head of three classes, and the batch of four pictures. */
  private record Network(GoldenBackbone backbone, int side) {
    static final int[] LABELS = {0, 1, 2, 1};

    OnnxGraph graph() {
      return backbone.graph(side, side);
    }

    int width() {
      return backbone.spec().embeddingWidth();
    }

    NDArray weight(NDManager step) {
      float[] values = Golden.symmetric("fc.weight", 3 * width(), Math.sqrt(3.0 / width()));
      NDArray weight = step.create(values, new Shape(3, width()));
      weight.setRequiresGradient(true);
      return weight;
    }

    NDArray bias(NDManager step) {
      NDArray bias = step.create(Golden.symmetric("fc.bias", 3, 0.1));
      bias.setRequiresGradient(true);
      return bias;
    }

    NDArray pictures(NDManager step) {
      NDList list = new NDList();
      for (int i = 0; i < 4; i++) {
        list.add(step.create(Golden.picture("input" + i, side, side), new Shape(1, 3, side, side)));
      }
      return NDArrays.concat(list, 0);
    }

    NDArray logits(OnnxBlock block, NDArray x, OnnxBlock.Mode mode, NDArray weight, NDArray bias) {
      NDArray embedding =
          block.forward(x, mode, List.of(Backbone.EMBEDDING)).values().iterator().next();
      NDArray transposed = weight.transpose();
      return embedding.matMul(transposed).add(bias);
    }

    static NDArray loss(NDArray logits) {
      float[] wanted = new float[12];
      for (int i = 0; i < 4; i++) {
        wanted[3 * i + LABELS[i]] = 0.25f;
      }
      NDArray targets = logits.getManager().create(wanted, new Shape(4, 3));
      return logits.logSoftmax(1).mul(targets).neg().sum();
    }
  }

  private static void checkEvaluation(String name, JsonNode eval, Network network) {
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(network.graph(), step)) {
      NDArray weight = network.weight(step);
      NDArray bias = network.bias(step);
      NDArray x = network.pictures(step);
      x.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray logits = network.logits(block, x, OnnxBlock.Mode.STORED, weight, bias);
        NDArray loss = Network.loss(logits);
        near(name + " loss", loss.getFloat(), eval.get("loss").asDouble(), 1e-4);
        collector.backward(loss);
      }
      near(name + " input", norm(x), eval.get("input_grad_l2").asDouble(), 1e-3);
      double total = 0;
      for (JsonNode row : eval.get("grads")) {
        String parameter = row.get(0).asText();
        NDArray of =
            parameter.equals("fc.weight")
                ? weight
                : parameter.equals("fc.bias") ? bias : block.parameter(parameter);
        double length = norm(of);
        total += length * length;
        near(name + " gradient of " + parameter, length, row.get(1).asDouble(), 1e-3);
      }
      near(name + " gradient", Math.sqrt(total), eval.get("grad_total_l2").asDouble(), 1e-4);
    }
  }

  private static void checkBatchStatistics(String name, JsonNode golden, Network network) {
    double tolerance = name.equals("inception_v3") ? 1e-3 : 1e-4;
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(network.graph(), step)) {
      Map<String, float[]> start = block.snapshot();
      List<Double> losses = losses(network, block, step, Optimiser.Rule.sgd(0.9), 3, golden, name);
      JsonNode trajectories = golden.get("trajectories");
      near(
          name + " training loss",
          losses.get(0),
          golden.get("train").get("loss").asDouble(),
          tolerance);
      // Ill-conditioned networks leave the reference after a few steps, in PyTorch too.
      boolean steady =
          !List.of(
                  "inception_v3",
                  "densenet121",
                  "resnet50",
                  "seresnet50",
                  "xception",
                  "seresnext50")
              .contains(name);
      for (int i = 0; i < 3; i++) {
        near(
            name + " SGD step " + i,
            losses.get(i),
            trajectories.get("sgd").get(i).asDouble(),
            steady ? 2e-3 : 3e-2);
      }
      block.restore(start);
      losses = losses(network, block, step, Optimiser.Rule.adamW(), 3, golden, name);
      for (int i = 0; steady && i < 3; i++) {
        near(
            name + " AdamW step " + i,
            losses.get(i),
            trajectories.get("adamw").get(i).asDouble(),
            2e-2);
      }
    }
  }

  private static List<Double> losses(
      Network network,
      OnnxBlock block,
      NDManager manager,
      Optimiser.Rule rule,
      int steps,
      JsonNode golden,
      String name) {
    List<Double> losses = new ArrayList<>();
    double rate = rule.adam() ? 1e-5 : golden.get("trajectories").get("sgd_lr").asDouble();
    double decay = rule.adam() ? 0.01 : 0;
    double tolerance = name.equals("inception_v3") ? 1e-3 : 1e-4;
    NDArray weight = network.weight(manager);
    NDArray bias = network.bias(manager);
    List<Optimiser.Group> groups = new ArrayList<>();
    block
        .trainable()
        .forEach(p -> groups.add(new Optimiser.Group(p, block.parameter(p), 1, decay)));
    groups.add(new Optimiser.Group("w", weight, 1, decay));
    groups.add(new Optimiser.Group("b", bias, 1, decay));
    try (Optimiser optimiser = new Optimiser(groups, rule, manager)) {
      for (int i = 0; i < steps; i++) {
        try (NDManager step = manager.newSubManager()) {
          NDArray x = network.pictures(step);
          try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray loss =
                Network.loss(network.logits(block, x, OnnxBlock.Mode.BATCH, weight, bias));
            losses.add((double) loss.getFloat());
            collector.backward(loss);
          }
        }
        if (i == 0) {
          for (JsonNode row : golden.get("bn")) {
            float[] found = block.parameter(row.get(0).asText()).toFloatArray();
            double sum = 0;
            double size = 0;
            for (float value : found) {
              sum += value;
              size += Math.abs(value);
            }
            assertThat(sum)
                .as("%s %s", name, row.get(0))
                .isCloseTo(row.get(1).asDouble(), Offset.offset(tolerance * Math.max(size, 1)));
          }
        }
        optimiser.update(rate, 1);
      }
    }
    return losses;
  }

  private static void checkHeadOnly(String name, JsonNode trajectories, Network network) {
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(network.graph(), step)) {
      block.freeze(parameter -> true);
      NDArray weight = network.weight(step);
      NDArray bias = network.bias(step);
      NDArray x = network.pictures(step);
      List<Optimiser.Group> groups =
          List.of(Optimiser.Group.of("w", weight), Optimiser.Group.of("b", bias));
      try (Optimiser optimiser = new Optimiser(groups, Optimiser.Rule.sgd(0), step)) {
        for (JsonNode expected : trajectories.get("head_only_sgd_lr1e-3_eval_bn")) {
          try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray loss =
                Network.loss(network.logits(block, x, OnnxBlock.Mode.STORED, weight, bias));
            near(name + " head only", loss.getFloat(), expected.asDouble(), 1e-4);
            collector.backward(loss);
          }
          optimiser.update(1e-3, 1);
        }
      }
    }
  }

  private static double norm(NDArray of) {
    double sum = 0;
    try (NDArray gradient = of.getGradient()) {
      for (float value : gradient.toFloatArray()) {
        sum += (double) value * value;
      }
    }
    return Math.sqrt(sum);
  }

  private static void near(String what, double found, double expected, double relative) {
    assertThat(found)
        .as(what)
        .isCloseTo(expected, Offset.offset(relative * Math.max(1e-3, Math.abs(expected))));
  }
}
