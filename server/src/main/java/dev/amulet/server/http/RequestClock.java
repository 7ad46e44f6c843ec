package dev.amulet.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client takes too long to send a request: a head must be there soon
 * after the connection, a body soon after its head, however slowly the bytes drip in.
 */
final class RequestClock extends ChannelInboundHandlerAdapter {
  private final HttpSettings settings;
  private final Runnable tooSlow;
  private @Nullable ScheduledFuture<?> alarm;
  private @Nullable ChannelHandlerContext own;

  RequestClock(HttpSettings settings, Runnable tooSlow) {
    this.settings = settings;
    this.tooSlow = tooSlow;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    own = ctx;
    set(ctx, settings.headerTimeoutMs());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest) {
      set(ctx, settings.bodyTimeoutMs());
    }
    if (message instanceof LastHttpContent) {
      // The next head may wait as long as an idle connection may, and then has its own time.
      set(
          ctx,
          (long) settings.requestTimeoutMs()
              + settings.idleTimeoutMs()
              + settings.headerTimeoutMs());
    }
    ctx.fireChannelRead(message);
  }

  /** A body that is worked on as it comes: each part has the time of a whole one and an answer. */
  void stream() {
    ChannelHandlerContext ctx = own;
    if (ctx != null) {
      set(ctx, (long) settings.bodyTimeoutMs() + settings.requestTimeoutMs());
    }
  }

  private void set(ChannelHandlerContext ctx, long ms) {
    cancel();
    alarm =
        ctx.executor()
            .schedule(
                () -> {
                  tooSlow.run();
                  var unused = ctx.close();
                },
                ms,
                TimeUnit.MILLISECONDS);
  }

  private void cancel() {
    ScheduledFuture<?> set = alarm;
    if (set != null) {
      set.cancel(false);
      alarm = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancel();
    ctx.fireChannelInactive();
  }
}
