package dev.amulet.server.http;

import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes bodies of lines of JSON out of a connection's requests before they are collected, and has
 * each scored as it comes. What a client sends behind one waits for its end.
 */
final class LineStreams extends ChannelInboundHandlerAdapter {
  private final Exchange.Shared shared;
  private final BooleanSupplier busy;
  private final RequestClock clock;
  private final Deque<Object> behind = new ArrayDeque<>();
  private @Nullable LineStream stream;
  private boolean bodyComes;

  /**
   * For one connection or HTTP/2 stream.
   *
   * @param busy whether a request before has no answer yet; lines are then collected as any body
   */
  LineStreams(Exchange.Shared shared, BooleanSupplier busy, RequestClock clock) {
    this.shared = shared;
    this.busy = busy;
    this.clock = clock;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (stream == null && !bodyComes) {
      if (message instanceof HttpRequest head && isLines(head) && !busy.getAsBoolean()) {
        begin(ctx, head);
        return;
      }
      ctx.fireChannelRead(message);
    } else if (bodyComes && message instanceof HttpContent part) {
      take(part);
    } else {
      behind.add(message);
      ctx.channel().config().setAutoRead(false);
    }
  }

  private static boolean isLines(HttpRequest head) {
    CharSequence type = HttpUtil.getMimeType(head);
    return type != null
        && List.of(LineStream.TYPE, "application/jsonl").contains(type.toString().strip())
        && head.method().equals(HttpMethod.POST)
        && new QueryStringDecoder(head.uri()).path().equals("/invocations")
        && head.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && !(head instanceof FullHttpMessage);
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    bodyComes = true;
    Runnable leave = () -> {};
    try {
      QueryStringDecoder uri = new QueryStringDecoder(head.uri());
      shared.requireTaken(head);
      HttpCall.requireUtf8(head.headers());
      leave = shared.service().queue().admit();
      ModelVersion.Lease lease =
          shared.service().repository().lease(first(uri, "model"), first(uri, "version"));
      RequestContext context = ConnectionHandler.context(head, shared.settings());
      boolean keepAlive =
          HttpUtil.isKeepAlive(head) && !shared.settings().draining().getAsBoolean();
      Runnable left = leave;
      ctx.channel().config().setWriteBufferHighWaterMark(LineStream.MOST_UNREAD_BYTES);
      stream = new LineStream(shared, ctx, lease, context, keepAlive, () -> ended(ctx, left));
      if (HttpUtil.is100ContinueExpected(head)) {
        var unused =
            ctx.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      }
    } catch (RequestException why) {
      leave.run();
      ctx.fireChannelRead(new RefusedRequest(head, why));
    }
  }

  private static @Nullable String first(QueryStringDecoder uri, String name) {
    List<String> values = uri.parameters().get(name);
    return values == null ? null : values.get(0);
  }

  private void take(HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    bodyComes = !last;
    try {
      LineStream open = stream;
      if (open != null) {
        clock.stream();
        open.add(part.content(), last);
      }
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  private void ended(ChannelHandlerContext ctx, Runnable leave) {
    stream = null;
    leave.run();
    ctx.channel().config().setAutoRead(true);
    ctx.executor()
        .execute(
            () -> {
              while (stream == null && !behind.isEmpty()) {
                channelRead(ctx, behind.remove());
              }
            });
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    LineStream open = stream;
    if (open != null && ctx.channel().isWritable()) {
      open.next();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && stream != null) {
      return; // The clock says when it is too long.
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    LineStream open = stream;
    if (open != null) {
      open.cancel();
    }
    behind.forEach(ReferenceCountUtil::release);
    behind.clear();
    ctx.fireChannelInactive();
  }
}
