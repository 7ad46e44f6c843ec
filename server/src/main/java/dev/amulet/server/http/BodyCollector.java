package dev.amulet.server.http;

import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import dev.amulet.server.wire.Problems;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole requests of parts. One that says it is too large is refused before its body is read,
 * one that turns out to be is refused then, and the connection is closed.
 */
final class BodyCollector extends HttpObjectAggregator {
  private final Exchange.Shared shared;

  BodyCollector(Exchange.Shared shared) {
    super(shared.settings().maxBodyBytes());
    this.shared = shared;
  }

  @Override
  protected @Nullable Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    if (HttpUtil.isContentLengthSet(start) && HttpUtil.getContentLength(start) > maxContentLength) {
      return null; // Refused below, without asking for the body.
    }
    return super.newContinueResponse(start, maxContentLength, pipeline);
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    refuse(
        shared,
        ctx,
        new RequestException(
            Kind.TOO_LARGE,
            "the body is larger than " + shared.settings().maxBodyBytes() + " bytes"));
  }

  /** Answers a request that is not whole, and closes the connection. */
  static void refuse(Exchange.Shared shared, ChannelHandlerContext ctx, RequestException problem) {
    byte[] body = shared.json().write(Problems.json(problem, "none"));
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(problem.kind().status()),
            Unpooled.wrappedBuffer(body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpReply.JSON);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    shared.service().metrics().rejected("too_large");
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
