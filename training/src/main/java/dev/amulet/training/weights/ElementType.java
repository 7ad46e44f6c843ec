package dev.amulet.training.weights;

import java.nio.ByteBuffer;

/** How one stored value is written, little-endian. */
enum ElementType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private static final int HALF_FRACTION_BITS = 10;
  private static final int HALF_LARGEST_EXPONENT = 31;
  private static final int HALF_BIAS = 15;

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /** The value at a byte position, rounded to float32. */
  float read(ByteBuffer data, int position) {
    return switch (this) {
      case F64 -> (float) data.getDouble(position);
      case F32 -> data.getFloat(position);
      case F16 -> half(data.getShort(position) & 0xFFFF);
      case BF16 -> Float.intBitsToFloat(data.getShort(position) << 16);
      case I64 -> data.getLong(position);
      case I32 -> data.getInt(position);
      case I16 -> data.getShort(position);
      case I8 -> data.get(position);
      case U8, BOOL -> data.get(position) & 0xFF;
    };
  }

  /** IEEE 754 binary16. */
  private static float half(int bits) {
    int exponent = bits >>> HALF_FRACTION_BITS & HALF_LARGEST_EXPONENT;
    int fraction = bits & (1 << HALF_FRACTION_BITS) - 1;
    float magnitude;
    if (exponent == HALF_LARGEST_EXPONENT) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((float) fraction, 1 - HALF_BIAS - HALF_FRACTION_BITS);
    } else {
      magnitude =
          Math.scalb(
              (float) (fraction | 1 << HALF_FRACTION_BITS),
              exponent - HALF_BIAS - HALF_FRACTION_BITS);
    }
    return bits >>> 15 == 0 ? magnitude : -magnitude;
  }
}
