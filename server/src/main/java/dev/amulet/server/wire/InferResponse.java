package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the Open Inference Protocol in JSON, and the tensors that follow it as bytes.
 *
 * @param raw of the tensors asked for as bytes, in the order of the JSON; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
public record InferResponse(ObjectNode json, byte[] raw) {
  /** Writes the answer to a request. */
  public static InferResponse of(
      ModelVersion model, InferRequest request, List<OutputTensor> tensors) {
    ObjectNode json =
        Json.object().put("model_name", model.name()).put("model_version", model.version());
    if (request.id() != null) {
      json.put("id", request.id());
    }
    Set<String> binary = new HashSet<>();
    for (InferRequest.Asked asked : request.outputs()) {
      if (asked.binary()) {
        binary.add(asked.name());
      }
    }
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    ArrayNode outputs = json.putArray("outputs");
    for (OutputTensor tensor : tensors) {
      ObjectNode output =
          outputs.addObject().put("name", tensor.name()).put("datatype", tensor.datatype().name());
      ArrayNode shape = output.putArray("shape");
      tensor.shape().forEach(shape::add);
      boolean asBytes =
          request.outputs().isEmpty() ? request.binary() : binary.contains(tensor.name());
      if (asBytes) {
        byte[] bytes = bytes(tensor);
        output.putObject("parameters").put("binary_data_size", bytes.length);
        raw.writeBytes(bytes);
      } else {
        write(output.putArray("data"), tensor);
      }
    }
    return new InferResponse(json, raw.toByteArray());
  }

  private static void write(ArrayNode data, OutputTensor tensor) {
    tensor.labels().forEach(data::add);
    for (double number : tensor.numbers()) {
      data.add(Json.number(number));
    }
  }

  /** The elements as bytes: little endian; of BYTES each with its length in 4 bytes before it. */
  public static byte[] bytes(OutputTensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (String label : tensor.labels()) {
        byte[] text = label.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(
            ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length).array());
        out.writeBytes(text);
      }
      return out.toByteArray();
    }
    ByteBuffer out =
        ByteBuffer.allocate(tensor.numbers().length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double number : tensor.numbers()) {
      out.putDouble(number);
    }
    return out.array();
  }

  /**
   * The request of a body that is one tensor and no JSON: one row of a model with one column. All
   * outputs come back as bytes.
   *
   * @throws RequestException when the model has several columns
   */
  public static InferRequest wholeBody(ModelVersion model, byte[] body) {
    List<Column> columns = model.schema().columns();
    if (columns.size() != 1) {
      throw RequestException.invalid(
          null, "a body without JSON is for models of one column; this one has " + columns.size());
    }
    Column column = columns.get(0);
    Datatype datatype = ModelMetadata.datatype(column);
    @Nullable Object cell =
        column.type() == ColumnType.IMAGE
            ? body
            : datatype.read(ByteBuffer.wrap(body), 1, column.name()).get(0);
    InputTensor tensor =
        new InputTensor(column.name(), List.of(1L), Collections.singletonList(cell));
    return new InferRequest(null, 0, true, List.of(tensor), List.of());
  }
}
