package dev.amulet.server.http;

import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTP request, whole, and what its path matched. */
final class HttpCall {
  private final FullHttpRequest request;
  private final Map<String, List<String>> query;
  private final Map<String, String> variables;
  private final RequestContext context;
  private volatile boolean rowFailed;

  HttpCall(
      FullHttpRequest request,
      QueryStringDecoder uri,
      Map<String, String> variables,
      RequestContext context) {
    this.request = request;
    this.variables = variables;
    this.context = context;
    try {
      query = uri.parameters();
    } catch (IllegalArgumentException e) {
      throw RequestException.invalid("query", "not percent-encoded UTF-8");
    }
  }

  /** That a row of the answer has an error instead of a score. */
  void rowFailed() {
    rowFailed = true;
  }

  boolean hasFailedRow() {
    return rowFailed;
  }

  RequestContext context() {
    return context;
  }

  FullHttpRequest request() {
    return request;
  }

  /** What stands in the path for {@code {name}}, or null. */
  @Nullable String variable(String name) {
    return variables.get(name);
  }

  /** Parameters of the query, decoded. */
  Map<String, List<String>> query() {
    return query;
  }

  /** The first value of a query parameter, or null. */
  @Nullable String query(String name) {
    List<String> values = query.get(name);
    return values == null ? null : values.get(0);
  }

  @Nullable String header(CharSequence name) {
    return request.headers().get(name);
  }

  /** Media type without parameters, in lower case; empty when none is given. */
  String mediaType() {
    CharSequence type = HttpUtil.getMimeType(request);
    return type == null ? "" : type.toString().strip().toLowerCase(Locale.ROOT);
  }

  /** A copy of the body. */
  byte[] bytes() {
    return ByteBufUtil.getBytes(request.content());
  }

  /** The body of a JSON request. */
  byte[] json() {
    String type = mediaType();
    if (!type.isEmpty()
        && !type.equals("application/json")
        && !type.endsWith("+json")
        && !type.equals("application/octet-stream")
        && !type.equals("application/x-www-form-urlencoded")
        && !type.startsWith("text/")) {
      throw unsupported("application/json");
    }
    requireUtf8();
    return bytes();
  }

  /** Checks that the body's character set, where one is given, is UTF-8. */
  void requireUtf8() {
    requireUtf8(request.headers());
  }

  /** As {@link #requireUtf8()}, of a request that is not whole. */
  static void requireUtf8(HttpHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    CharSequence name = type == null ? null : HttpUtil.getCharsetAsSequence(type);
    if (name == null) {
      return;
    }
    try {
      Charset charset = Charset.forName(name.toString().replace("\"", ""));
      if (charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII)) {
        return;
      }
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      // Told below.
    }
    throw new RequestException(
        Kind.UNSUPPORTED_MEDIA_TYPE, "the body must be UTF-8, found charset " + name);
  }

  RequestException unsupported(String expected) {
    return new RequestException(
        Kind.UNSUPPORTED_MEDIA_TYPE,
        "Content-Type is \"" + mediaType() + "\", expected " + expected);
  }
}
