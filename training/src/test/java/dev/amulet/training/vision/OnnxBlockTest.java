package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import dev.amulet.training.onnx.TestGraphs;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnnxBlockTest {
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

  @Test
  void layersAndTheirGradientsEqualPyTorch() {
    List<String> compared = new ArrayList<>();
    for (JsonNode test : Golden.resource("ops.json").get("cases")) {
      OneNode node = node(test);
      if (node != null) {
        compare(test, node);
        compared.add(test.get("name").asText());
      }
    }
    assertThat(compared).hasSizeGreaterThanOrEqualTo(30);
  }

  /** The node of a case; null for cases that are no single layer (losses, blocks). */
  private static OneNode node(JsonNode test) {
    String name = test.get("name").asText();
    JsonNode attrs = test.get("attrs");
    if (test.get("shapes").has("w") && test.get("shapes").get("w").size() == 4) {
      OneNode conv = new OneNode("Conv").integer("group", attrs.path("groups").asInt(1));
      conv.ints("strides", pair(attrs.path("stride"), 1))
          .ints("dilations", pair(attrs.path("dilation"), 1));
      return name.startsWith("tf_same")
          ? conv.text("auto_pad", "SAME_UPPER")
          : conv.ints("pads", pads(attrs.path("padding")));
    }
    if (name.startsWith("maxpool") || name.startsWith("avgpool")) {
      return new OneNode(name.startsWith("max") ? "MaxPool" : "AveragePool")
          .ints("kernel_shape", pair(attrs.get("kernel_size"), 1))
          .ints("strides", pair(attrs.path("stride"), 1))
          .ints("pads", pads(attrs.path("padding")))
          .integer("ceil_mode", attrs.path("ceil_mode").asBoolean() ? 1 : 0)
          .integer("count_include_pad", attrs.path("count_include_pad").asBoolean(true) ? 1 : 0);
    }
    return switch (name) {
      case "bn_eval", "bn_train" -> new OneNode("BatchNormalization").real("epsilon", 1e-5f);
      case "gap" -> new OneNode("GlobalAveragePool");
      case "relu" -> new OneNode("Relu");
      case "relu6_x8" ->
          new OneNode("Clip").stored("lo", List.of(), 0f).stored("hi", List.of(), 6f);
      case "sigmoid_x4" -> new OneNode("Sigmoid");
      case "hardswish_x4" -> new OneNode("HardSwish");
      case "gelu_x3" -> new OneNode("Gelu");
      case "softmax_x3" -> new OneNode("Softmax");
      case "log_softmax_x3" -> new OneNode("LogSoftmax");
      case "linear" -> new OneNode("Gemm").integer("transB", 1);
      default -> null;
    };
  }

  private static long[] pair(JsonNode value, long otherwise) {
    return value.isArray()
        ? new long[] {value.get(0).asLong(), value.get(1).asLong()}
        : new long[] {value.asLong(otherwise), value.asLong(otherwise)};
  }

  private static long[] pads(JsonNode value) {
    long[] half = pair(value, 0);
    return new long[] {half[0], half[1], half[0], half[1]};
  }

  private static void compare(JsonNode test, OneNode node) {
    String name = test.get("name").asText();
    Map<String, List<Integer>> shapes = new TreeMap<>();
    test.get("shapes").properties().forEach(e -> shapes.put(e.getKey(), Golden.ints(e.getValue())));
    List<String> order = List.of("w", "b", "m", "v");
    List<String> positive = new ArrayList<>();
    test.get("positive").forEach(p -> positive.add(p.asText()));
    UnaryOperator<String> full = tensor -> "ops." + name + "." + tensor;
    for (String tensor : order) {
      if (shapes.containsKey(tensor)) {
        int count = shapes.get(tensor).stream().reduce(1, Math::multiplyExact);
        node.stored(
            tensor,
            shapes.get(tensor),
            positive.contains(tensor)
                ? Golden.positive(full.apply(tensor), count)
                : Golden.symmetric(full.apply(tensor), count, 1));
      }
    }
    long[] shape = shapes.get("x").stream().mapToLong(Integer::longValue).toArray();
    int factor = name.contains("_x") ? Integer.parseInt(name.substring(name.length() - 1)) : 1;
    float[] expected = Golden.floats(test.get("out"));
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(node.graph(shape), step)) {
      int size = (int) new Shape(shape).size();
      NDArray x = step.create(Golden.symmetric(full.apply("x"), size, 1), new Shape(shape));
      x.setRequiresGradient(true);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        OnnxBlock.Mode mode =
            name.equals("bn_train") ? OnnxBlock.Mode.BATCH : OnnxBlock.Mode.STORED;
        NDArray y = block.forward(factor == 1 ? x : x.mul(factor), mode, List.of("y")).get("y");
        close(name, y.toFloatArray(), expected, 1e-5);
        NDArray upstream =
            step.create(Golden.symmetric(full.apply("g"), expected.length, 1), y.getShape());
        collector.backward(y.mul(upstream).sum());
      }
      test.get("grads")
          .properties()
          .forEach(
              e -> {
                boolean statistic = e.getKey().equals("m") || e.getKey().equals("v");
                if (!statistic) {
                  NDArray of = e.getKey().equals("x") ? x : block.parameter(e.getKey());
                  close(
                      name + " gradient of " + e.getKey(),
                      of.getGradient().toFloatArray(),
                      Golden.floats(e.getValue()),
                      2e-5);
                }
              });
    }
  }

  @Test
  void runningStatisticsFollowTheBatchAsInPyTorch() {
    JsonNode test = null;
    for (JsonNode each : Golden.resource("ops.json").get("cases")) {
      test = each.get("name").asText().equals("bn_running") ? each : test;
    }
    OneNode node =
        new OneNode("BatchNormalization")
            .real("momentum", 0.9f)
            .stored("w", List.of(2), 1, 1)
            .stored("b", List.of(2), 0, 0)
            .stored("m", List.of(2), 0, 0)
            .stored("v", List.of(2), 1, 1);
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(node.graph(3, 2, 3, 2), step)) {
      NDArray x = step.create(Golden.symmetric("ops.bn_running.x", 36, 1), new Shape(3, 2, 3, 2));
      block.forward(x, OnnxBlock.Mode.STORED, List.of("y"));
      assertThat(block.parameter("m").toFloatArray()).containsExactly(0, 0);
      block.forward(x, OnnxBlock.Mode.BATCH, List.of("y"));
      close(
          "mean",
          block.parameter("m").toFloatArray(),
          Golden.floats(test.get("running_mean")),
          1e-6);
      close(
          "variance",
          block.parameter("v").toFloatArray(),
          Golden.floats(test.get("running_var")),
          1e-6);
      float[] before = block.parameter("m").toFloatArray();
      block.freeze(name -> name.equals("w"));
      block.forward(x, OnnxBlock.Mode.BATCH, List.of("y"));
      assertThat(block.parameter("m").toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void networksThatPyTorchExportedGiveTheReferenceOutputs() {
    JsonNode golden = Golden.resource("onnx_tiny.json");
    golden
        .get("models")
        .properties()
        .forEach(
            e -> {
              OnnxGraph graph =
                  OnnxGraph.read(
                      Base64.getDecoder().decode(e.getValue().get("file").asText()), e.getKey());
              try (NDManager step = manager.newSubManager();
                  OnnxBlock block = new OnnxBlock(graph, step)) {
                for (JsonNode input : golden.get("inputs")) {
                  int h = input.get("h").asInt();
                  int w = input.get("w").asInt();
                  NDArray x =
                      step.create(
                          Golden.picture(input.get("name").asText(), h, w), new Shape(1, 3, h, w));
                  String output = graph.outputNames().get(0);
                  float[] found =
                      block
                          .forward(x, OnnxBlock.Mode.STORED, List.of(output))
                          .get(output)
                          .toFloatArray();
                  close(e.getKey(), found, Golden.floats(input.get("output")), 1e-5);
                }
              }
            });
  }

  @Test
  void everyLayerGivesWhatOnnxRuntimeGivesInBothMemoryLayoutsAndAnyValueCanBeTapped() {
    OnnxGraph graph = TestGraphs.everyLayer();
    List<String> inner = graph.graph().getNodeList().stream().map(n -> n.getOutput(0)).toList();
    OnnxGraph all = graph;
    for (String value : inner) {
      all = all.withOutput(value);
    }
    float[] pixels = TestGraphs.noise(2 * 3 * 33 * 29);
    Map<String, float[]> expected;
    try (OrtSession session = OrtSession.plain(all)) {
      expected = session.run(pixels, 2, 3, 33, 29);
    }
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(graph, step)) {
      NDArray x = step.create(pixels, new Shape(2, 3, 33, 29));
      NDArray channelsLast = x.transpose(0, 2, 3, 1).duplicate().transpose(0, 3, 1, 2);
      for (NDArray input : List.of(x, channelsLast)) {
        Map<String, NDArray> found = block.forward(input, OnnxBlock.Mode.STORED, expected.keySet());
        expected.forEach(
            (name, values) -> close(name, found.get(name).toFloatArray(), values, 2e-5));
      }
    }
  }

  @Test
  void writesItsParametersBackAndOnnxRuntimeAgreesAfterTraining() {
    OnnxGraph graph = TestGraphs.classifier(3);
    float[] pixels = TestGraphs.noise(2 * 3 * 16 * 16);
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(graph, step)) {
      assertThat(block.graph().toBytes()).isEqualTo(graph.toBytes());
      NDArray x = step.create(pixels, new Shape(2, 3, 16, 16));
      block.freeze(name -> name.startsWith("fc."));
      Map<String, float[]> before = block.snapshot();
      Optimiser optimiser =
          new Optimiser(
              block.trainable().stream()
                  .map(n -> Optimiser.Group.of(n, block.parameter(n)))
                  .toList(),
              Optimiser.Rule.adamW(),
              manager);
      for (int i = 0; i < 3; i++) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          NDArray y = block.forward(x, OnnxBlock.Mode.BATCH, List.of("logits")).get("logits");
          collector.backward(y.mul(y).sum());
        }
        optimiser.update(0.01, 1);
      }
      assertThat(block.snapshot().get("fc.weight")).isEqualTo(before.get("fc.weight"));
      assertThat(block.snapshot().get("conv1.weight")).isNotEqualTo(before.get("conv1.weight"));
      assertThat(block.snapshot().get("bn1.running_mean"))
          .isNotEqualTo(before.get("bn1.running_mean"));
      float[] here =
          block.forward(x, OnnxBlock.Mode.STORED, List.of("logits")).get("logits").toFloatArray();
      try (OrtSession session = OrtSession.plain(block.graph())) {
        close("logits", here, session.run(pixels, 2, 3, 16, 16).get("logits"), 1e-5);
      }
      block.restore(before);
      assertThat(block.graph().toBytes()).isEqualTo(graph.toBytes());
    }
  }

  static void close(String what, float[] found, float[] expected, double tolerance) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    double largest = 1;
    for (float e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("%s, value %d", what, i)
          .isCloseTo(expected[i], Offset.offset(tolerance * largest));
    }
  }
}
