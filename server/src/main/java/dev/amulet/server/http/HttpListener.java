package dev.amulet.server.http;

import dev.amulet.server.model.ScoringService;
import dev.amulet.server.net.ListeningPort;
import dev.amulet.server.wire.Json;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Listens for HTTP/1.1 and HTTP/2, with TLS or without, and answers. Safe for concurrent use. */
public final class HttpListener implements AutoCloseable {
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final int MAX_LINE_BYTES = 16 << 10;
  private static final int MAX_STREAMS = 128;
  private static final int MAX_RESETS = 200;
  private static final int RESET_WINDOW_S = 30;

  private final Exchange.Shared shared;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final @Nullable SslContext tls;
  private final EventLoopGroup loops;
  private final ListeningPort server;
  private final int port;

  /**
   * Listens from now on.
   *
   * @param loops threads of the connections; stay the caller's
   * @param admin runs what loads models
   * @param version of the server, as it tells clients
   * @param tls null for none
   * @throws IOException when the address cannot be had
   */
  public HttpListener(
      InetSocketAddress address,
      EventLoopGroup loops,
      ScoringService service,
      HttpSettings settings,
      Executor admin,
      String version,
      @Nullable SslContext tls)
      throws IOException {
    this.tls = tls;
    this.loops = loops;
    Json json = new Json(settings.maxBodyBytes());
    ScoringRequests requests =
        new ScoringRequests(
            service,
            json,
            settings.maxRows(),
            settings.responseCacheBytes() == 0
                ? null
                : new ResponseCache(settings.responseCacheBytes(), service.metrics()));
    List<Route> routes = new ArrayList<>();
    routes.addAll(new HealthApi(service, json, settings.ready()).routes());
    routes.addAll(new InferenceApi(requests, version).routes());
    routes.addAll(new H2oApi(requests).routes());
    routes.addAll(new MlflowApi(requests, version).routes());
    routes.addAll(new PageApi(service.repository(), json, version).routes());
    routes.addAll(new RepositoryApi(service.repository(), json).routes());
    shared = new Exchange.Shared(new Router(routes), service, json, admin, settings);
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(ListeningPort::new)
            .option(ChannelOption.SO_BACKLOG, ListeningPort.BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw ListeningPort.notHad(address, "http_port", bound.cause());
    }
    server = (ListeningPort) bound.channel();
    port = server.localAddress().getPort();
  }

  /** The port that connections are taken on. */
  public int port() {
    return port;
  }

  /** Connections that are open. */
  public int connections() {
    return connections.size();
  }

  /**
   * Stops taking connections. Those that are there have their requests answered: over HTTP/1 with
   * the word that the connection closes, over HTTP/2 up to the stream that clients are told.
   */
  public void refuse() {
    server.refuse(loops);
    for (Channel connection : connections) {
      connection.eventLoop().execute(() -> goAway(connection));
    }
  }

  private static void goAway(Channel connection) {
    if (connection.pipeline().get(Http2FrameCodec.class) != null) {
      var unused = connection.close(); // Of HTTP/2: when its streams have ended.
    }
  }

  /** Closes the connections on which nothing was read that has no answer. */
  public void closeIdle() {
    for (Channel connection : connections) {
      connection
          .eventLoop()
          .execute(
              () -> {
                if (Unanswered.count(connection) == 0) {
                  var unused = connection.close();
                }
              });
    }
  }

  /**
   * Closes every connection.
   *
   * @return requests of which something was read and that have no answer
   */
  public int closeAll() {
    server.refuse(loops);
    AtomicInteger unanswered = new AtomicInteger();
    for (Channel connection : connections) {
      connection
          .eventLoop()
          .submit(
              () -> {
                int cut = Unanswered.count(connection);
                unanswered.addAndGet(cut);
                // From its first handler: HTTP/2's would wait for the streams.
                var unused =
                    cut == 0 ? connection.close() : connection.pipeline().firstContext().close();
              })
          .awaitUninterruptibly();
    }
    return unanswered.get();
  }

  @Override
  public void close() {
    closeAll();
  }

