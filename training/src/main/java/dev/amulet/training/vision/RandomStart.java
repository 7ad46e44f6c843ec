package dev.amulet.training.vision;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.Attributes;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.TensorData;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a network with weights drawn anew: those of Conv, Gemm and MatMul as He and
 * others, "Delving deep into rectifiers" (2015), with biases of zero and slopes of PRelu of 0.25;
 * BatchNormalization that changes nothing. Every other stored tensor (bounds, shapes, constants of
 * formulas) stays as it is.
 */
final class RandomStart {
  private static final float SLOPE = 0.25f;

  /** Operators that give a stored tensor another name. */
  private static final Set<String> ALIASES = Set.of("Identity", "Dropout", "Cast");

  private final OnnxGraph graph;
  private final RandomParameters random;
  private final String name;
  private final Map<String, float[]> drawn = new TreeMap<>();
  private final Set<String> constants = new HashSet<>();

  private RandomStart(OnnxGraph graph, long seed, String name) {
    this.graph = graph;
    this.random = new RandomParameters(seed);
    this.name = name;
  }

  /** The network up to its embedding; the classifier it came with is left out. */
  static Backbone of(Backbone backbone, long seed) {
    List<String> outputs =
        Stream.of(Backbone.EMBEDDING, Backbone.FEATURE_MAP)
            .filter(backbone.graph().outputNames()::contains)
            .toList();
    OnnxGraph graph = drawn(backbone.graph().cutTo(outputs), seed, backbone.name());
    return new Backbone(
        backbone.name(),
        String.format(
            "%s: %dx%d pixels to %d numbers; its weights are random (seed %d), not pretrained",
            backbone.name(),
            backbone.preprocessing().getWidth(),
            backbone.preprocessing().getHeight(),
            backbone.embeddingWidth(),
            seed),
        graph,
        ServingGraph.of(graph),
        backbone.embeddingWidth(),
        backbone.preprocessing(),
        String.format(
            "random weights drawn by Amulet, seed %d, in the architecture of %s",
            seed, backbone.source()),
        OnnxFileBackbone.sha256(graph.toBytes()),
        backbone.licence(),
        backbone.notes());
  }

  /**
   * The graph with its weights drawn anew.
   *
   * @param name of the network, for messages
   * @throws TrainingException when a tensor is a weight here and something else there, or when
   *     weights are not stored as initializers
   */
  static OnnxGraph drawn(OnnxGraph graph, long seed, String name) {
    RandomStart start = new RandomStart(graph, seed, name);
    for (NodeProto node : graph.graph().getNodeList()) {
      if (!ALIASES.contains(node.getOpType())) {
        for (int input = 0; input < node.getInputCount(); input++) {
          start.look(node, input);
        }
      }
    }
    start.checkConstants();
    if (start.drawn.isEmpty()) {
      throw start.refused("it stores no weights");
    }
    return graph.withValues(start.drawn);
  }

  private void look(NodeProto node, int input) {
    String value = node.getInput(input);
    Optional<NodeProto> producer = graph.producer(value);
    while (producer.isPresent() && ALIASES.contains(producer.get().getOpType())) {
      value = producer.get().getInput(0);
      producer = graph.producer(value);
    }
    if (producer.filter(by -> by.getOpType().equals("Constant")).isPresent()
        && isWeight(node, input)) {
      throw refused("\"" + value + "\" is a Constant node; export it with weights as initializers");
    }
    TensorProto tensor = graph.initializer(value).orElse(null);
    if (tensor == null) {
      return;
    }
    float[] values = TensorData.isFloat(tensor) ? values(node, input, tensor) : null;
    if (values == null) {
      constants.add(value);
      return;
    }
    float[] before = drawn.putIfAbsent(value, values);
    if (before != null && !Arrays.equals(before, values)) {
      throw refused("\"" + value + "\" is two different weights at once");
    }
  }

  private void checkConstants() {
    for (String value : constants) {
      float[] values = drawn.get(value);
      if (values != null
          && !Arrays.equals(values, TensorData.floats(graph.initializer(value).orElseThrow()))) {
        throw refused("\"" + value + "\" is a weight and a constant at once");
      }
    }
  }

  private TrainingException refused(String why) {
    return new TrainingException(
        String.format(
            "network \"%s\" cannot start from random weights: %s;%nuse another, or its pretrained"
                + " weights",
            name, why));
  }

  private static boolean isWeight(NodeProto node, int input) {
    return input == 1
        && (node.getOpType().equals("Conv")
            || node.getOpType().equals("Gemm")
            || node.getOpType().equals("MatMul"));
  }

  /** New values of a tensor that learns, or of a statistic; null for any other. */
  private float @Nullable [] values(NodeProto node, int input, TensorProto tensor) {
    if (isWeight(node, input)) {
      int count = TensorData.floats(tensor).length;
      return random.he(tensor.getName(), count, fanIn(node, tensor.getDimsList()));
    }
    return switch (node.getOpType()) {
      case "Conv", "Gemm" -> input == 2 ? filled(tensor, 0) : null;
      case "BatchNormalization" ->
          input == 0 ? null : filled(tensor, input == 1 || input == 4 ? 1 : 0);
      case "PRelu" -> input == 1 ? filled(tensor, SLOPE) : null;
      case "Add" -> isBiasOfMatMul(node, input) ? filled(tensor, 0) : null;
      default -> null;
    };
  }

  private boolean isBiasOfMatMul(NodeProto node, int input) {
    return graph
        .producer(node.getInput(1 - input))
        .filter(other -> other.getOpType().equals("MatMul"))
        .isPresent();
  }

  /** Values that each output is a sum of. */
  private static int fanIn(NodeProto node, List<Long> dims) {
    return switch (node.getOpType()) {
      case "Conv" ->
          (int) dims.stream().skip(1).mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
      case "Gemm" -> dims.get(Attributes.integer(node, "transB", 0) == 1 ? 1 : 0).intValue();
      default -> dims.get(Math.max(0, dims.size() - 2)).intValue();
    };
  }

  private static float[] filled(TensorProto tensor, float value) {
    float[] values = new float[TensorData.floats(tensor).length];
    Arrays.fill(values, value);
    return values;
  }
}
