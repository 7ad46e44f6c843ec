package dev.amulet.server;

import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.HttpPolicy;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.PixelBudget;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.server.grpc.GrpcListener;
import dev.amulet.server.http.HttpListener;
import dev.amulet.server.http.HttpSettings;
import dev.amulet.server.model.MicroBatcher;
import dev.amulet.server.model.ModelLoader;
import dev.amulet.server.model.ModelRepository;
import dev.amulet.server.model.RequestListener;
import dev.amulet.server.model.ScoringService;
import dev.amulet.server.model.ServerMetrics;
import dev.amulet.server.model.WorkQueue;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves one amulet, or a folder of them.
 *
 * <pre>{@code
 * ServerConfig config = ServerConfig.builder().httpPort(0).build();
 * try (ScoringServer server = ScoringServer.start(Path.of("price.amulet"), config)) {
 *   System.out.println("http://localhost:" + server.httpPort() + "/model/score");
 *   server.awaitStop();
 * }
 * }</pre>
 *
 * <p>Safe for concurrent use. {@link #close} drains: readiness goes false first, requests under way
 * have their time, and only then models close.
 */
public final class ScoringServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.amulet.server");

  /** How long connections without a request are kept when the server stops. */
  private static final long KEPT_ALIVE_NS = TimeUnit.SECONDS.toNanos(1);

  private final Path models;
  private final ServerConfig.Builder settings;
  private final ModelRepository repository;
  private final WorkQueue queue;
  private final ScoringService service;
  private final ScheduledExecutorService admin;
  private final EventLoopGroup loops;
  private final @Nullable HttpListener http;
  private final @Nullable GrpcListener grpc;
  private final Object stopLock = new Object();
  private volatile boolean draining;
  private boolean stopped;
  private int unanswered;

  private ScoringServer(Path models, ServerConfig config, Consumer<String> log) throws IOException {
    this.models = models;
    settings = config.settings();
    ServerMetrics metrics = new ServerMetrics();
    queue = new WorkQueue(settings.workers, settings.maxRequests);
    PixelBudget pixels = new PixelBudget(settings.pixelBudget());
    metrics.gauge("amulet.decoding.pixels", "Pixels that are being decoded.", pixels::inFlight);
    ModelLoader loader =
        new ModelLoader(scorerOptions(settings, pixels), settings.verify, queue, limits(), metrics);
    repository =
        new ModelRepository(models, loader, labels(settings.labels), settings.traffic(), metrics);
    service =
        new ScoringService(
            repository,
            queue,
            metrics,
            ServiceLoader.load(RequestListener.class, ScoringServer.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList(),
            log);
    admin =
        Executors.newSingleThreadScheduledExecutor(
            new DefaultThreadFactory("amulet-loader", true, Thread.MIN_PRIORITY));
    loops =
        new MultiThreadIoEventLoopGroup(
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors())),
            new DefaultThreadFactory("amulet-io", true),
            NioIoHandler.newFactory());
    TlsContexts tls;
    try {
      tls = settings.tlsKey.isEmpty() ? null : new TlsContexts(settings, admin);
      repository.sync();
      http = settings.httpPort < 0 ? null : listenHttp(tls == null ? null : tls.http());
    } catch (IOException | RuntimeException e) {
      var unused = release(null, null);
      throw e;
    }
    try {
      grpc = settings.grpcPort < 0 ? null : listenGrpc(tls == null ? null : tls.grpc());
    } catch (IOException | RuntimeException e) {
      var unused = release(http, null);
      throw e;
    }
    if (settings.pollMs > 0) {
      var unused =
          admin.scheduleWithFixedDelay(
              this::look, settings.pollMs, settings.pollMs, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Loads what is there and listens. Models that cannot be loaded keep the server from being ready,
   * not from starting.
   *
   * @param models an amulet or a folder of them
   * @throws IOException when an address cannot be had, or the folder not be read
   */
  public static ScoringServer start(Path models, ServerConfig config) throws IOException {
    return start(models, config, line -> {});
  }

  /**
   * As {@link #start(Path, ServerConfig)}, with a log of the answers.
   *
   * @param log takes one line of JSON per answer, from many threads
   */
  public static ScoringServer start(Path models, ServerConfig config, Consumer<String> log)
      throws IOException {
    return new ScoringServer(models, config, log);
  }

  private MicroBatcher.Limits limits() {
    return new MicroBatcher.Limits(
        settings.maxBatch,
        TimeUnit.MILLISECONDS.toNanos(settings.maxDelayMs),
        settings.maxQueuedRows,
        settings.modelConcurrency == 0 ? settings.workers : settings.modelConcurrency);
  }

  private static Supplier<ScorerOptions.Builder> scorerOptions(
      ServerConfig.Builder settings, PixelBudget pixels) {
    ImageSource images =
        settings.imageRoot.isEmpty()
            ? ImageSource.none()
            : ImageSource.under(Path.of(settings.imageRoot));
    if (!settings.allowHttp.isEmpty()) {
      images =
          images.with(
              ImageSource.http(HttpPolicy.of(String.join(",", settings.allowHttp))),
              "http",
              "https");
    }
    ImageSource source = images;
    ImagePolicy policy =
        ImagePolicy.builder()
            .maxPixels(settings.maxImagePixels)
            .maxBytes(settings.maxImageBytes)
            .build();
    EmbeddingCache cache =
        settings.embeddingCacheBytes > 0
            ? EmbeddingCache.inMemory(settings.embeddingCacheBytes)
            : null;
    return () -> {
      ScorerOptions.Builder options =
          ScorerOptions.builder()
              .imageSource(source)
              .imagePolicy(policy)
              .pixelBudget(pixels)
              .batchSize(settings.maxBatch)
              .intraOpThreads(settings.intraOpThreads);
      return cache == null ? options : options.embeddingCache(cache);
    };
  }

  private static Map<String, Map<String, String>> labels(List<String> entries) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      int dot = entry.lastIndexOf('.', equals);
      labels
          .computeIfAbsent(entry.substring(0, dot), name -> new HashMap<>())
          .put(entry.substring(dot + 1, equals), entry.substring(equals + 1));
    }
    return labels;
  }

  private HttpListener listenHttp(@Nullable SslContext tls) throws IOException {
    HttpSettings http =
        new HttpSettings(
            settings.maxBodyBytes,
            settings.maxRows,
            settings.maxConnections,
            settings.headerTimeoutMs,
            settings.bodyTimeoutMs,
            settings.idleTimeoutMs,
            settings.requestTimeoutMs,
            settings.overloadStatus,
            settings.retryAfterS,
            settings.responseCacheBytes,
            settings.access(),
            () -> draining,
            this::ready);
    return new HttpListener(
        new InetSocketAddress(settings.host, settings.httpPort),
        loops,
        service,
        http,
        admin,
        version(),
        tls);
  }

  private GrpcListener listenGrpc(@Nullable SslContext tls) throws IOException {
    return new GrpcListener(
        new InetSocketAddress(settings.host, settings.grpcPort),
        loops,
        service,
        new GrpcListener.Settings(
            settings.maxBodyBytes,
            settings.maxRows,
            settings.requestTimeoutMs,
            settings.idleTimeoutMs,
            settings.retryAfterS,
            settings.reflection(),
            settings.access(),
            this::ready),
        admin,
        version(),
        tls);
  }

  private static String version() {
    String version = ScoringServer.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private void look() {
    try {
      repository.sync();
      showReadiness();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "cannot look for models: " + e.getMessage());
    }
  }

  private void showReadiness() {
    if (grpc != null) {
      grpc.show(ready());
    }
  }

  /** Whether requests are taken and every model that is there serves. */
  public boolean ready() {
    return !draining && repository.ready();
  }

  /** The models, to look at and to load. */
  public ModelRepository repository() {
    return repository;
  }

  /** The port of HTTP, or -1. */
  public int httpPort() {
    return http == null ? -1 : http.port();
  }

  /** The port of gRPC, or -1. */
  public int grpcPort() {
    return grpc == null ? -1 : grpc.port();
  }

  /** What an operator is told at the start: models, and where they answer. */
  public List<String> listening() {
    List<String> lines = new ArrayList<>();
    if (repository.index().isEmpty()) {
      lines.add(
          models
              + ": no amulets here yet (NAME.amulet or NAME/VERSION.amulet); not ready until one comes");
    }
    for (ModelRepository.Status model : repository.index()) {
      String id = model.id().isEmpty() ? "" : ", amulet " + model.id().substring(0, 12);
      lines.add(
          "model "
              + model.name()
              + " version "
              + model.version()
              + ": "
              + model.state()
              + id
              + (model.reason().isEmpty() ? "" : ", " + model.reason()));
    }
    if (http != null) {
      lines.add(
          (settings.tlsKey.isEmpty() ? "http://" : "https://") + settings.host + ":" + http.port());
    }
    if (grpc != null) {
      lines.add("grpc://" + settings.host + ":" + grpc.port());
    }
    return lines;
  }

  /** Waits until the server was stopped by another thread. */
  public void awaitStop() throws InterruptedException {
    synchronized (stopLock) {
      while (!stopped) {
        stopLock.wait();
      }
    }
  }

  /** Requests that had no answer yet when the server stopped because its grace was over. */
  public int unanswered() {
    synchronized (stopLock) {
      return unanswered;
    }
  }

  /**
   * Stops in order: not ready, no new connections, requests under way end, models close. Of what
   * the server has read, everything is answered, unless the grace is over.
   */
  @Override
  public void close() {
    synchronized (stopLock) {
      if (draining) {
        return;
      }
      draining = true;
    }
    showReadiness();
    sleep(settings.readyDelayMs);
    if (grpc != null) {
      grpc.refuse();
    }
    if (http != null) {
      http.refuse();
    }
    drain();
    int cut = release(http, grpc);
    if (cut > 0) {
      LOG.log(Level.WARNING, cut + " requests had no answer when grace_ms was over");
    }
    synchronized (stopLock) {
      unanswered = cut;
      stopped = true;
      stopLock.notifyAll();
    }
  }

  /**
   * Waits until every connection is closed. Those that are kept alive get a moment in which their
   * clients hear, with an answer, that this one is the last.
   */
  private void drain() {
    long start = System.nanoTime();
    long sinceNs = 0;
    while (sinceNs < TimeUnit.MILLISECONDS.toNanos(settings.graceMs) && !drained()) {
      if (http != null && sinceNs > KEPT_ALIVE_NS) {
        http.closeIdle();
      }
      sleep(5);
      sinceNs = System.nanoTime() - start;
    }
  }

  private boolean drained() {
    return queue.requests() == 0
        && (grpc == null || grpc.ended())
        && (http == null || http.connections() == 0);
  }

  private int release(@Nullable HttpListener httpListener, @Nullable GrpcListener grpcListener) {
    admin.shutdown();
    int cut = httpListener == null ? 0 : httpListener.closeAll();
    if (grpcListener != null) {
      cut += grpcListener.closeAll();
    }
    queue.close();
    repository.close();
    service.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    return cut;
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
