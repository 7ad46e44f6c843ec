package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.amulet.training.TrainingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of a graph's values, one pass in node order. A dimension of -1 is not known (the batch
 * usually). An operator it does not know leaves its outputs to what the file declares for them.
 */
final class ShapeWalk {
  private final Map<String, int[]> shapes = new HashMap<>();
  private final Map<String, int[]> declared = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  private ShapeWalk(GraphProto graph) {
    graph.getValueInfoList().forEach(this::declare);
    graph.getOutputList().forEach(this::declare);
    for (ValueInfoProto input : graph.getInputList()) {
      declare(input);
      shapes.computeIfAbsent(input.getName(), declared::get);
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.put(tensor.getName(), tensor);
      shapes.put(
          tensor.getName(), tensor.getDimsList().stream().mapToInt(Long::intValue).toArray());
    }
    graph.getNodeList().forEach(this::visit);
  }

  /** Known shapes by value name. */
  static Map<String, int[]> of(GraphProto graph) {
    return new ShapeWalk(graph).shapes;
  }

  private void declare(ValueInfoProto value) {
    if (!value.getType().getTensorType().hasShape()) {
      return;
    }
    int[] shape =
        value.getType().getTensorType().getShape().getDimList().stream()
            .mapToInt(ShapeWalk::size)
            .toArray();
    declared.put(value.getName(), shape);
  }

  private static int size(TensorShapeProto.Dimension dim) {
    boolean known = dim.hasDimValue() && dim.getDimValue() > 0;
    return known && dim.getDimValue() <= Integer.MAX_VALUE ? (int) dim.getDimValue() : -1;
  }

  private void visit(NodeProto node) {
    if (node.getOutputCount() == 0) {
      return;
    }
    if (node.getOpType().equals("Constant")) {
      Attributes.find(node, "value")
          .ifPresent(value -> constants.put(node.getOutput(0), value.getT()));
    }
    int[] inferred = infer(node);
    for (int i = 0; i < node.getOutputCount(); i++) {
      String output = node.getOutput(i);
      int[] shape = i == 0 && inferred != null ? inferred : declared.get(output);
      if (shape != null && !output.isEmpty()) {
        shapes.put(output, shape);
      }
    }
  }

  private int @Nullable [] infer(NodeProto node) {
    int[] in = shapeOf(node, 0);
    if (node.getOpType().equals("Constant")) {
      TensorProto tensor = constants.get(node.getOutput(0));
      return tensor == null
          ? null
          : tensor.getDimsList().stream().mapToInt(Long::intValue).toArray();
    }
    if (in == null) {
      return afterUnknown(node);
    }
    switch (node.getOpType()) {
      case "BatchNormalization", "Cast", "Clip", "Dropout", "Elu", "Erf", "Gelu", "HardSigmoid" -> {
        return in;
      }
      case "HardSwish", "Identity", "LRN", "LeakyRelu", "LogSoftmax", "PRelu", "Relu", "Selu" -> {
        return in;
      }
      case "Sigmoid", "Softmax", "Softplus", "Sqrt", "Tanh" -> {
        return in;
      }
      case "Add", "Sub", "Mul", "Div" -> {
        return broadcast(in, shapeOf(node, 1));
      }
      case "Conv" -> {
        int[] weight = shapeOf(node, 1);
        return weight == null || weight.length != 4 || in.length != 4
            ? null
            : window(node, in, weight, weight[0]);
      }
      case "MaxPool", "AveragePool" -> {
        return in.length != 4 ? null : window(node, in, null, in[1]);
      }
      case "GlobalAveragePool", "GlobalMaxPool" -> {
        return in.length != 4 ? null : new int[] {in[0], in[1], 1, 1};
      }
      case "Concat" -> {
        return concat(node);
      }
      case "Flatten" -> {
        int axis = axis(node, in.length);
        return new int[] {product(in, 0, axis), product(in, axis, in.length)};
      }
      case "Gemm", "MatMul" -> {
        return multiply(node, in);
      }
      case "ReduceMean" -> {
        return reduceMean(node, in);
      }
      case "Reshape" -> {
        return reshape(node, in);
      }
      case "Squeeze" -> {
        return squeeze(node, in);
      }
      case "Pad" -> {
        return pad(node, in);
      }
      case "Transpose" -> {
        List<Long> perm = Attributes.integers(node, "perm");
        boolean known =
            perm.size() == in.length && perm.stream().allMatch(p -> p >= 0 && p < in.length);
        return !known ? null : perm.stream().mapToInt(p -> in[p.intValue()]).toArray();
      }
      default -> {
        return null;
      }
    }
  }

  /** A convolution tells its channels whatever came before it. */
  private int @Nullable [] afterUnknown(NodeProto node) {
    int[] weight = node.getOpType().equals("Conv") ? shapeOf(node, 1) : null;
    return weight == null || weight.length != 4 ? null : new int[] {-1, weight[0], -1, -1};
  }

