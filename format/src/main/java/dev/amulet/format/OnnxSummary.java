package dev.amulet.format;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@link OnnxScanner} saw in an ONNX model.
 *
 * @param opset version of the default operator set
 * @param operators how often each operator occurs
 * @param inputs graph inputs that are not initializers
 * @param outputs graph outputs
 */
public record OnnxSummary(
    long irVersion,
    long opset,
    SortedMap<String, Integer> operators,
    List<Value> inputs,
    List<Value> outputs) {

  /** Type number of float32 in ONNX. */
  public static final int FLOAT = 1;

  public OnnxSummary {
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * A graph input or output.
   *
   * @param elementType ONNX type number, 1 for float32
   * @param declaresShape whether the graph says how many dimensions it has
   * @param shape its dimensions, -1 for one that is free; empty when not declared
   */
  public record Value(String name, int elementType, boolean declaresShape, List<Long> shape) {
    public Value {
      shape = List.copyOf(shape);
    }
  }

  static Map<String, Value> byName(List<Value> values) {
    Map<String, Value> result = new TreeMap<>();
    values.forEach(value -> result.put(value.name(), value));
    return result;
  }
}
