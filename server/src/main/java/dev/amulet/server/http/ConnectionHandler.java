package dev.amulet.server.http;

import dev.amulet.server.model.RequestContext;
import dev.amulet.server.model.RequestException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection, or of one HTTP/2 stream: one at a time, in order. When the client
 * goes away, whatever it waited for is cancelled.
 */
final class ConnectionHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** Sent ahead by a client that does not wait for answers; more wait in the socket. */
  private static final int MOST_PIPELINED = 8;

  private final Exchange.Shared shared;
  private final Deque<FullHttpRequest> pipelined = new ArrayDeque<>();
  private @Nullable Exchange current;

  ConnectionHandler(Exchange.Shared shared) {
    super(false);
    this.shared = shared;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (current == null) {
      start(ctx, request);
      return;
    }
    pipelined.add(request);
    if (pipelined.size() >= MOST_PIPELINED) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void start(ChannelHandlerContext ctx, FullHttpRequest request) {
    RequestContext context = context(request, shared.settings());
    Exchange exchange =
        new Exchange(
            shared,
            ctx.channel(),
            request,
            context,
            () -> !pipelined.isEmpty(),
            () -> answered(ctx));
    current = exchange;
    exchange.start();
  }

  /** What the head of a request says of it. */
  static RequestContext context(HttpRequest head, HttpSettings settings) {
    return new RequestContext(
        requestId(head.headers()),
        timeoutNs(head.headers(), settings.requestTimeoutMs()),
        head.headers().get("traceparent"));
  }

  private void answered(ChannelHandlerContext ctx) {
    current = null;
    FullHttpRequest next = pipelined.poll();
    if (next != null && ctx.channel().isActive()) {
      start(ctx, next);
    } else if (next != null) {
      next.release();
    }
    if (pipelined.isEmpty()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  private static String requestId(HttpHeaders headers) {
    String given = headers.get("X-Request-Id");
    return given != null && RequestContext.isPlainId(given) ? given : UUID.randomUUID().toString();
  }

  private static long timeoutNs(HttpHeaders headers, int longestMs) {
    long timeoutMs = longestMs;
    String asked = headers.get("X-Timeout-Ms");
    if (asked != null) {
      try {
        timeoutMs = Math.min(longestMs, Math.max(0, Long.parseLong(asked.strip())));
      } catch (NumberFormatException e) {
        timeoutMs = longestMs; // Not a wish that we can read.
      }
    }
    return TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /** Whether a request of this connection is being worked on. */
  boolean busy() {
    return current != null;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Exchange exchange = current;
    if (exchange != null) {
      exchange.context().cancel();
    }
    pipelined.forEach(FullHttpRequest::release);
    pipelined.clear();
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && current == null) {
      var unused = ctx.close();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof RequestException problem) {
      BodyCollector.refuse(shared, ctx, problem);
      return;
    }
    var unused = ctx.close(); // The connection is broken, or speaks no HTTP.
  }
}
