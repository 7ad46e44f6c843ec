package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.amulet.training.TrainingException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The edits of {@link OnnxGraph}: each takes a graph and gives a new one. */
final class GraphEdits {
  /** Name of the free first dimension. */
  static final String BATCH = "N";

  private static final Set<String> DEFAULT_DOMAIN = Set.of("", "ai.onnx");

  private GraphEdits() {}

  static OnnxGraph cutTo(OnnxGraph source, List<String> outputs) {
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(outputs);
    while (!open.isEmpty()) {
      String value = open.pop();
      if (needed.add(value)) {
        source.producer(value).ifPresent(node -> open.addAll(node.getInputList()));
      }
    }
    OnnxGraph relabelled = withOutputs(source, outputs);
    GraphProto.Builder graph =
        relabelled.graph().toBuilder().clearNode().clearInitializer().clearInput().clearValueInfo();
    source.graph().getNodeList().stream()
        .filter(node -> node.getOutputList().stream().anyMatch(needed::contains))
        .forEach(graph::addNode);
    source.graph().getInitializerList().stream()
        .filter(tensor -> needed.contains(tensor.getName()))
        .forEach(graph::addInitializer);
    // Initializers listed as inputs (the old form) could be overridden and never folded: drop them.
    source.inputs().forEach(graph::addInput);
    source.graph().getValueInfoList().stream()
        .filter(value -> needed.contains(value.getName()) && !outputs.contains(value.getName()))
        .forEach(graph::addValueInfo);
    return withoutUnusedDomains(relabelled.with(graph));
  }

  /** Exporters import operator sets (ai.onnx.ml and their own) that no node uses. */
  private static OnnxGraph withoutUnusedDomains(OnnxGraph source) {
    Set<String> used = new HashSet<>();
    source.graph().getNodeList().forEach(node -> used.add(node.getDomain()));
    List<OperatorSetIdProto> kept =
        source.model().getOpsetImportList().stream()
            .filter(
                set -> DEFAULT_DOMAIN.contains(set.getDomain()) || used.contains(set.getDomain()))
            .toList();
    return OnnxGraph.of(
        source.model().toBuilder().clearOpsetImport().addAllOpsetImport(kept).build());
  }

  static OnnxGraph withOutputs(OnnxGraph source, List<String> outputs) {
    Map<String, int[]> shapes = source.shapes();
    GraphProto.Builder graph = source.graph().toBuilder().clearOutput();
    for (String output : outputs) {
      if (!source.hasValue(output)) {
        throw new TrainingException(
            "ONNX graph \"" + source.graph().getName() + "\": no value \"" + output + "\"");
      }
      graph.addOutput(
          source.graph().getOutputList().stream()
              .filter(declared -> declared.getName().equals(output))
              .findFirst()
              .orElseGet(() -> floatValue(output, shapes.get(output))));
    }
    return source.with(graph);
  }

