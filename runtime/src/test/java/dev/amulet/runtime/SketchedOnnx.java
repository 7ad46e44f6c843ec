package dev.amulet.runtime;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A network small enough to compute by hand. */
final class SketchedOnnx {
  private SketchedOnnx() {}

  /** Mean colour as {@code embedding [N,3]}, two weighted sums of it as {@code logits [N,2]}. */
  static byte[] meanColour() {
    ByteBuffer weights = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      weights.putFloat(weight(i / 2, i % 2));
    }
    UnknownFieldSet.Builder initializer = message();
    initializer.mergeVarintField(1, 3).mergeVarintField(1, 2).mergeVarintField(2, 1);
    text(initializer, 8, "w");
    initializer.mergeField(9, bytes(ByteString.copyFrom(weights.array())));
    UnknownFieldSet.Builder graph = message();
    add(graph, 1, node("GlobalAveragePool", "pooled", "input"));
    add(graph, 1, node("Flatten", "embedding", "pooled"));
    add(graph, 1, node("Gemm", "logits", "embedding", "w"));
    text(graph, 2, "mean");
    add(graph, 5, initializer);
    add(graph, 11, value("input", 0, 3, 0, 0));
    add(graph, 12, value("embedding", 0, 3));
    add(graph, 12, value("logits", 0, 2));
    UnknownFieldSet.Builder opset = text(message(), 1, "").mergeVarintField(2, 13);
    UnknownFieldSet.Builder model = message().mergeVarintField(1, 8);
    add(model, 8, opset);
    return add(model, 7, graph).build().toByteArray();
  }

  /**
   * The picture itself as {@code feature_map [N,3,32,32]}, mean colour as {@code embedding [N,3]}.
   */
  static byte[] colourMap() {
    UnknownFieldSet.Builder graph = message();
    add(graph, 1, node("Relu", "feature_map", "input"));
    add(graph, 1, node("GlobalAveragePool", "pooled", "feature_map"));
    add(graph, 1, node("Flatten", "embedding", "pooled"));
    text(graph, 2, "map");
    add(graph, 11, value("input", 0, 3, 0, 0));
    add(graph, 12, value("embedding", 0, 3));
    add(graph, 12, value("feature_map", 0, 3, 32, 32));
    UnknownFieldSet.Builder opset = text(message(), 1, "").mergeVarintField(2, 13);
    UnknownFieldSet.Builder model = message().mergeVarintField(1, 8);
    add(model, 8, opset);
    return add(model, 7, graph).build().toByteArray();
  }

  /** Weight of a mean colour in a logit. */
  static float weight(int input, int output) {
    return (input * 2 + output) * 0.5f - 1;
  }

  private static UnknownFieldSet.Builder node(String operator, String output, String... inputs) {
    UnknownFieldSet.Builder node = message();
    for (String input : inputs) {
      text(node, 1, input);
    }
    return text(text(node, 2, output), 4, operator);
  }

  /** A float32 graph input or output; a dimension of 0 is a free one. */
  private static UnknownFieldSet.Builder value(String name, int... dimensions) {
    UnknownFieldSet.Builder shape = message();
    for (int i = 0; i < dimensions.length; i++) {
      UnknownFieldSet.Builder dimension = message();
      add(
          shape,
          1,
          dimensions[i] == 0
              ? text(dimension, 2, "free" + i)
              : dimension.mergeVarintField(1, dimensions[i]));
    }
    UnknownFieldSet.Builder tensor = add(message().mergeVarintField(1, 1), 2, shape);
    return add(text(message(), 1, name), 2, add(message(), 1, tensor));
  }

  private static UnknownFieldSet.Builder message() {
    return UnknownFieldSet.newBuilder();
  }

  private static UnknownFieldSet.Builder text(UnknownFieldSet.Builder to, int field, String text) {
    return to.mergeField(field, bytes(ByteString.copyFromUtf8(text)));
  }

  private static UnknownFieldSet.Builder add(
      UnknownFieldSet.Builder to, int field, UnknownFieldSet.Builder message) {
    return to.mergeField(field, bytes(message.build().toByteString()));
  }

  private static Field bytes(ByteString bytes) {
    return Field.newBuilder().addLengthDelimited(bytes).build();
  }
}
