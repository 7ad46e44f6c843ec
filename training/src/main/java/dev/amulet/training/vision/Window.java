package dev.amulet.training.vision;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.amulet.training.onnx.Attributes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sliding window of a Conv or pool node over height and width.
 *
 * @param kernel height and width
 * @param stride down and across
 * @param dilation down and across
 * @param pads as declared: top, left, bottom, right
 * @param autoPad ONNX's {@code auto_pad}
 * @param ceil whether a last window may reach beyond the padding
 */
record Window(
    Shape kernel, Shape stride, Shape dilation, List<Long> pads, String autoPad, boolean ceil) {

  static Window of(NodeProto node, long @Nullable [] weight, boolean ceilAllowed) {
    List<Long> kernel = Attributes.integers(node, "kernel_shape");
    if (weight == null && kernel.size() != 2) {
      throw new UnsupportedOperationException("kernel_shape " + kernel + ", expected two numbers");
    }
    long[] size = weight != null ? weight : new long[] {kernel.get(0), kernel.get(1)};
    List<Long> pads = Attributes.integers(node, "pads");
    return new Window(
        new Shape(size),
        pair(Attributes.integers(node, "strides")),
        pair(Attributes.integers(node, "dilations")),
        pads.isEmpty() ? List.of(0L, 0L, 0L, 0L) : pads,
        Attributes.text(node, "auto_pad", "NOTSET"),
        ceilAllowed && Attributes.integer(node, "ceil_mode", 0) == 1);
  }

  private static Shape pair(List<Long> values) {
    return values.size() == 2 ? new Shape(values.get(0), values.get(1)) : new Shape(1, 1);
  }

  void refuseDilation() {
    if (dilation.get(0) != 1 || dilation.get(1) != 1) {
      throw new UnsupportedOperationException("dilations " + dilation + ", only 1 is known");
    }
  }

  /** PyTorch pools pad by at most half a window. */
  boolean poolsPlainly(Placed at) {
    return at.plain() && 2 * at.pads()[0] <= kernel.get(0) && 2 * at.pads()[1] <= kernel.get(1);
  }

  /**
   * The window over one picture.
   *
   * @param pads what to add at top, left, bottom and right so that windows are as many as ONNX
   *     counts
   * @param declared the padding that the node itself asks for
   * @param plain whether the padding of the begin on both sides gives the same windows, so that
   *     PyTorch can pad itself
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one operator call
  record Placed(long[] pads, long[] declared, boolean plain) {
    boolean isEmpty() {
      return Arrays.stream(pads).allMatch(pad -> pad == 0);
    }

    Shape begin() {
      return new Shape(pads[0], pads[1]);
    }
  }

  Placed over(Shape picture) {
    long[] wanted = new long[4];
    long[] exact = new long[4];
    boolean plain = true;
    for (int axis = 0; axis < 2; axis++) {
      long size = picture.get(2 + axis);
      long step = stride.get(axis);
      long span = dilation.get(axis) * (kernel.get(axis) - 1) + 1;
      declare(wanted, axis, size, step, span);
      long room = size + wanted[axis] + wanted[2 + axis] - span;
      long count = (ceil ? Math.floorDiv(room + step - 1, step) : Math.floorDiv(room, step)) + 1;
      if (ceil && (count - 1) * step >= size + wanted[axis]) {
        // A window that would start in the end padding is dropped.
        count--;
      }
      exact[axis] = wanted[axis];
      long end = (count - 1) * step + span - size - wanted[axis];
      exact[2 + axis] = Math.max(end, 0);
      long over = wanted[axis] - end;
      plain &= over >= 0 && over < step;
    }
    return new Placed(exact, wanted, plain);
  }

  private void declare(long[] wanted, int axis, long size, long step, long span) {
    if (autoPad.startsWith("SAME")) {
      long total = Math.max((Math.floorDiv(size + step - 1, step) - 1) * step + span - size, 0);
      long half = autoPad.equals("SAME_LOWER") ? total - total / 2 : total / 2;
      wanted[axis] = half;
      wanted[2 + axis] = total - half;
    } else if (!autoPad.equals("VALID")) {
      wanted[axis] = pads.get(axis);
      wanted[2 + axis] = pads.get(2 + axis);
    }
  }
}
