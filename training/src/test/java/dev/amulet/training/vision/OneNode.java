package dev.amulet.training.vision;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A graph of one node, from "x" to "y". */
final class OneNode {
  private final NodeProto.Builder node;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("one");
  private final List<String> inputs = new ArrayList<>(List.of("x"));
  private int opset = 17;

  OneNode(String operator) {
    node = NodeProto.newBuilder().setOpType(operator).setName("node");
  }

  OneNode opset(int version) {
    opset = version;
    return this;
  }

  OneNode ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    node.addAttribute(attribute);
    return this;
  }

  OneNode integer(String name, long value) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INT)
            .setI(value));
    return this;
  }

  OneNode real(String name, float value) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF(value));
    return this;
  }

  OneNode text(String name, String value) {
    node.addAttribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(value)));
    return this;
  }

  OneNode stored(String name, List<Integer> shape, float... values) {
    graph.addInitializer(TensorData.of(name, shape, values));
    inputs.add(name);
    return this;
  }

  OneNode stored(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    graph.addInitializer(tensor);
    inputs.add(name);
    return this;
  }

  /** An optional input left out. */
  OneNode skipped() {
    inputs.add("");
    return this;
  }

  /** The picture itself once more. */
  OneNode again() {
    inputs.add("x");
    return this;
  }

  /** The stored tensor first, the picture second. */
  OneNode pictureLast() {
    inputs.remove("x");
    inputs.add("x");
    return this;
  }

  OnnxGraph graph(long... shape) {
    node.addAllInput(inputs).addOutput("y");
    graph.addNode(node).addInput(value("x", shape)).addOutput(value("y"));
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph)
            .build();
    return OnnxGraph.read(model.toByteArray(), "one.onnx");
  }

  private static ValueInfoProto value(String name, long... shape) {
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    if (shape.length > 0) {
      TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
      Arrays.stream(shape)
          .forEach(s -> dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(s)));
      type.setShape(dims);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