  private static int @Nullable [] broadcast(int[] a, int @Nullable [] b) {
    if (b == null) {
      return null;
    }
    int[] result = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= result.length; i++) {
      int x = i <= a.length ? a[a.length - i] : 1;
      int y = i <= b.length ? b[b.length - i] : 1;
      result[result.length - i] = x == 1 ? y : (y == 1 || x == y ? x : -1);
    }
    return result;
  }

  private static int @Nullable [] window(
      NodeProto node, int[] in, int @Nullable [] weight, int channels) {
    List<Long> kernel = Attributes.integers(node, "kernel_shape");
    int[] result = {in[0], channels, -1, -1};
    for (int axis = 0; axis < 2; axis++) {
      int k;
      if (kernel.size() == 2) {
        k = kernel.get(axis).intValue();
      } else if (weight != null) {
        k = weight[2 + axis];
      } else {
        return null;
      }
      result[2 + axis] = windows(node, axis, in[2 + axis], k);
    }
    return result;
  }

  /** Output positions of a sliding window along one spatial axis (0: height, 1: width). */
  private static int windows(NodeProto node, int axis, int size, int kernel) {
    int stride = at(Attributes.integers(node, "strides"), axis, 1);
    if (size < 0 || stride < 1) {
      return -1;
    }
    String autoPad = Attributes.text(node, "auto_pad", "NOTSET");
    if (autoPad.startsWith("SAME")) {
      return (size + stride - 1) / stride;
    }
    List<Long> pads = autoPad.equals("VALID") ? List.of() : Attributes.integers(node, "pads");
    int dilation = at(Attributes.integers(node, "dilations"), axis, 1);
    int span = size + at(pads, axis, 0) + at(pads, 2 + axis, 0) - dilation * (kernel - 1) - 1;
    boolean ceil = Attributes.integer(node, "ceil_mode", 0) == 1;
    int count = (ceil ? (span + stride - 1) / stride : span / stride) + 1;
    // A window that would start in the end padding is dropped.
    return ceil && (count - 1) * stride >= size + at(pads, axis, 0) ? count - 1 : count;
  }

  private int @Nullable [] concat(NodeProto node) {
    int[] result = shapeOf(node, 0);
    if (result == null) {
      return null;
    }
    result = result.clone();
    int axis = axis(node, result.length);
    if (axis == result.length) {
      return null;
    }
    for (int i = 1; i < node.getInputCount(); i++) {
      int[] next = shapeOf(node, i);
      if (next == null || next.length != result.length) {
        return null;
      }
      result[axis] = result[axis] < 0 || next[axis] < 0 ? -1 : result[axis] + next[axis];
    }
    return result;
  }

  private int @Nullable [] multiply(NodeProto node, int[] in) {
    int[] weight = shapeOf(node, 1);
    if (weight == null || weight.length != 2 || in.length < 1) {
      return null;
    }
    int[] result = in.clone();
    boolean transposed = Attributes.integer(node, "transB", 0) == 1;
    result[in.length - 1] = weight[transposed ? 0 : 1];
    return result;
  }

  private int @Nullable [] reduceMean(NodeProto node, int[] in) {
    List<Long> axes = Attributes.axes(node, constants);
    if (axes.isEmpty()) {
      return null;
    }
    boolean keep = Attributes.integer(node, "keepdims", 1) == 1;
    return without(in, axes, keep);
  }

  private int @Nullable [] squeeze(NodeProto node, int[] in) {
    List<Long> axes = Attributes.axes(node, constants);
    return axes.isEmpty() ? null : without(in, axes, false);
  }

  private static int[] without(int[] in, List<Long> axes, boolean keep) {
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < in.length; i++) {
      boolean reduced = axes.contains((long) i) || axes.contains((long) i - in.length);
      if (!reduced) {
        dims.add(in[i]);
      } else if (keep) {
        dims.add(1);
      }
    }
    return dims.stream().mapToInt(Integer::intValue).toArray();
  }

  private int @Nullable [] reshape(NodeProto node, int[] in) {
    TensorProto target = node.getInputCount() > 1 ? constants.get(node.getInput(1)) : null;
    if (target == null) {
      return null;
    }
    long[] wanted = TensorData.longs(target);
    int[] result = new int[wanted.length];
    int free = -1;
    for (int i = 0; i < wanted.length; i++) {
      result[i] = wanted[i] == 0 && i < in.length ? in[i] : (int) wanted[i];
      free = wanted[i] == -1 ? i : free;
    }
    if (free < 0) {
      return result;
    }
    // A batch copied through (first dimension on both sides) cancels out.
    boolean batch = free > 0 && wanted[0] == 0;
    int total = product(in, batch ? 1 : 0, in.length);
    int others = 1;
    for (int i = batch ? 1 : 0; i < result.length; i++) {
      others = i == free ? others : others < 0 || result[i] < 0 ? -1 : others * result[i];
    }
    result[free] = total < 0 || others < 1 ? -1 : total / others;
    return result;
  }

  private int @Nullable [] pad(NodeProto node, int[] in) {
    TensorProto input = node.getInputCount() > 1 ? constants.get(node.getInput(1)) : null;
    List<Long> attribute = Attributes.integers(node, "pads");
    long[] pads =
        input != null
            ? TensorData.longs(input)
            : attribute.stream().mapToLong(Long::longValue).toArray();
    if (pads.length != 2 * in.length) {
      return null;
    }
    int[] result = in.clone();
    for (int i = 0; i < in.length; i++) {
      result[i] = in[i] < 0 ? -1 : (int) (in[i] + pads[i] + pads[in.length + i]);
    }
    return result;
  }

  private static int product(int[] shape, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= shape[i];
      if (shape[i] < 0 || product > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return (int) product;
  }

  private int @Nullable [] shapeOf(NodeProto node, int input) {
    return input < node.getInputCount() ? shapes.get(node.getInput(input)) : null;
  }

  private static int axis(NodeProto node, int rank) {
    long axis = Attributes.integer(node, "axis", 1);
    if (axis < -rank || axis > rank) {
      throw new TrainingException(
          String.format(
              "ONNX node \"%s\" (%s): axis %d, expected %d to %d; the file is damaged",
              node.getName(), node.getOpType(), axis, -rank, rank));
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  private static int at(List<Long> values, int index, int otherwise) {
    return index < values.size() ? values.get(index).intValue() : otherwise;
  }
}
