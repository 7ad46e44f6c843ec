package dev.amulet.training.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the safetensors format: eight bytes of header length, a JSON header, the values. Strict:
 * the header lies within its bounds, names are unique, and the tensors tile the rest of the file
 * without gap or overlap, each of the length its type and shape need.
 */
final class Safetensors {
  private static final int LENGTH_BYTES = 8;
  private static final long LARGEST_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  private record Entry(String name, ElementType type, List<Integer> shape, long from, long to) {}

  static boolean looksLike(ByteBuffer file) {
    return file.remaining() > LENGTH_BYTES && file.get(file.position() + LENGTH_BYTES) == '{';
  }

  static StateDict read(ByteBuffer source) throws WeightFileException {
    ByteBuffer file = source.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (file.capacity() < LENGTH_BYTES) {
      throw new WeightFileException("it has " + file.capacity() + " bytes, no header");
    }
    long length = file.getLong(0);
    long most = Math.min(LARGEST_HEADER, file.capacity() - LENGTH_BYTES);
    if (length < 2 || length > most) {
      throw new WeightFileException(
          String.format("its header should have %d bytes, expected 2 to %d", length, most));
    }
    byte[] header = new byte[(int) length];
    file.get(LENGTH_BYTES, header);
    ByteBuffer data =
        file.slice(LENGTH_BYTES + (int) length, file.capacity() - LENGTH_BYTES - (int) length);
    JsonNode json = json(header);
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals(METADATA)) {
        field.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    checkTiling(entries, data.capacity());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      ByteBuffer values = data.slice((int) entry.from(), (int) (entry.to() - entry.from()));
      tensors.put(entry.name(), StoredTensor.dense(entry.type(), entry.shape(), values));
    }
    return new StateDict(tensors, metadata);
  }

  private static JsonNode json(byte[] header) throws WeightFileException {
    JsonMapper mapper =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try {
      JsonNode json = mapper.readTree(new String(header, StandardCharsets.UTF_8));
      if (header[0] == '{' && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new WeightFileException("its header is no JSON (" + e.getOriginalMessage() + ")", e);
    }
    throw new WeightFileException("its header is no JSON object");
  }

  private static Entry entry(String name, JsonNode json) throws WeightFileException {
    JsonNode offsets = json.path("data_offsets");
    JsonNode sizes = json.path("shape");
    if (offsets.size() != 2
        || !sizes.isArray()
        || !offsets.path(0).canConvertToExactIntegral()
        || !offsets.path(1).canConvertToExactIntegral()) {
      throw new WeightFileException(
          "tensor \"" + name + "\": expected dtype, shape and two data_offsets, found " + json);
    }
    ElementType type = type(name, json.path("dtype").asText());
    List<Integer> shape = new ArrayList<>();
    for (JsonNode size : sizes) {
      if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
        throw new WeightFileException("tensor \"" + name + "\": size " + size + " in its shape");
      }
      shape.add(size.intValue());
    }
    long from = offsets.get(0).longValue();
    long to = offsets.get(1).longValue();
    long bytes;
    try {
      bytes = StoredTensor.count(shape) * type.bytes();
    } catch (IllegalArgumentException e) {
      throw new WeightFileException("tensor \"" + name + "\": " + e.getMessage(), e);
    }
    if (from < 0 || to < from || to - from != bytes) {
      throw new WeightFileException(
          String.format(
              "tensor \"%s\": bytes %d to %d, but %s %s needs %d",
              name, from, to, type, shape, bytes));
    }
    return new Entry(name, type, shape, from, to);
  }

  private static ElementType type(String name, String stored) throws WeightFileException {
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(stored)) {
        return type;
      }
    }
    throw new WeightFileException(
        "tensor \""
            + name
            + "\": dtype \""
            + stored
            + "\" is not read; expected F32, F16, BF16 or F64");
  }

  private static void checkTiling(List<Entry> entries, long bytes) throws WeightFileException {
    long end = 0;
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::from).thenComparingLong(Entry::to));
    for (Entry entry : inOrder) {
      if (entry.from() != end) {
        throw new WeightFileException(
            String.format(
                "tensor \"%s\" starts at byte %d, the one before ends at %d",
                entry.name(), entry.from(), end));
      }
      end = entry.to();
    }
    if (end != bytes) {
      throw new WeightFileException(
          String.format("its tensors end at byte %d of %d: cut short or padded", end, bytes));
    }
  }
}
