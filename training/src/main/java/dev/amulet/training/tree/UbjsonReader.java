package dev.amulet.training.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.training.TrainingException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads UBJSON (draft 12: counted and typed arrays, big-endian), the form XGBoost saves. */
final class UbjsonReader {
  private static final int MAX_DEPTH = 64;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ByteBuffer bytes;

  private UbjsonReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  static JsonNode read(byte[] document) {
    UbjsonReader reader = new UbjsonReader(document);
    try {
      return reader.value(reader.marker(), 0);
    } catch (BufferUnderflowException e) {
      throw new TrainingException(
          "booster: UBJSON ends early, after " + document.length + " bytes; save the model again",
          e);
    }
  }

  private char marker() {
    return (char) (bytes.get() & 0xff);
  }

  private JsonNode value(char type, int depth) {
    if (depth > MAX_DEPTH) {
      throw bad("nesting deeper than " + MAX_DEPTH);
    }
    return switch (type) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case 'S' -> NODES.textNode(text());
      case 'C' -> NODES.textNode(String.valueOf(marker()));
      case 'T' -> NODES.booleanNode(true);
      case 'F' -> NODES.booleanNode(false);
      case 'Z' -> NODES.nullNode();
      case 'd' -> NODES.numberNode(bytes.getFloat());
      case 'D' -> NODES.numberNode(bytes.getDouble());
      default -> NODES.numberNode(integer(type));
    };
  }

  private ObjectNode object(int depth) {
    ObjectNode object = NODES.objectNode();
    for (char type = marker(); type != '}'; type = marker()) {
      String key = text(integer(type));
      object.set(key, value(marker(), depth + 1));
    }
    return object;
  }

  private ArrayNode array(int depth) {
    char type = marker();
    if (type == '$') {
      char element = marker();
      expect('#');
      return counted(element, integer(marker()), depth);
    }
    if (type == '#') {
      ArrayNode array = NODES.arrayNode();
      for (long left = integer(marker()); left > 0; left--) {
        array.add(value(marker(), depth + 1));
      }
      return array;
    }
    ArrayNode array = NODES.arrayNode();
    for (; type != ']'; type = marker()) {
      array.add(value(type, depth + 1));
    }
    return array;
  }

  private ArrayNode counted(char element, long count, int depth) {
    if (count < 0 || count > bytes.remaining()) {
      throw bad("array of " + count + " elements with " + bytes.remaining() + " bytes left");
    }
    ArrayNode array = NODES.arrayNode((int) count);
    for (long i = 0; i < count; i++) {
      array.add(value(element, depth + 1));
    }
    return array;
  }

  private void expect(char expected) {
    char found = marker();
    if (found != expected) {
      throw bad("marker '" + found + "', expected '" + expected + "'");
    }
  }

  private String text() {
    return text(integer(marker()));
  }

  private String text(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw bad("text of " + length + " bytes with " + bytes.remaining() + " left");
    }
    byte[] text = new byte[(int) length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private long integer(char type) {
    return switch (type) {
      case 'i' -> bytes.get();
      case 'U' -> bytes.get() & 0xff;
      case 'I' -> bytes.getShort();
      case 'l' -> bytes.getInt();
      case 'L' -> bytes.getLong();
      default -> throw bad("marker '" + type + "', expected a value");
    };
  }

  private TrainingException bad(String found) {
    return new TrainingException(
        "booster: at byte "
            + bytes.position()
            + " of the UBJSON: "
            + found
            + "; save the model again with XGBoost 1.6 or later");
  }
}
