package dev.amulet.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.AttributeKey;

/**
 * Whether the server has read anything on a connection that it has not answered, be it half a head.
 * Such a connection is not closed while there is time. Used on the connection's event loop only.
 */
final class Unanswered {
  private static final AttributeKey<Unanswered> KEY = AttributeKey.valueOf(Unanswered.class, "own");

  /** Bytes came since the last whole request. */
  private boolean part;

  private int requests;
  private boolean http2;

  static Unanswered of(Channel connection) {
    Unanswered own = connection.attr(KEY).get();
    if (own == null) {
      own = new Unanswered();
      connection.attr(KEY).set(own);
    }
    return own;
  }

  /** Of HTTP/2 the codec knows itself. */
  void http2() {
    http2 = true;
  }

  /** Requests, whole or in part, that have no answer. */
  static int count(Channel connection) {
    Unanswered own = of(connection);
    if (own.http2) {
      Http2FrameCodec codec = connection.pipeline().get(Http2FrameCodec.class);
      return codec == null ? 0 : codec.connection().numActiveStreams();
    }
    return own.part ? Math.max(1, own.requests) : own.requests;
  }

  /** Sees the bytes; before what makes requests of them. */
  ChannelInboundHandlerAdapter bytes() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        part = true;
        ctx.fireChannelRead(message);
      }
    };
  }

  /** Sees requests and answers of HTTP/1; behind what makes requests. */
  ChannelDuplexHandler messages() {
    return new ChannelDuplexHandler() {
      private boolean last;

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest) {
          requests++;
        }
        if (message instanceof LastHttpContent) {
          part = false;
        }
        ctx.fireChannelRead(message);
      }

      @Override
      public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse head) {
          last = head.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        }
        ChannelPromise written = promise;
        if (last && message instanceof LastHttpContent) {
          written = promise.unvoid();
          written.addListener(done -> requests--);
        }
        var unused = ctx.write(message, written);
      }
    };
  }
}
