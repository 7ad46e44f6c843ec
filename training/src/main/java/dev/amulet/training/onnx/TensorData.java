package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.amulet.training.TrainingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Values of a stored tensor, whichever of ONNX's two layouts (raw bytes, typed list) holds them.
 */
public final class TensorData {
  private TensorData() {}

  static long count(TensorProto tensor) {
    long count = 1;
    for (long dim : tensor.getDimsList()) {
      if (dim < 0 || (dim > 0 && count > Integer.MAX_VALUE / dim)) {
        throw new TrainingException(
            "ONNX tensor \""
                + tensor.getName()
                + "\": shape "
                + tensor.getDimsList()
                + " is not a shape of a stored tensor (dimensions from 0, under 2^31 values)");
      }
      count *= dim;
    }
    return count;
  }

  public static boolean isFloat(TensorProto tensor) {
    return tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE;
  }

  /** Row-major values of a float32 tensor. */
  public static float[] floats(TensorProto tensor) {
    if (!isFloat(tensor)) {
      throw new TrainingException(
          "ONNX tensor \""
              + tensor.getName()
              + "\": data type "
              + tensor.getDataType()
              + ", expected float32 (1); export the network in float32");
    }
    float[] values = new float[(int) count(tensor)];
    if (tensor.hasRawData()) {
      checkLength(tensor, tensor.getRawData().size(), 4L * values.length, "bytes");
      littleEndian(tensor).asFloatBuffer().get(values);
    } else {
      checkLength(tensor, tensor.getFloatDataCount(), values.length, "values");
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
    }
    return values;
  }

  /** Row-major values of an int64 or int32 tensor. */
  public static long[] longs(TensorProto tensor) {
    long[] values = new long[(int) count(tensor)];
    boolean wide = tensor.getDataType() == TensorProto.DataType.INT64_VALUE;
    if (!wide && tensor.getDataType() != TensorProto.DataType.INT32_VALUE) {
      throw new TrainingException(
          "ONNX tensor \""
              + tensor.getName()
              + "\": data type "
              + tensor.getDataType()
              + ", expected int64 (7) or int32 (6)");
    }
    if (tensor.hasRawData()) {
      checkLength(tensor, tensor.getRawData().size(), (wide ? 8L : 4L) * values.length, "bytes");
      ByteBuffer raw = littleEndian(tensor);
      for (int i = 0; i < values.length; i++) {
        values[i] = wide ? raw.getLong() : raw.getInt();
      }
    } else {
      int stored = wide ? tensor.getInt64DataCount() : tensor.getInt32DataCount();
      checkLength(tensor, stored, values.length, "values");
      for (int i = 0; i < values.length; i++) {
        values[i] = wide ? tensor.getInt64Data(i) : tensor.getInt32Data(i);
      }
    }
    return values;
  }

  public static TensorProto of(String name, List<Integer> shape, float[] values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(raw));
    shape.forEach(dim -> tensor.addDims(dim));
    return tensor.build();
  }

  static TensorProto of(String name, long[] values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .setRawData(ByteString.copyFrom(raw))
        .addDims(values.length)
        .build();
  }

  private static ByteBuffer littleEndian(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void checkLength(TensorProto tensor, long found, long expected, String unit) {
    if (found != expected) {
      throw new TrainingException(
          String.format(
              "ONNX tensor \"%s\": %d %s stored, its shape %s needs %d; the file is damaged",
              tensor.getName(), found, unit, tensor.getDimsList(), expected));
    }
  }
}
