package dev.amulet.server.http;

import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.ServerMetrics;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers answers by the digest of the amulet and of everything in the request that an answer
 * depends on: path, query, media type, body. An answer with a row that failed is not remembered.
 * When its memory is full, the one that was not asked for the longest goes. Safe for concurrent
 * use.
 */
final class ResponseCache {
  /** What an entry takes beside its body, roughly. */
  private static final int ENTRY_BYTES = 256;

  private final long maxBytes;
  private final ServerMetrics metrics;
  private final Map<ByteBuffer, HttpReply> replies = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  ResponseCache(long maxBytes, ServerMetrics metrics) {
    this.maxBytes = maxBytes;
    this.metrics = metrics;
  }

  /** What answers to this request are remembered by. */
  static ByteBuffer key(HttpCall call, ModelVersion model) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    add(digest, model.id());
    add(digest, model.name());
    add(digest, model.version());
    add(digest, call.request().uri());
    add(digest, call.header(HttpHeaderNames.CONTENT_TYPE));
    add(digest, call.header(InferenceApi.HEADER_LENGTH));
    digest.update(call.bytes());
    return ByteBuffer.wrap(digest.digest());
  }

  /** Text with its length before it, so that no two lists of texts look alike. */
  private static void add(MessageDigest digest, @Nullable String text) {
    byte[] utf8 = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    digest.update(
        ByteBuffer.allocate(5).put((byte) (text == null ? 0 : 1)).putInt(utf8.length).flip());
    digest.update(utf8);
  }

  synchronized @Nullable HttpReply get(ByteBuffer key) {
    HttpReply reply = replies.get(key);
    metrics.count(
        "amulet.response.cache",
        "Answers looked for in memory.",
        "outcome",
        reply == null ? "miss" : "hit");
    return reply;
  }

  synchronized void put(ByteBuffer key, HttpReply reply) {
    long size = size(reply);
    if (size > maxBytes) {
      return;
    }
    HttpReply old = replies.put(key, reply);
    bytes += size - (old == null ? 0 : size(old));
    Iterator<HttpReply> oldest = replies.values().iterator();
    while (bytes > maxBytes) {
      bytes -= size(oldest.next());
      oldest.remove();
    }
  }

  private static long size(HttpReply reply) {
    return reply.body().length + (long) ENTRY_BYTES;
  }
}
