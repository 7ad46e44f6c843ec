package dev.amulet.server.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.server.model.RequestException;
import java.io.IOException;

/**
 * Reads and writes JSON: at most 64 deep, no key twice, nothing after the value. NaN and infinity
 * are no JSON: they are refused when read and written as null. Immutable and thread-safe.
 */
public final class Json {
  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 400;

  private final ObjectMapper mapper;

  /**
   * With a limit.
   *
   * @param maxBytes longest text, and longest string in it
   */
  public Json(int maxBytes) {
    mapper =
        new ObjectMapper(
            JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(LONGEST_NUMBER)
                        .maxStringLength(maxBytes)
                        .build())
                .build());
    mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * Reads one value.
   *
   * @throws RequestException when it is not JSON, or none at all
   */
  public JsonNode read(byte[] text) {
    return read(text, 0, text.length);
  }

  /** As {@link #read(byte[])}, of a part. */
  public JsonNode read(byte[] text, int offset, int length) {
    try {
      JsonNode value = mapper.readTree(text, offset, length);
      if (value == null || value.isMissingNode()) {
        throw RequestException.invalid(null, "the body is empty; expected JSON");
      }
      return value;
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + " column "
                  + e.getLocation().getColumnNr();
      throw RequestException.invalid(
          null, "not JSON" + where + ": " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      throw RequestException.invalid(null, "not JSON: the text is not UTF-8");
    }
  }

  /** As {@link #read(byte[])}, of an object. */
  public JsonNode readObject(byte[] text) {
    JsonNode value = read(text);
    if (!value.isObject()) {
      throw RequestException.invalid(null, "expected a JSON object, found " + kind(value));
    }
    return value;
  }

  /** Writes a value. */
  public byte[] write(JsonNode value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that we made is JSON", e);
    }
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** A number, or null where JSON has none for it. */
  public static JsonNode number(double value) {
    return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
  }

  /** What a value is, for error texts. */
  public static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> value.asText();
      case NULL -> "null";
      default -> "nothing";
    };
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.length() <= 200 ? line : line.substring(0, 200) + "…";
  }
}
