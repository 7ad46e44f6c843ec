package dev.amulet.server.grpc;

import dev.amulet.server.model.AccessRules;
import dev.amulet.server.model.ScoringService;
import dev.amulet.server.net.ListeningPort;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens for gRPC and answers: the Open Inference Protocol, {@code amulet.v1.Scoring}, {@code
 * grpc.health.v1} and, by setting, reflection. Safe for concurrent use.
 */
public final class GrpcListener implements AutoCloseable {
  /**
   * What the gRPC side needs to know.
   *
   * @param maxMessageBytes largest request
   * @param maxRows most rows of one request
   * @param requestTimeoutMs longest time for an answer
   * @param idleTimeoutMs longest time that a connection without calls is kept
   * @param retryAfterS seconds a refused client is told to wait
   * @param reflection whether services can be listed
   * @param access who may do what
   * @param ready whether requests are taken
   */
  public record Settings(
      int maxMessageBytes,
      int maxRows,
      int requestTimeoutMs,
      int idleTimeoutMs,
      int retryAfterS,
      boolean reflection,
      AccessRules access,
      BooleanSupplier ready) {}

  private static final int MAX_METADATA_BYTES = 8 << 10;
  private static final int MAX_CALLS_PER_CONNECTION = 128;
  private static final int MAX_RESETS = 200;
  private static final int RESET_WINDOW_S = 30;

  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService callbacks;
  private final EventLoopGroup loops;
  private final AtomicReference<ListeningPort> port = new AtomicReference<>();
  private final GrpcCalls calls;
  private final Server server;

  /**
   * Listens from now on.
   *
   * @param loops threads of the connections; stay the caller's
   * @param admin runs what loads models
   * @param version of the server, as it tells clients
   * @param tls null for none
   * @throws IOException when the address cannot be had
   */
  public GrpcListener(
      InetSocketAddress address,
      EventLoopGroup loops,
      ScoringService service,
      Settings settings,
      Executor admin,
      String version,
      @Nullable SslContext tls)
      throws IOException {
    this.loops = loops;
    // Reads messages and hands them on; scoring has threads of its own.
    callbacks =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            new DefaultThreadFactory("amulet-grpc", true));
    calls =
        new GrpcCalls(
            service,
            new GrpcCalls.Settings(
                settings.access(),
                settings.maxRows(),
                settings.requestTimeoutMs(),
                settings.retryAfterS()));
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelFactory(this::newPort)
            .withOption(ChannelOption.SO_BACKLOG, ListeningPort.BACKLOG)
            .executor(callbacks)
            .intercept(calls.gate())
            .intercept(calls.headers())
            .maxInboundMessageSize(settings.maxMessageBytes())
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_S)
            .maxConnectionIdle(settings.idleTimeoutMs(), TimeUnit.MILLISECONDS)
            .addService(new InferenceService(calls, admin, settings.ready(), version))
            .addService(new TypedScoring(calls))
            .addService(health.getHealthService());
    if (tls != null) {
      builder.sslContext(tls);
    }
    if (settings.reflection()) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    show(settings.ready().getAsBoolean());
    try {
      server = builder.build().start();
    } catch (IOException e) {
      callbacks.shutdown();
      throw ListeningPort.notHad(address, "grpc_port", e.getCause() == null ? e : e.getCause());
    }
  }

  private ListeningPort newPort() {
    ListeningPort fresh = new ListeningPort();
    port.set(fresh);
    return fresh;
  }

  /** The port that connections are taken on. */
  public int port() {
    return server.getPort();
  }

  /** Tells who watches the server's health. */
  public void show(boolean ready) {
    ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus("inference.GRPCInferenceService", status);
    health.setStatus("amulet.v1.Scoring", status);
  }

  /**
   * Takes no new connections, and tells those that are there up to which call they are answered.
   * The port closes first and by itself: a connection that gRPC meets halfway through its beginning
   * would be closed without that word, and its client could not know that its call was never read.
   */
  public void refuse() {
    ListeningPort open = port.get();
    if (open != null) {
      open.refuse(loops);
    }
    server.shutdown();
  }

  /** Whether every call and connection has ended since {@link #refuse}. */
  public boolean ended() {
    return server.isTerminated();
  }

  /**
   * Ends every call.
   *
   * @return calls that had no answer
   */
  public int closeAll() {
    // Of calls that have ended, the last may not have been told yet.
    int cut = ended() ? 0 : calls.open();
    server.shutdownNow();
    boolean interrupted = false;
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    callbacks.shutdown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return cut;
  }

  @Override
  public void close() {
    closeAll();
  }
}
