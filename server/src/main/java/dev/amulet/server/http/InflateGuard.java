package dev.amulet.server.http;

import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;

/**
 * Refuses bodies that inflate to more than a hundred times what was sent. One half counts what
 * comes in, the other what the decompressor made of it.
 */
final class InflateGuard {
  private static final long MAX_RATIO = 100;

  /** Small bodies may inflate as they like. */
  private static final long FREE_BYTES = 1 << 20;

  private long sent;
  private long inflated;

  ChannelInboundHandlerAdapter before() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpMessage) {
          sent = 0;
          inflated = 0;
        }
        if (message instanceof HttpContent content) {
          sent += content.content().readableBytes();
        }
        ctx.fireChannelRead(message);
      }
    };
  }

  ChannelInboundHandlerAdapter after() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpContent content) {
          inflated += content.content().readableBytes();
          if (inflated > FREE_BYTES && inflated > sent * MAX_RATIO) {
            content.release();
            ctx.fireExceptionCaught(
                new RequestException(
                    Kind.TOO_LARGE, "the body inflates to more than " + MAX_RATIO + " times"));
            return;
          }
        }
        ctx.fireChannelRead(message);
      }
    };
  }
}
