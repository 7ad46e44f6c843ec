package dev.amulet.training.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor in a weight file: a view of stored values, converted when asked for. Immutable.
 *
 * @param type how values are stored
 * @param shape sizes; empty for a single value
 * @param strides steps between neighbours along each axis, in values
 * @param offset of the first value, in values
 * @param data all values of the storage; not to be changed
 */
record StoredTensor(
    ElementType type, List<Integer> shape, List<Long> strides, long offset, ByteBuffer data) {

  /**
   * @throws IllegalArgumentException when the view leaves the storage
   */
  StoredTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
    data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long count = count(shape);
    if (strides.size() != shape.size() || offset < 0) {
      throw new IllegalArgumentException("shape " + shape + ", strides " + strides);
    }
    long last = offset;
    for (int i = 0; i < shape.size(); i++) {
      if (strides.get(i) < 0 || strides.get(i) > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("stride " + strides.get(i));
      }
      last += Math.max(0, shape.get(i) - 1L) * strides.get(i);
    }
    if (count > 0 && (last + 1) * type.bytes() > data.capacity()) {
      throw new IllegalArgumentException(
          String.format(
              "shape %s from value %d on needs %d values, the storage has %d",
              shape, offset, last + 1, data.capacity() / type.bytes()));
    }
  }

  /** Values one after another, last axis fastest. */
  static StoredTensor dense(ElementType type, List<Integer> shape, ByteBuffer data) {
    return new StoredTensor(type, shape, denseStrides(shape), 0, data);
  }

  private static List<Long> denseStrides(List<Integer> shape) {
    List<Long> strides = new ArrayList<>();
    long step = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      strides.add(0, step);
      step = Math.min(Integer.MAX_VALUE, step * Math.max(1, shape.get(i)));
    }
    return strides;
  }

  /**
   * Values in a tensor of this shape.
   *
   * @throws IllegalArgumentException when a size is negative or there are 2^31 values or more
   */
  static long count(List<Integer> shape) {
    long count = 1;
    for (int size : shape) {
      if (size < 0 || (size > 0 && count > Integer.MAX_VALUE / size)) {
        throw new IllegalArgumentException("shape " + shape + " is no shape of a stored tensor");
      }
      count *= size;
    }
    return count;
  }

  /** Row-major values; a fresh array. */
  float[] floats() {
    float[] values = new float[(int) count(shape)];
    boolean dense = strides.equals(denseStrides(shape));
    if (dense && type == ElementType.F32) {
      data.duplicate()
          .order(ByteOrder.LITTLE_ENDIAN)
          .position((int) offset * Float.BYTES)
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      return values;
    }
    int[] index = new int[shape.size()];
    for (int i = 0; i < values.length; i++) {
      long at = offset;
      for (int axis = 0; axis < index.length; axis++) {
        at += index[axis] * strides.get(axis);
      }
      values[i] = type.read(data, (int) (at * type.bytes()));
      for (int axis = index.length - 1; axis >= 0 && ++index[axis] == shape.get(axis); axis--) {
        index[axis] = 0;
      }
    }
    return values;
  }
}
