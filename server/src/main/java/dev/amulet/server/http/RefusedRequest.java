package dev.amulet.server.http;

import dev.amulet.server.model.RequestException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/** A request that is refused by its head alone; nobody has looked at its body. */
final class RefusedRequest extends DefaultFullHttpRequest {
  private final RequestException why;

  RefusedRequest(HttpRequest head, RequestException why) {
    super(head.protocolVersion(), head.method(), head.uri(), Unpooled.EMPTY_BUFFER);
    headers().set(head.headers());
    headers().remove(HttpHeaderNames.CONTENT_ENCODING);
    headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
    headers().remove(HttpHeaderNames.EXPECT);
    headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    this.why = why;
  }

  RequestException why() {
    return why;
  }
}
