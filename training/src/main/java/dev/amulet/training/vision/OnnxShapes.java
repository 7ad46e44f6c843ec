package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.amulet.training.onnx.Attributes;
import dev.amulet.training.onnx.TensorData;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Operators that join, reshape, reduce and multiply matrices. */
final class OnnxShapes {
  /** Mean or sum along axes. */
  @FunctionalInterface
  interface Reduction {
    NDArray apply(NDArray x, int[] axes, boolean keep);
  }

  private final OnnxBlock block;

  OnnxShapes(OnnxBlock block) {
    this.block = block;
  }

  OnnxNode.Operator globalPool(NodeProto node, Function<NDArrayEx, NDArray> pool) {
    String input = block.resolve(node.getInput(0));
    return step -> {
      NDArray x = step.value(input);
      Shape shape = x.getShape();
      try (NDArray pooled = pool.apply(x.getNDArrayInternal())) {
        return pooled.reshape(shape.get(0), shape.get(1), 1, 1);
      }
    };
  }

  OnnxNode.Operator concat(NodeProto node) {
    List<String> inputs = node.getInputList().stream().map(block::resolve).toList();
    if (inputs.stream().anyMatch(name -> block.constant(name).isPresent())) {
      throw new UnsupportedOperationException("one of its inputs is a stored tensor");
    }
    int axis = (int) Attributes.integer(node, "axis", 1);
    return step -> {
      NDList list = new NDList();
      inputs.forEach(name -> list.add(step.value(name)));
      return NDArrays.concat(list, axis < 0 ? axis + list.head().getShape().dimension() : axis);
    };
  }

  OnnxNode.Operator flatten(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    int axis = (int) Attributes.integer(node, "axis", 1);
    return step -> {
      NDArray x = step.value(input);
      Shape shape = x.getShape();
      int at = axis < 0 ? axis + shape.dimension() : axis;
      return x.reshape(shape.slice(0, at).size(), shape.slice(at).size());
    };
  }

  OnnxNode.Operator reshape(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    long[] wanted = TensorData.longs(OnnxNodes.stored(block, node, 1));
    return step -> {
      NDArray x = step.value(input);
      long[] shape = wanted.clone();
      for (int i = 0; i < shape.length; i++) {
        shape[i] = shape[i] == 0 ? x.getShape().get(i) : shape[i];
      }
      return x.reshape(shape);
    };
  }

  OnnxNode.Operator squeeze(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    int[] axes = axes(node);
    if (axes.length == 0) {
      throw new UnsupportedOperationException("no axes given, which could drop the batch");
    }
    return step -> step.value(input).squeeze(positive(axes, step.value(input)));
  }

  OnnxNode.Operator unsqueeze(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    int[] axes = axes(node);
    return step -> {
      NDArray x = step.value(input);
      int rank = x.getShape().dimension() + axes.length;
      int[] sorted = Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray();
      NDArray y = x;
      for (int axis : sorted) {
        y = y.expandDims(axis);
      }
      return y;
    };
  }

  OnnxNode.Operator transpose(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    int[] axes = Attributes.integers(node, "perm").stream().mapToInt(Long::intValue).toArray();
    return step ->
        axes.length == 0 ? step.value(input).transpose() : step.value(input).transpose(axes);
  }

  OnnxNode.Operator reduce(NodeProto node, Reduction reduction) {
    String input = block.resolve(node.getInput(0));
    int[] axes = axes(node);
    boolean keep = Attributes.integer(node, "keepdims", 1) == 1;
    return step -> {
      NDArray x = step.value(input);
      int rank = x.getShape().dimension();
      int[] sorted = axes.length == 0 ? IntStream.range(0, rank).toArray() : positive(axes, x);
      Arrays.sort(sorted);
      NDArray y = x;
      // DJL reduces one axis at a time; the last first, so that the others keep their place.
      for (int i = sorted.length - 1; i >= 0; i--) {
        y = reduction.apply(y, new int[] {sorted[i]}, keep);
      }
      return y;
    };
  }

  OnnxNode.Operator gemm(NodeProto node) {
    float alpha = Attributes.real(node, "alpha", 1);
    float beta = Attributes.real(node, "beta", 1);
    boolean transA = Attributes.integer(node, "transA", 0) == 1;
    boolean transB = Attributes.integer(node, "transB", 0) == 1;
    String a = block.resolve(node.getInput(0));
    String b = matrix(node);
    boolean biased = node.getInputCount() > 2 && !node.getInput(2).isEmpty();
    String c = biased ? node.getInput(2) : "";
    if (biased) {
      OnnxNodes.stored(block, node, 2);
      block.learn(c);
    }
    return step -> {
      NDArray x = step.value(a);
      x = transA ? x.transpose() : x;
      NDArray y = x.matMul(transB ? transposed(step, b) : step.value(b));
      y = alpha == 1 ? y : y.mul(alpha);
      if (!biased) {
        return y;
      }
      return y.add(beta == 1 ? step.value(c) : step.manager().create(beta).mul(step.value(c)));
    };
  }

  /** A view that belongs to the step and not to the parameter. */
  private static NDArray transposed(OnnxStep step, String name) {
    NDArray view = step.value(name).transpose();
    view.attach(step.manager());
    return view;
  }

  OnnxNode.Operator matMul(NodeProto node) {
    String a = block.resolve(node.getInput(0));
    if (block.constant(a).isPresent()) {
      throw new UnsupportedOperationException("its first input is a stored tensor");
    }
    String b = matrix(node);
    return step -> step.value(a).matMul(step.value(b));
  }

  private String matrix(NodeProto node) {
    String name = block.resolve(node.getInput(1));
    if (block.constant(name).isPresent()) {
      block.learn(name);
    }
    return name;
  }

  private static int[] positive(int[] axes, NDArray x) {
    int rank = x.getShape().dimension();
    return Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).toArray();
  }

  private int[] axes(NodeProto node) {
    Map<String, TensorProto> stored = new HashMap<>();
    if (node.getInputCount() > 1) {
      stored.put(node.getInput(1), OnnxNodes.stored(block, node, 1));
    }
    return Attributes.axes(node, stored).stream().mapToInt(Long::intValue).toArray();
  }
}
