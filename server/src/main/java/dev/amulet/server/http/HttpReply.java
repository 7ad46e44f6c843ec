package dev.amulet.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One answer.
 *
 * @param status HTTP status code
 * @param type media type of the body
 * @param body owned by this
 * @param headers further headers
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
record HttpReply(int status, String type, byte[] body, Map<String, String> headers) {
  static final String JSON = "application/json";

  static HttpReply json(Json json, JsonNode value) {
    return json(json, 200, value);
  }

  static HttpReply json(Json json, int status, JsonNode value) {
    return new HttpReply(status, JSON, json.write(value), Map.of());
  }

  static HttpReply text(int status, String type, String text) {
    return new HttpReply(status, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  HttpReply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpReply(status, type, body, more);
  }
}
