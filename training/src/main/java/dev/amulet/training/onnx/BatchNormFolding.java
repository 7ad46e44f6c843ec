package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folds each BatchNormalization into the Conv before it: weight' = weight * s and bias' = (bias -
 * mean) * s + shift with s = scale / sqrt(variance + epsilon), in double, rounded once. A
 * BatchNormalization stays where it cannot be folded: no Conv before it, a Conv whose output or
 * weight someone else uses too, parameters that are computed, or training mode.
 */
public final class BatchNormFolding {
  private final OnnxGraph source;
  private final Map<String, Integer> uses = new HashMap<>();
  private final Map<String, TensorProto> tensors = new LinkedHashMap<>();
  private final Set<String> names;

  private BatchNormFolding(OnnxGraph source) {
    this.source = source;
    this.names = source.names();
    GraphProto graph = source.graph();
    graph.getNodeList().forEach(n -> n.getInputList().forEach(i -> uses.merge(i, 1, Integer::sum)));
    graph.getOutputList().forEach(output -> uses.merge(output.getName(), 1, Integer::sum));
    graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
  }

  /** The graph with every foldable BatchNormalization folded; the same outputs up to rounding. */
  public static OnnxGraph fold(OnnxGraph graph) {
    return new BatchNormFolding(graph).run();
  }

  private OnnxGraph run() {
    Map<String, NodeProto> folded = new HashMap<>();
    List<NodeProto> kept = new ArrayList<>();
    for (NodeProto node : source.graph().getNodeList()) {
      Optional<NodeProto> conv = foldable(node);
      if (conv.isPresent()) {
        folded.put(conv.get().getOutput(0), fold(conv.get(), node));
      } else {
        kept.add(node);
      }
    }
    GraphProto.Builder graph = source.graph().toBuilder().clearNode().clearInitializer();
    for (NodeProto node : kept) {
      graph.addNode(
          node.getOutputCount() == 0 ? node : folded.getOrDefault(node.getOutput(0), node));
    }
    graph.addAllInitializer(tensors.values());
    return source.with(graph).cutTo(source.outputNames());
  }

  private Optional<NodeProto> foldable(NodeProto norm) {
    if (!norm.getOpType().equals("BatchNormalization")
        || norm.getInputCount() != 5
        || Attributes.integer(norm, "training_mode", 0) != 0
        || norm.getOutputList().stream().skip(1).anyMatch(uses::containsKey)
        || norm.getInputList().stream().skip(1).anyMatch(i -> !isFloat(i))) {
      return Optional.empty();
    }
    return source
        .producer(norm.getInput(0))
        .filter(conv -> conv.getOpType().equals("Conv") && conv.getInputCount() >= 2)
        .filter(conv -> uses.getOrDefault(conv.getOutput(0), 0) == 1)
        .filter(conv -> isFloat(conv.getInput(1)) && uses.getOrDefault(conv.getInput(1), 0) == 1)
        .filter(conv -> !hasBias(conv) || isFloat(conv.getInput(2)));
  }

  private boolean isFloat(String name) {
    return source.initializer(name).filter(TensorData::isFloat).isPresent();
  }

  private static boolean hasBias(NodeProto conv) {
    return conv.getInputCount() > 2 && !conv.getInput(2).isEmpty();
  }

  private NodeProto fold(NodeProto conv, NodeProto norm) {
    TensorProto weight = tensor(conv.getInput(1));
    float[] weights = TensorData.floats(weight);
    float[] scale = TensorData.floats(tensor(norm.getInput(1)));
    float[] shift = TensorData.floats(tensor(norm.getInput(2)));
    float[] mean = TensorData.floats(tensor(norm.getInput(3)));
    float[] variance = TensorData.floats(tensor(norm.getInput(4)));
    float[] bias = hasBias(conv) ? TensorData.floats(tensor(conv.getInput(2))) : null;
    float epsilon = Attributes.real(norm, "epsilon", 1e-5f);
    int channels = scale.length;
    int perChannel = weights.length / channels;
    float[] foldedBias = new float[channels];
    for (int c = 0; c < channels; c++) {
      double s = scale[c] / Math.sqrt((double) variance[c] + epsilon);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        weights[i] = (float) (weights[i] * s);
      }
      double before = bias == null ? 0 : bias[c];
      foldedBias[c] = (float) ((before - mean[c]) * s + shift[c]);
    }
    List<Integer> shape = weight.getDimsList().stream().map(Long::intValue).toList();
    tensors.put(weight.getName(), TensorData.of(weight.getName(), shape, weights));
    String biasName = freeName(weight.getName() + ".folded_bias");
    tensors.put(biasName, TensorData.of(biasName, List.of(channels), foldedBias));
    return conv.toBuilder()
        .clearInput()
        .addInput(conv.getInput(0))
        .addInput(weight.getName())
        .addInput(biasName)
        .clearOutput()
        .addOutput(norm.getOutput(0))
        .build();
  }

  private TensorProto tensor(String name) {
    return source.initializer(name).orElseThrow();
  }

  private String freeName(String wanted) {
    String name = wanted;
    while (!names.add(name)) {
      name += "_";
    }
    return name;
  }
}
