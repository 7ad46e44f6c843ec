package dev.amulet.server.http;

import dev.amulet.server.model.ScoringService;
import dev.amulet.server.wire.Json;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Listens for HTTP and answers. Safe for concurrent use. */
public final class HttpListener implements AutoCloseable {
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final int MAX_LINE_BYTES = 16 << 10;

  private final Exchange.Shared shared;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Channel server;

  /**
   * Listens from now on.
   *
   * @param loops threads of the connections; stay the caller's
   * @param admin runs what loads models
   * @param version of the server, as it tells clients
   * @throws IOException when the address cannot be had
   */
  public HttpListener(
      InetSocketAddress address,
      EventLoopGroup loops,
      ScoringService service,
      HttpSettings settings,
      Executor admin,
      String version)
      throws IOException {
    Json json = new Json(settings.maxBodyBytes());
    ScoringRequests requests = new ScoringRequests(service, json, settings.maxRows());
    List<Route> routes = new ArrayList<>();
    routes.addAll(new HealthApi(service, json, settings.ready()).routes());
    routes.addAll(new InferenceApi(requests, version).routes());
    routes.addAll(new H2oApi(requests).routes());
    routes.addAll(new MlflowApi(requests, version).routes());
    routes.addAll(new RepositoryApi(service.repository(), json).routes());
    shared = new Exchange.Shared(new Router(routes), service, json, admin, settings);
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1_024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
    }
    server = bound.channel();
  }

  /** The port that connections are taken on. */
  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Stops taking connections; those that are there go on. */
  public void refuse() {
    server.close().awaitUninterruptibly();
  }

  /** Closes every connection. */
  @Override
  public void close() {
    refuse();
    connections.close().awaitUninterruptibly();
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
      pipeline.addLast(new IdleStateHandler(0, 0, settings.idleTimeoutMs(), TimeUnit.MILLISECONDS));
      pipeline.addLast(
          new HttpServerCodec(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(MAX_LINE_BYTES)
                  .setMaxHeaderSize(MAX_HEADER_BYTES)));
      addExchange(pipeline);
    }

    private void addExchange(ChannelPipeline pipeline) {
      pipeline.addLast(new HttpContentDecompressor(shared.settings().maxBodyBytes()));
      pipeline.addLast(new HttpContentCompressor());
      pipeline.addLast(new BodyCollector(shared));
      pipeline.addLast(new ConnectionHandler(shared));
    }
  }
}
