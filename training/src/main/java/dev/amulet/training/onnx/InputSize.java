package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Map;
import java.util.Optional;

/** Gives a network of pictures another input size, where its operators allow any. */
public final class InputSize {
  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;

  private InputSize() {}

  /**
   * The same graph for pictures of another size, or nothing where some value would vanish or an
   * output of rank 2 would not be as wide as before.
   *
   * @param graph with one input {@code [N,3,H,W]}
   */
  public static Optional<OnnxGraph> change(OnnxGraph graph, int height, int width) {
    GraphProto.Builder edited = graph.graph().toBuilder().clearValueInfo();
    for (ValueInfoProto.Builder input : edited.getInputBuilderList()) {
      TensorShapeProto.Builder shape =
          input.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
      if (shape.getDimCount() != 4) {
        return Optional.empty();
      }
      shape.getDimBuilder(HEIGHT).clear().setDimValue(height);
      shape.getDimBuilder(WIDTH).clear().setDimValue(width);
    }
    for (ValueInfoProto.Builder output : edited.getOutputBuilderList()) {
      TensorShapeProto.Builder shape =
          output.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
      for (int i = HEIGHT; i < shape.getDimCount(); i++) {
        shape.getDimBuilder(i).clear();
      }
    }
    OnnxGraph changed = graph.with(edited);
    return fits(graph, changed) ? Optional.of(declared(changed)) : Optional.empty();
  }

  private static boolean fits(OnnxGraph before, OnnxGraph after) {
    Map<String, int[]> now = after.shapes();
    for (int[] shape : now.values()) {
      for (int size : shape) {
        if (size == 0 || size < -1) {
          return false;
        }
      }
    }
    for (String output : after.outputNames()) {
      int[] was = before.shapes().get(output);
      int[] is = now.get(output);
      boolean same =
          was != null && is != null && was.length == is.length && was[1] == is[1] && is[1] > 0;
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /** With the outputs' new sizes said. */
  private static OnnxGraph declared(OnnxGraph graph) {
    GraphProto.Builder edited = graph.graph().toBuilder();
    for (ValueInfoProto.Builder output : edited.getOutputBuilderList()) {
      int[] shape = graph.shapes().getOrDefault(output.getName(), new int[0]);
      TensorShapeProto.Builder said =
          output.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
      for (int i = HEIGHT; i < shape.length && shape[i] > 0; i++) {
        said.getDimBuilder(i).setDimValue(shape[i]);
      }
    }
    return graph.with(edited);
  }
}
