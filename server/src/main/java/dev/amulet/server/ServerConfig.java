package dev.amulet.server;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.server.model.AccessRules;
import dev.amulet.server.model.TrafficRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ScoringServer} runs. Immutable; made by a {@link Builder}, a TOML file, or both: the
 * keys of the file are the builder's names in snake case ({@code http_port = 8080}).
 */
public final class ServerConfig {
  private final Builder settings;

  private ServerConfig(Builder settings) {
    this.settings = settings;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  Builder settings() {
    return settings;
  }

  /**
   * Collects settings; not safe for concurrent use. Each method's comment tells the default.
   * Durations are in milliseconds.
   */
  @JsonAutoDetect(
      fieldVisibility = JsonAutoDetect.Visibility.ANY,
      getterVisibility = JsonAutoDetect.Visibility.NONE,
      setterVisibility = JsonAutoDetect.Visibility.NONE)
  public static final class Builder implements Cloneable {
    String host = "127.0.0.1";
    int httpPort = 8080;
    int grpcPort = 8081;
    String imageRoot = "";
    List<String> allowHttp = List.of();
    int workers = Runtime.getRuntime().availableProcessors();
    int intraOpThreads = 1;
    int maxBatch = 16;
    int maxDelayMs;
    int maxRequests = 256;
    int maxQueuedRows = 1024;
    int modelConcurrency;
    long embeddingCacheBytes;
    long responseCacheBytes;
    boolean verify = true;
    int pollMs = 2_000;
    List<String> labels = List.of();
    int maxBodyBytes = 64 << 20;
    int maxRows = 10_000;
    int maxConnections = 2_048;
    int headerTimeoutMs = 10_000;
    int bodyTimeoutMs = 30_000;
    int idleTimeoutMs = 60_000;
    int requestTimeoutMs = 60_000;
    int overloadStatus = 503;
    int retryAfterS = 1;
    int readyDelayMs;
    int graceMs = 30_000;
    List<String> inferTokens = List.of();
    List<String> adminTokens = List.of();
    List<String> metricsTokens = List.of();
    @Nullable Boolean grpcReflection;
    boolean requestLog;
    int maxImagePixels = ImagePolicy.defaults().maxPixels();
    int maxImageBytes = ImagePolicy.defaults().maxBytes();
    int maxPixelsInFlight;
    List<String> canaries = List.of();
    List<String> shadows = List.of();
    String tlsCertificate = "";
    String tlsKey = "";
    String tlsClientCa = "";

    private Builder() {}

    /** Address to listen on. Default 127.0.0.1: this machine only; 0.0.0.0 is every address. */
    public Builder host(String address) {
      host = address;
      return this;
    }

    /** Default 8080; 0 is any free port, -1 none. */
    public Builder httpPort(int port) {
      httpPort = port;
      return this;
    }

    /** Default 8081; 0 is any free port, -1 none. */
    public Builder grpcPort(int port) {
      grpcPort = port;
      return this;
    }

    /** Folder that image references are paths below. Default none: references are refused. */
    public Builder imageRoot(Path folder) {
      imageRoot = folder.toString();
      return this;
    }

    /**
     * Origins that images may be fetched from, as {@code https://images.example.com}, and private
     * networks they may lie in, as {@code 10.1.0.0/16}. Default none.
     */
    public Builder allowHttp(List<String> origins) {
      allowHttp = List.copyOf(origins);
      return this;
    }

    /** Threads that read requests and score. Default one per core. */
    public Builder workers(int threads) {
      workers = threads;
      return this;
    }

    /** Threads of one network run. Default 1. */
    public Builder intraOpThreads(int threads) {
      intraOpThreads = threads;
      return this;
    }

    /** Most rows scored together. Default 16. */
    public Builder maxBatch(int rows) {
      maxBatch = rows;
      return this;
    }

    /** How long a row waits for others to be scored with. Default 0: not at all. */
    public Builder maxDelayMs(int milliseconds) {
      maxDelayMs = milliseconds;
      return this;
    }

    /** Most scoring requests inside at once; more are refused at once. Default 256. */
    public Builder maxRequests(int requests) {
      maxRequests = requests;
      return this;
    }

    /** Most rows that wait for one model. Default 1024; a lone request may have more. */
    public Builder maxQueuedRows(int rows) {
      maxQueuedRows = rows;
      return this;
    }

    /** Most batches of one model at once. Default 0: as many as there are workers. */
    public Builder modelConcurrency(int batches) {
      modelConcurrency = batches;
      return this;
    }

    /** Memory for network outputs of images seen before. Default 0: none. */
    public Builder embeddingCacheBytes(long bytes) {
      embeddingCacheBytes = bytes;
      return this;
    }

    /**
     * Memory for answers over HTTP, given again to the same request to the same amulet. Default 0:
     * none. Not together with pictures by reference, which may change while the request does not.
     */
    public Builder responseCacheBytes(long bytes) {
      responseCacheBytes = bytes;
      return this;
    }

    /** Whether an amulet must score its own rows as it says before it serves. Default true. */
    public Builder verify(boolean yes) {
      verify = yes;
      return this;
    }

    /** How often the files are looked at. Default 2000; 0: only at start and by request. */
    public Builder pollMs(int milliseconds) {
      pollMs = milliseconds;
      return this;
    }

    /** Names for versions, as {@code price.stable=3}. Default none; "latest" always is. */
    public Builder labels(List<String> entries) {
      labels = List.copyOf(entries);
      return this;
    }

    /** Largest request, also after inflating. Default 64 MiB, for both protocols. */
    public Builder maxBodyBytes(int bytes) {
      maxBodyBytes = bytes;
      return this;
    }

    /** Most rows of one request. Default 10000. */
    public Builder maxRows(int rows) {
      maxRows = rows;
      return this;
    }

    /** Default 2048 per protocol. */
    public Builder maxConnections(int connections) {
      maxConnections = connections;
      return this;
    }

    /** Longest time for a request's head to come. Default 10000. */
    public Builder headerTimeoutMs(int milliseconds) {
      headerTimeoutMs = milliseconds;
      return this;
    }

    /** Longest time for a request's body to come. Default 30000. */
    public Builder bodyTimeoutMs(int milliseconds) {
      bodyTimeoutMs = milliseconds;
      return this;
    }

    /** Connections without a request are closed after this time. Default 60000. */
    public Builder idleTimeoutMs(int milliseconds) {
      idleTimeoutMs = milliseconds;
      return this;
    }

    /** Longest time for an answer; clients may ask for less. Default 60000. */
    public Builder requestTimeoutMs(int milliseconds) {
      requestTimeoutMs = milliseconds;
      return this;
    }

    /** What a client is told when the server has too much to do: 503 (default) or 429. */
    public Builder overloadStatus(int status) {
      overloadStatus = status;
      return this;
    }

    /** Seconds after which a refused client may ask again. Default 1. */
    public Builder retryAfterS(int seconds) {
      retryAfterS = seconds;
      return this;
    }

    /** Time between readiness going false and connections being refused. Default 0. */
    public Builder readyDelayMs(int milliseconds) {
      readyDelayMs = milliseconds;
      return this;
    }

    /** Longest time that requests under way may take when the server stops. Default 30000. */
    public Builder graceMs(int milliseconds) {
      graceMs = milliseconds;
      return this;
    }

    /** Bearer tokens for scoring. Default none: open. */
    public Builder inferTokens(List<String> tokens) {
      inferTokens = List.copyOf(tokens);
      return this;
    }

    /** Bearer tokens for loading and unloading models. Default none: closed. */
    public Builder adminTokens(List<String> tokens) {
      adminTokens = List.copyOf(tokens);
      return this;
    }

    /** Bearer tokens for the metrics. Default none: open. */
    public Builder metricsTokens(List<String> tokens) {
      metricsTokens = List.copyOf(tokens);
      return this;
    }

    /** Whether gRPC lists its services. Default: only on a loopback address. */
    public Builder grpcReflection(boolean yes) {
      grpcReflection = yes;
      return this;
    }

    /** Whether each answer is logged, as a line of JSON. Default false. */
    public Builder requestLog(boolean yes) {
      requestLog = yes;
      return this;
    }

    /** Largest picture. Default 40 million pixels. */
    public Builder maxImagePixels(int pixels) {
      maxImagePixels = pixels;
      return this;
    }

    /**
     * Most pixels that are decoded at once, by all workers; pictures beyond wait their turn.
     * Decoding takes up to 16 bytes per pixel. Default 0: what fits a quarter of the heap, and at
     * least one picture of the largest size.
     */
    public Builder maxPixelsInFlight(int pixels) {
      maxPixelsInFlight = pixels;
      return this;
    }

    int pixelBudget() {
      long quarter = Runtime.getRuntime().maxMemory() / 4 / ImagePolicy.DECODING_BYTES_PER_PIXEL;
      return maxPixelsInFlight > 0
          ? maxPixelsInFlight
          : (int) Math.min(Integer.MAX_VALUE, Math.max(maxImagePixels, quarter));
    }

    /** Largest picture as a file. Default 20 MiB. */
    public Builder maxImageBytes(int bytes) {
      maxImageBytes = bytes;
      return this;
    }

    /** Versions that get a share of the requests, as {@code price=4:0.1}. Default none. */
    public Builder canaries(List<String> entries) {
      canaries = List.copyOf(entries);
      return this;
    }

    /**
     * Versions that also score a share of the requests answered by others, as {@code price=4:0.1},
     * unseen by clients; metrics tell how they compare. Default none.
     */
    public Builder shadows(List<String> entries) {
      shadows = List.copyOf(entries);
      return this;
    }

    TrafficRules traffic() {
      return new TrafficRules(canaries, shadows);
    }

    /** PEM files of this server, read again when they change. Default none: no TLS. */
    public Builder tls(Path certificate, Path key) {
      tlsCertificate = certificate.toString();
      tlsKey = key.toString();
      return this;
    }

    /** PEM file of who signs clients' certificates, which they must then show. Default none. */
    public Builder tlsClientCa(Path authority) {
      tlsClientCa = authority.toString();
      return this;
    }

    boolean reflection() {
      return grpcReflection == null
          ? host.equals("localhost") || host.startsWith("127.") || host.equals("::1")
          : grpcReflection;
    }

    AccessRules access() {
      return new AccessRules(inferTokens, adminTokens, metricsTokens);
    }

    /**
     * Takes what a TOML file says; settings it does not name stay.
     *
     * @throws IllegalArgumentException when the file has a key or value that is none
     */
    public Builder read(Path toml) throws IOException {
      TomlMapper mapper = new TomlMapper();
      mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
      try {
        mapper.readerForUpdating(this).readValue(Files.readString(toml));
      } catch (UnrecognizedPropertyException e) {
        throw new IllegalArgumentException(
            toml + ": no setting \"" + e.getPropertyName() + "\"; there are " + known(e), e);
      } catch (JsonMappingException e) {
        String key =
            e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .collect(Collectors.joining("."));
        throw new IllegalArgumentException(toml + ": " + key + ": " + e.getOriginalMessage(), e);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            toml
                + ": not TOML, line "
                + e.getLocation().getLineNr()
                + ": "
                + e.getOriginalMessage(),
            e);
      }
      return this;
    }

    private static String known(UnrecognizedPropertyException e) {
      return new TreeSet<>(e.getKnownPropertyIds().stream().map(String::valueOf).toList())
          .stream().collect(Collectors.joining(", "));
    }

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException naming every setting that is out of range
     */
    public ServerConfig build() {
      List<String> problems = new ArrayList<>();
      inRange(problems, "http_port", httpPort, -1, 65_535);
      inRange(problems, "grpc_port", grpcPort, -1, 65_535);
      inRange(problems, "workers", workers, 1, 1_024);
      inRange(problems, "intra_op_threads", intraOpThreads, 1, 256);
      inRange(problems, "max_batch", maxBatch, 1, 1_024);
      inRange(problems, "max_delay_ms", maxDelayMs, 0, 60_000);
      inRange(problems, "max_requests", maxRequests, 1, 1_000_000);
      inRange(problems, "max_queued_rows", maxQueuedRows, 1, 100_000_000);
      inRange(problems, "model_concurrency", modelConcurrency, 0, 1_024);
      inRange(problems, "poll_ms", pollMs, 0, 86_400_000);
      inRange(problems, "max_body_bytes", maxBodyBytes, 1_024, 1 << 30);
      inRange(problems, "max_image_pixels", maxImagePixels, 1, Integer.MAX_VALUE / 4);
      inRange(problems, "max_pixels_in_flight", maxPixelsInFlight, 0, Integer.MAX_VALUE);
      inRange(problems, "max_image_bytes", maxImageBytes, 1, 1 << 30);
      inRange(problems, "max_rows", maxRows, 1, 10_000_000);
      inRange(problems, "max_connections", maxConnections, 1, 1_000_000);
      inRange(problems, "header_timeout_ms", headerTimeoutMs, 10, 3_600_000);
      inRange(problems, "body_timeout_ms", bodyTimeoutMs, 10, 3_600_000);
      inRange(problems, "idle_timeout_ms", idleTimeoutMs, 10, 86_400_000);
      inRange(problems, "request_timeout_ms", requestTimeoutMs, 1, 86_400_000);
      inRange(problems, "retry_after_s", retryAfterS, 0, 86_400);
      inRange(problems, "ready_delay_ms", readyDelayMs, 0, 3_600_000);
      inRange(problems, "grace_ms", graceMs, 0, 3_600_000);
      inRange(problems, "response_cache_bytes", responseCacheBytes, 0, 1L << 40);
      if (responseCacheBytes > 0 && !(imageRoot.isEmpty() && allowHttp.isEmpty())) {
        problems.add("response_cache_bytes cannot be had with image_root or allow_http");
      }
      if (overloadStatus != 503 && overloadStatus != 429) {
        problems.add("overload_status is " + overloadStatus + ", expected 503 or 429");
      }
      for (String label : labels) {
        if (!label.matches("[^=]+\\.[^.=]+=[^=]+")) {
          problems.add("labels: \"" + label + "\", expected model.label=version");
        }
      }
      if (tlsCertificate.isEmpty() != tlsKey.isEmpty()
          || (!tlsClientCa.isEmpty() && tlsKey.isEmpty())) {
        problems.add("tls_certificate and tls_key belong together, tls_client_ca to both");
      }
      try {
        traffic();
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      try {
        return new ServerConfig((Builder) clone());
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("a builder can be copied", e);
      }
    }

    private static void inRange(
        List<String> problems, String name, long value, long least, long most) {
      if (value < least || value > most) {
        problems.add(name + " is " + value + ", expected " + least + " to " + most);
      }
    }
  }
}
