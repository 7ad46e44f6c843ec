package dev.amulet.server.wire;

import dev.amulet.server.model.RequestException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Element types of the Open Inference Protocol, and how their bytes are read: little endian. */
public enum Datatype {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  BYTES(0);

  private final int width;

  Datatype(int width) {
    this.width = width;
  }

  /**
   * The type of that name.
   *
   * @throws RequestException when there is none
   */
  public static Datatype of(@Nullable String name, String field) {
    for (Datatype type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw RequestException.invalid(
        field,
        "datatype is "
            + (name == null ? "missing" : "\"" + name + "\"")
            + ", expected BOOL, INT8 to INT64, UINT8 to UINT64, FP16, BF16, FP32, FP64 or BYTES");
  }

  /**
   * The elements that bytes hold, as cells of {@link RowBatch}.
   *
   * @param count how many there must be
   * @throws RequestException when the bytes are not exactly those
   */
  public List<Object> read(ByteBuffer raw, int count, String field) {
    ByteBuffer bytes = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (this != BYTES && bytes.remaining() != (long) count * width) {
      throw RequestException.invalid(
          field,
          "has "
              + bytes.remaining()
              + " bytes, expected "
              + (long) count * width
              + ": "
              + count
              + " elements of "
              + this);
    }
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cells.add(this == BYTES ? element(bytes, i, field) : next(bytes));
    }
    if (bytes.hasRemaining()) {
      throw RequestException.invalid(
          field, "has " + bytes.remaining() + " bytes after its " + count + " elements");
    }
    return cells;
  }

  private static byte[] element(ByteBuffer bytes, int index, String field) {
    int length = bytes.remaining() < 4 ? -1 : bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw RequestException.invalid(
          field,
          "element "
              + index
              + " is cut off or has a wrong length; expected 4 bytes of length, then as many"
              + " bytes");
    }
    byte[] element = new byte[length];
    bytes.get(element);
    return element;
  }

  private Object next(ByteBuffer bytes) {
    return switch (this) {
      case BOOL -> bytes.get() != 0;
      case UINT8 -> (long) Byte.toUnsignedInt(bytes.get());
      case UINT16 -> (long) Short.toUnsignedInt(bytes.getShort());
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt());
      case UINT64 -> unsigned(bytes.getLong());
      case INT8 -> (long) bytes.get();
      case INT16 -> (long) bytes.getShort();
      case INT32 -> (long) bytes.getInt();
      case INT64 -> bytes.getLong();
      case FP16 -> half(bytes.getShort());
      case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
      case FP32 -> bytes.getFloat();
      case FP64 -> bytes.getDouble();
      case BYTES -> throw new IllegalStateException("has no width");
    };
  }

  /** A number of 64 bits without sign; a text where a long would be negative. */
  public static Object unsigned(long bits) {
    return bits >= 0 ? (Object) bits : Long.toUnsignedString(bits);
  }

  /** IEEE 754 binary16. */
  static float half(short bits) {
    int sign = bits < 0 ? -1 : 1;
    int exponent = (bits >> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0x1F) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((float) fraction, -24)
        : sign * Math.scalb((float) (fraction | 0x400), exponent - 25);
  }
}
