package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.model.RequestException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inference request of the Open Inference Protocol in JSON, with tensors that may follow it as
 * bytes (the binary tensor extension).
 *
 * @param id comes back in the answer, or null
 * @param timeoutUs parameter {@code timeout}, in microseconds; 0 for none
 * @param binary whether outputs come as bytes unless one says otherwise
 * @param inputs the tensors
 * @param outputs what is asked for; empty for what a model gives unasked
 */
public record InferRequest(
    @Nullable String id,
    long timeoutUs,
    boolean binary,
    List<InputTensor> inputs,
    List<Asked> outputs) {

  /** One output asked for, and whether as bytes. */
  public record Asked(String name, boolean binary) {}

  /**
   * Reads a request.
   *
   * @param raw what follows the JSON
   * @throws RequestException when it is not as the protocol says
   */
  public static InferRequest read(JsonNode json, ByteBuffer raw) {
    JsonNode parameters = parameters(json, "parameters");
    boolean binary = flag(parameters, "binary_data_output", "parameters");
    JsonNode inputs = array(json, "inputs", true);
    List<InputTensor> tensors = new ArrayList<>();
    for (JsonNode input : inputs) {
      tensors.add(tensor(input, raw, "inputs[" + tensors.size() + "]"));
    }
    if (raw.hasRemaining()) {
      throw RequestException.invalid(
          "inputs", raw.remaining() + " bytes after the JSON belong to no tensor");
    }
    List<Asked> outputs = new ArrayList<>();
    for (JsonNode output : array(json, "outputs", false)) {
      String place = "outputs[" + outputs.size() + "]";
      JsonNode own = parameters(output, place + ".parameters");
      outputs.add(
          new Asked(
              text(output, "name", place),
              own.has("binary_data") ? flag(own, "binary_data", place) : binary));
    }
    JsonNode id = json.path("id");
    return new InferRequest(
        id.isTextual() || id.isNumber() ? id.asText() : null,
        parameters.path("timeout").asLong(0),
        binary,
        tensors,
        outputs);
  }

  private static InputTensor tensor(JsonNode input, ByteBuffer raw, String place) {
    if (!input.isObject()) {
      throw RequestException.invalid(place, "expected an object, found " + Json.kind(input));
    }
    String name = text(input, "name", place);
    Datatype datatype = Datatype.of(input.path("datatype").textValue(), place + ".datatype");
    List<Long> shape = new ArrayList<>();
    for (JsonNode size : array(input, "shape", true)) {
      if (!size.isIntegralNumber() || !size.canConvertToLong()) {
        throw RequestException.invalid(place + ".shape", "expected whole numbers");
      }
      shape.add(size.longValue());
    }
    int count = InputTensor.elements(shape, place + ".shape");
    JsonNode bytes = parameters(input, place + ".parameters").path("binary_data_size");
    if (bytes.isMissingNode()) {
      return new InputTensor(name, shape, values(input, count, datatype, place + ".data"));
    }
    if (input.has("data")) {
      throw RequestException.invalid(place, "has both data and binary_data_size");
    }
    long size = bytes.canConvertToLong() && bytes.isIntegralNumber() ? bytes.longValue() : -1;
    if (size < 0 || size > raw.remaining()) {
      throw RequestException.invalid(
          place + ".parameters.binary_data_size",
          "is " + bytes.asText() + ", and " + raw.remaining() + " bytes are left after the JSON");
    }
    ByteBuffer own = raw.slice(raw.position(), (int) size);
    raw.position(raw.position() + (int) size);
    return new InputTensor(name, shape, new ArrayList<>(datatype.read(own, count, place)));
  }

  private static List<@Nullable Object> values(
      JsonNode input, int count, Datatype datatype, String place) {
    if (datatype == Datatype.FP16 || datatype == Datatype.BF16) {
      throw RequestException.invalid(place, datatype + " can be sent as bytes only");
    }
    List<@Nullable Object> cells = new ArrayList<>();
    JsonNode data = input.path("data");
    if (!data.isArray()) {
      throw RequestException.invalid(place, "expected an array, found " + Json.kind(data));
    }
    flatten(data, count, datatype, cells, place);
    if (cells.size() != count) {
      throw RequestException.invalid(
          place, "has " + cells.size() + " elements, the shape says " + count);
    }
    return cells;
  }

  private static void flatten(
      JsonNode data, int count, Datatype datatype, List<@Nullable Object> cells, String place) {
    for (JsonNode element : data) {
      if (element.isArray()) {
        flatten(element, count, datatype, cells, place);
      } else {
        if (cells.size() >= count) {
          throw RequestException.invalid(place, "has more elements than the shape says: " + count);
        }
        cells.add(element(element, datatype, place + "[" + cells.size() + "]"));
      }
    }
  }

  private static @Nullable Object element(JsonNode element, Datatype datatype, String place) {
    boolean fits =
        element.isNull()
            || switch (datatype) {
              case BOOL -> element.isBoolean();
              case BYTES -> element.isTextual() || element.isObject();
              case FP16, BF16, FP32, FP64 -> element.isNumber();
              default -> element.isIntegralNumber();
            };
    if (!fits) {
      throw RequestException.invalid(
          place, "is " + Json.kind(element) + ", the datatype is " + datatype);
    }
    if (datatype == Datatype.FP32 && element.isNumber()) {
      return (float) element.doubleValue();
    }
    return RowBatch.cell(element, place);
  }

  private static JsonNode parameters(JsonNode json, String place) {
    JsonNode parameters = json.path("parameters");
    if (!parameters.isMissingNode() && !parameters.isNull() && !parameters.isObject()) {
      throw RequestException.invalid(place, "expected an object");
    }
    return parameters;
  }

  private static boolean flag(JsonNode parameters, String name, String place) {
    JsonNode value = parameters.path(name);
    if (value.isMissingNode()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw RequestException.invalid(place + "." + name, "expected true or false");
    }
    return value.booleanValue();
  }

  private static JsonNode array(JsonNode json, String name, boolean required) {
    JsonNode value = json.path(name);
    if (value.isArray() || (!required && (value.isMissingNode() || value.isNull()))) {
      return value;
    }
    throw RequestException.invalid(name, "expected an array, found " + Json.kind(value));
  }

  private static String text(JsonNode json, String name, String place) {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw RequestException.invalid(
          place + "." + name, "expected a text, found " + Json.kind(value));
    }
    return value.textValue();
  }
}