  static OnnxGraph renamed(OnnxGraph source, String from, String to) {
    if (from.equals(to)) {
      return source;
    }
    if (!source.hasValue(from) || source.hasValue(to)) {
      throw new TrainingException(
          String.format(
              "ONNX graph \"%s\": \"%s\" cannot be renamed to \"%s\": %s",
              source.graph().getName(),
              from,
              to,
              source.hasValue(from) ? "that name is taken" : "there is no such value"));
    }
    GraphProto.Builder graph = source.graph().toBuilder();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(from)) {
          node.setInput(i, to);
        }
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (node.getOutput(i).equals(from)) {
          node.setOutput(i, to);
        }
      }
    }
    graph.getInputBuilderList().forEach(value -> rename(value, from, to));
    graph.getOutputBuilderList().forEach(value -> rename(value, from, to));
    graph.getValueInfoBuilderList().forEach(value -> rename(value, from, to));
    for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (tensor.getName().equals(from)) {
        tensor.setName(to);
      }
    }
    return source.with(graph);
  }

  private static void rename(ValueInfoProto.Builder value, String from, String to) {
    if (value.getName().equals(from)) {
      value.setName(to);
    }
  }

  static OnnxGraph withNode(OnnxGraph source, String operator, List<String> inputs, String output) {
    NodeProto node =
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .build();
    return source.with(source.graph().toBuilder().addNode(node));
  }

  static OnnxGraph withFreeBatch(OnnxGraph source) {
    GraphProto.Builder graph = source.graph().toBuilder().clearValueInfo();
    for (ValueInfoProto.Builder input : graph.getInputBuilderList()) {
      if (source.initializer(input.getName()).isEmpty()) {
        freeBatch(input);
      }
    }
    graph.getOutputBuilderList().forEach(GraphEdits::freeBatch);
    freeReshapes(source, graph);
    return source.with(graph);
  }

  static OnnxGraph withInputSize(OnnxGraph source, int height, int width) {
    GraphProto.Builder graph = source.graph().toBuilder().clearValueInfo().clearInput();
    for (ValueInfoProto input : source.inputs()) {
      int[] shape = source.shapes().get(input.getName());
      if (shape == null || shape.length != 4) {
        throw new TrainingException(
            String.format(
                "ONNX graph \"%s\": input \"%s\" is no picture batch [N,C,H,W]",
                source.graph().getName(), input.getName()));
      }
      graph.addInput(floatValue(input.getName(), new int[] {-1, shape[1], height, width}));
    }
    OnnxGraph resized = source.with(graph.clearOutput());
    return withOutputs(resized, source.outputNames());
  }

  private static void freeBatch(ValueInfoProto.Builder value) {
    TypeProto.Tensor.Builder type = value.getTypeBuilder().getTensorTypeBuilder();
    if (type.getShape().getDimCount() > 0) {
      type.getShapeBuilder().setDim(0, TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    }
  }

  /** A Reshape that spells out the batch would undo the free one: 0 copies it instead. */
  private static void freeReshapes(OnnxGraph source, GraphProto.Builder graph) {
    Map<String, int[]> shapes = source.shapes();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (!node.getOpType().equals("Reshape") || node.getInputCount() < 2) {
        continue;
      }
      int[] data = shapes.get(node.getInput(0));
      Optional<TensorProto> target = constant(source, node.getInput(1));
      if (data == null || data.length == 0 || target.isEmpty()) {
        continue;
      }
      long[] wanted = TensorData.longs(target.get());
      if (wanted.length > 0 && data[0] > 0 && wanted[0] == data[0]) {
        wanted[0] = 0;
        String name = node.getInput(1) + ".free_batch";
        if (graph.getInitializerList().stream().noneMatch(t -> t.getName().equals(name))) {
          graph.addInitializer(TensorData.of(name, wanted));
        }
        node.setInput(1, name);
      }
    }
  }

  static OnnxGraph withValues(OnnxGraph source, Map<String, float[]> values) {
    GraphProto.Builder graph = source.graph().toBuilder();
    int found = 0;
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto old = graph.getInitializer(i);
      float[] wanted = values.get(old.getName());
      if (wanted == null) {
        continue;
      }
      if (!TensorData.isFloat(old) || TensorData.count(old) != wanted.length) {
        throw new IllegalArgumentException(
            String.format(
                "initializer \"%s\" is no float tensor of %d values",
                old.getName(), wanted.length));
      }
      found++;
      List<Integer> shape = old.getDimsList().stream().map(Long::intValue).toList();
      graph.setInitializer(i, TensorData.of(old.getName(), shape, wanted));
    }
    if (found != values.size()) {
      throw new IllegalArgumentException("some of " + values.keySet() + " are no initializers");
    }
    return source.with(graph);
  }

  /** A tensor that is stored as an initializer or by a Constant node. */
  private static Optional<TensorProto> constant(OnnxGraph graph, String name) {
    return graph
        .initializer(name)
        .or(
            () ->
                graph
                    .producer(name)
                    .filter(node -> node.getOpType().equals("Constant"))
                    .flatMap(node -> Attributes.find(node, "value"))
                    .map(AttributeProto::getT));
  }

  /** Declares a float32 value; a free first dimension is the batch. */
  static ValueInfoProto floatValue(String name, int @Nullable [] shape) {
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    if (shape != null) {
      TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
      for (int i = 0; i < shape.length; i++) {
        TensorShapeProto.Dimension.Builder dim = dims.addDimBuilder();
        if (shape[i] >= 0) {
          dim.setDimValue(shape[i]);
        } else if (i == 0) {
          dim.setDimParam(BATCH);
        }
      }
      type.setShape(dims);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
