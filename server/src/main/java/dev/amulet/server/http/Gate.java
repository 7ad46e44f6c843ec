package dev.amulet.server.http;

import dev.amulet.server.model.RequestException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.BooleanSupplier;

/**
 * Refuses a request by its head where that is enough: no such path, no right to it, too much to do.
 * The body is then thrown away as it comes, neither collected nor inflated, so that saying no costs
 * little however much is sent. A client that asks first (Expect: 100-continue) need not send it.
 */
final class Gate extends ChannelInboundHandlerAdapter {
  private final Exchange.Shared shared;
  private final BooleanSupplier busy;
  private boolean refused;

  /**
   * For one connection or stream.
   *
   * @param busy whether a request before this one has no answer yet; it is then decided in its turn
   */
  Gate(Exchange.Shared shared, BooleanSupplier busy) {
    this.shared = shared;
    this.busy = busy;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest head) {
      refused = false;
      if (!busy.getAsBoolean() && head.decoderResult().isSuccess()) {
        try {
          shared.requireTaken(head);
        } catch (RequestException why) {
          refused = true;
          ctx.fireChannelRead(new RefusedRequest(head, why));
        }
      }
    }
    if (!refused || !(message instanceof HttpObject)) {
      ctx.fireChannelRead(message);
      return;
    }
    refused = !(message instanceof LastHttpContent);
    ReferenceCountUtil.release(message);
  }
}