  private final class Connections extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      HttpSettings settings = shared.settings();
      if (connections.size() >= settings.maxConnections()) {
        shared.service().metrics().rejected("connections");
        var unused = channel.close();
        return;
      }
      connections.add(channel);
      ChannelPipeline pipeline = channel.pipeline();
      Unanswered unanswered = Unanswered.of(channel);
      if (tls == null) {
        pipeline.addLast(unanswered.bytes());
        pipeline.addLast(new ProtocolChoice());
      } else {
        pipeline.addLast(tls.newHandler(channel.alloc()));
        pipeline.addLast(unanswered.bytes());
        pipeline.addLast(new NegotiatedProtocol());
      }
    }
  }

  private void speakHttp1(ChannelPipeline pipeline) {
    pipeline.addLast(
        new IdleStateHandler(0, 0, shared.settings().idleTimeoutMs(), TimeUnit.MILLISECONDS));
    pipeline.addLast(
        new HttpServerCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)));
    pipeline.addLast(Unanswered.of(pipeline.channel()).messages());
    addExchange(pipeline);
  }

  private void speakHttp2(ChannelPipeline pipeline) {
    Unanswered.of(pipeline.channel()).http2();
    pipeline.addLast(
        Http2FrameCodecBuilder.forServer()
            .gracefulShutdownTimeoutMillis(-1) // ScoringServer says when it has been long enough.
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(MAX_STREAMS)
                    .maxHeaderListSize(MAX_HEADER_BYTES))
            .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_S)
            .build());
    pipeline.addLast(
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true));
                addExchange(stream.pipeline());
              }
            }));
    pipeline.addLast(
        new IdleStateHandler(0, 0, shared.settings().idleTimeoutMs(), TimeUnit.MILLISECONDS));
    pipeline.addLast(new IdleHttp2());
  }

  private void addExchange(ChannelPipeline pipeline) {
    HttpSettings settings = shared.settings();
    InflateGuard guard = new InflateGuard();
    ConnectionHandler handler = new ConnectionHandler(shared);
    RequestClock clock =
        new RequestClock(settings, () -> shared.service().metrics().rejected("too_slow"));
    pipeline.addLast(clock);
    pipeline.addLast(new Gate(shared, handler::busy));
    pipeline.addLast(guard.before());
    pipeline.addLast(new HttpContentDecompressor(settings.maxBodyBytes()));
    pipeline.addLast(guard.after());
    pipeline.addLast(new HttpContentCompressor());
    pipeline.addLast(new LineStreams(shared, handler::busy, clock));
    pipeline.addLast(new BodyCollector(shared));
    pipeline.addLast(handler);
  }

  /** Without TLS a client that begins with HTTP/2's preface means it; any other speaks HTTP/1. */
  private final class ProtocolChoice extends ByteToMessageDecoder {
    private @Nullable ScheduledFuture<?> alarm;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      alarm =
          ctx.executor()
              .schedule(
                  () -> {
                    shared.service().metrics().rejected("too_slow");
                    var unused = ctx.close();
                  },
                  shared.settings().headerTimeoutMs(),
                  TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
      if (alarm != null) {
        alarm.cancel(false);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
      int length = Math.min(in.readableBytes(), preface.readableBytes());
      boolean same = ByteBufUtil.equals(in, in.readerIndex(), preface, 0, length);
      if (same && length < preface.readableBytes()) {
        return; // Not told apart yet.
      }
      if (same) {
        speakHttp2(ctx.pipeline());
      } else {
        speakHttp1(ctx.pipeline());
      }
      ctx.pipeline().remove(this); // What was read goes on to the handlers behind.
    }
  }

  private final class NegotiatedProtocol extends ApplicationProtocolNegotiationHandler {
    NegotiatedProtocol() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      shared.service().metrics().rejected("tls");
      var unused = ctx.close();
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        speakHttp2(ctx.pipeline());
      } else {
        speakHttp1(ctx.pipeline());
      }
    }
  }

  /** Ends a connection that has had no stream for a while. */
  private static final class IdleHttp2 extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof IdleStateEvent
          && ctx.pipeline().get(Http2FrameCodec.class).connection().numActiveStreams() == 0) {
        var unused = ctx.close();
      }
    }
  }
}
