package dev.amulet.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the wire format of small ONNX models, good and bad. */
final class TinyOnnx {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static TinyOnnx message() {
    return new TinyOnnx();
  }

  /** A message that starts with these fields. */
  static TinyOnnx of(byte[] fields) {
    TinyOnnx result = new TinyOnnx();
    result.out.writeBytes(fields);
    return result;
  }

  TinyOnnx number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  TinyOnnx text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  TinyOnnx message(int field, TinyOnnx value) {
    return bytes(field, value.toBytes());
  }

  TinyOnnx bytes(int field, byte[] value) {
    varint((long) field << 3 | 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Mean colour as {@code embedding [N,3]}, two weighted sums of it as {@code logits [N,2]}. */
  static byte[] network() {
    return model(graph()).toBytes();
  }

  static TinyOnnx model(TinyOnnx graph) {
    return message().number(1, 8).message(8, opset("", 17)).message(7, graph);
  }

  static TinyOnnx opset(String domain, long version) {
    return message().text(1, domain).number(2, version);
  }

  static TinyOnnx graph() {
    return message()
        .message(1, node("GlobalAveragePool", "input", "pooled"))
        .message(1, node("Flatten", "pooled", "embedding"))
        .message(1, node("Gemm", "embedding", "logits").text(1, "w"))
        .text(2, "tiny")
        .message(5, weights())
        .message(11, value("input", -1, 3, -1, -1))
        .message(12, value("embedding", -1, 3))
        .message(12, value("logits", -1, 2));
  }

  static TinyOnnx node(String operator, String input, String output) {
    return message().text(1, input).text(2, output).text(4, operator);
  }

  static TinyOnnx weights() {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      data.putFloat(i * 0.5f - 1);
    }
    return message().number(1, 3).number(1, 2).number(2, 1).text(8, "w").bytes(9, data.array());
  }

  /** A float32 graph input or output; a negative dimension is a free one. */
  static TinyOnnx value(String name, int... dimensions) {
    return valueOfType(name, 1, dimensions);
  }

  static TinyOnnx valueOfType(String name, int type, int... dimensions) {
    TinyOnnx shape = message();
    for (int dimension : dimensions) {
      shape.message(1, dimension < 0 ? message().text(2, "free") : message().number(1, dimension));
    }
    TinyOnnx tensor = message().number(1, type).message(2, shape);
    return message().text(1, name).message(2, message().message(1, tensor));
  }
}
