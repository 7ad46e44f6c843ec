package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.amulet.training.onnx.Attributes;
import dev.amulet.training.onnx.TensorData;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that slide a window over height and width, and Pad. */
final class OnnxWindows {
  private final OnnxBlock block;

  OnnxWindows(OnnxBlock block) {
    this.block = block;
  }

  /** A convolution whose weight and bias may be given from outside. */
  record Conv(Window window, String input, String weight, @Nullable String bias, int groups) {
    NDArray apply(OnnxStep step) {
      return apply(step, step.value(weight), bias == null ? null : step.value(bias));
    }

    NDArray apply(OnnxStep step, NDArray weights, @Nullable NDArray biases) {
      NDArray x = step.value(input);
      Window.Placed at = window.over(x.getShape());
      NDArray padded = at.plain() ? x : pad(x, at.pads(), 0);
      NDArray y =
          x.getNDArrayInternal()
              .convolution(
                  padded,
                  weights,
                  biases,
                  window.stride(),
                  at.plain() ? at.begin() : new Shape(0, 0),
                  window.dilation(),
                  groups)
              .singletonOrThrow();
      if (padded != x) {
        padded.close();
      }
      return y;
    }
  }

  Conv convolution(NodeProto node) {
    String weight = node.getInput(1);
    List<Long> dims = OnnxNodes.stored(block, node, 1).getDimsList();
    if (dims.size() != 4) {
      throw new UnsupportedOperationException("weight of rank " + dims.size() + ", expected 4");
    }
    block.learn(weight);
    String bias = node.getInputCount() > 2 && !node.getInput(2).isEmpty() ? node.getInput(2) : null;
    if (bias != null) {
      OnnxNodes.stored(block, node, 2);
      block.learn(bias);
    }
    Window window =
        Window.of(node, new long[] {dims.get(2), dims.get(3)}, /* ceilAllowed= */ false);
    int groups = (int) Attributes.integer(node, "group", 1);
    return new Conv(window, block.resolve(node.getInput(0)), weight, bias, groups);
  }

  OnnxNode.Operator conv(NodeProto node) {
    return convolution(node)::apply;
  }

  OnnxNode.Operator maxPool(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    Window window = Window.of(node, null, /* ceilAllowed= */ true);
    window.refuseDilation();
    if (node.getOutputCount() > 1 && !node.getOutput(1).isEmpty()) {
      throw new UnsupportedOperationException("its second output (indices) is not known");
    }
    return step -> {
      NDArray x = step.value(input);
      Window.Placed at = window.over(x.getShape());
      boolean plain = window.poolsPlainly(at);
      NDArray padded = plain ? x : pad(x, at.pads(), Double.NEGATIVE_INFINITY);
      NDArray y =
          padded
              .getNDArrayInternal()
              .maxPool(
                  window.kernel(), window.stride(), plain ? at.begin() : new Shape(0, 0), false);
      if (padded != x) {
        padded.close();
      }
      return y;
    };
  }

  /**
   * Sums are divided by the share of a window that counts, because DJL's own switch for it has no
   * effect on PyTorch.
   */
  OnnxNode.Operator averagePool(NodeProto node) {
    String input = block.resolve(node.getInput(0));
    Window window = Window.of(node, null, /* ceilAllowed= */ true);
    window.refuseDilation();
    boolean padsCount = Attributes.integer(node, "count_include_pad", 0) == 1;
    return step -> {
      NDArray x = step.value(input);
      Window.Placed at = window.over(x.getShape());
      NDArray padded = at.isEmpty() ? x : pad(x, at.pads(), 0);
      NDArray y = average(padded, window);
      if (padded == x) {
        return y;
      }
      padded.close();
      // What counts: the picture, and the declared padding where the node says so.
      long[] counted = padsCount ? at.declared() : new long[4];
      long height = x.getShape().get(2) + counted[0] + counted[2];
      long width = x.getShape().get(3) + counted[1] + counted[3];
      long[] rest = new long[4];
      Arrays.setAll(rest, i -> Math.max(at.pads()[i] - counted[i], 0));
      if (Arrays.stream(rest).allMatch(pad -> pad == 0)) {
        return y;
      }
      NDArray ones = step.manager().ones(new Shape(1, 1, height, width));
      NDArray share = average(pad(ones, rest, 0), window);
      NDArray mean = y.div(share);
      y.close();
      return mean;
    };
  }

  private static NDArray average(NDArray x, Window window) {
    return x.getNDArrayInternal()
        .avgPool(window.kernel(), window.stride(), new Shape(0, 0), false, true);
  }

  OnnxNode.Operator pad(NodeProto node) {
    String mode = Attributes.text(node, "mode", "constant");
    if (!mode.equals("constant")) {
      throw new UnsupportedOperationException("mode " + mode + ", only constant is known");
    }
    if (node.getInputCount() > 3 && !node.getInput(3).isEmpty()) {
      throw new UnsupportedOperationException("its input axes is not known");
    }
    long[] pads =
        node.getInputCount() > 1
            ? TensorData.longs(OnnxNodes.stored(block, node, 1))
            : Attributes.integers(node, "pads").stream().mapToLong(Long::longValue).toArray();
    float value =
        node.getInputCount() > 2 && !node.getInput(2).isEmpty()
            ? TensorData.floats(OnnxNodes.stored(block, node, 2))[0]
            : Attributes.real(node, "value", 0);
    String input = block.resolve(node.getInput(0));
    int rank = pads.length / 2;
    // PyTorch wants the last axis first, begin before end.
    long[] order = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      order[2 * (rank - 1 - axis)] = pads[axis];
      order[2 * (rank - 1 - axis) + 1] = pads[rank + axis];
    }
    boolean nothing = Arrays.stream(pads).allMatch(p -> p == 0);
    if (Arrays.stream(pads).anyMatch(p -> p < 0)) {
      throw new UnsupportedOperationException("negative pads are not known");
    }
    return step -> {
      NDArray x = step.value(input);
      return nothing ? x.reshape(x.getShape()) : x.pad(new Shape(order), value);
    };
  }

  /** Pads {@code top, left, bottom, right}. */
  private static NDArray pad(NDArray x, long[] pads, double value) {
    return x.pad(new Shape(pads[1], pads[3], pads[0], pads[2]), value);
  }
}
