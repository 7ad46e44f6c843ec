package dev.amulet.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Scores a row whose image lies in an object store: {@code s3://bucket/key}. The store is a folder
 * behind an HTTP server in this process, so that the example runs anywhere.
 *
 * <pre>ScoreFromObjectStore model.amulet folder make=Volvo image=s3://cars/photos/17.jpg</pre>
 *
 * <p>The lesson: {@link ImageSource} is the one extension point. It gets the cell's text and a
 * limit, and returns bytes or throws an {@link IOException} that names the image; decoding, limits
 * on pixels and what a missing image means stay with the scorer. A client of a real store goes
 * where {@link ObjectStore#read} sends its request; signing it is that client's work.
 */
public final class ScoreFromObjectStore {
  private ScoreFromObjectStore() {}

  /** Reads {@code s3://bucket/key} from an endpoint that serves {@code /bucket/key}. */
  private record ObjectStore(HttpClient client, URI endpoint) implements ImageSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Override
    public byte[] read(String reference, long maxBytes) throws IOException {
      URI object = parse(reference);
      URI address = endpoint.resolve("/" + object.getHost() + object.getRawPath());
      HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      try {
        HttpResponse<InputStream> response =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          if (response.statusCode() != 200) {
            throw new IOException(reference + ": the store answered " + response.statusCode());
          }
          byte[] file = body.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBytes + 1));
          if (file.length > maxBytes) {
            throw new IOException(reference + ": longer than " + maxBytes + " bytes");
          }
          return file;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw tryAgain(reference + ": interrupted", e);
      } catch (HttpTimeoutException e) {
        throw tryAgain(reference + ": the store took longer than " + TIMEOUT.toSeconds() + " s", e);
      }
    }

    /** Fails the row whatever the model says about missing images: this one is not missing. */
    private static IOException tryAgain(String message, Exception cause) {
      IOException exception = new InterruptedIOException(message);
      exception.initCause(cause);
      return exception;
    }

    private static URI parse(String reference) throws IOException {
      try {
        URI object = URI.create(reference);
        if ("s3".equals(object.getScheme()) && object.getHost() != null) {
          return object;
        }
      } catch (IllegalArgumentException e) {
        throw new IOException("\"" + reference + "\" is no address: " + e.getMessage(), e);
      }
      throw new IOException("\"" + reference + "\" is not of the form s3://bucket/key");
    }
  }

  public static void main(String[] words) throws ArtifactException, IOException {
    HttpServer server = serve(Path.of(words[1]));
    try {
      URI endpoint = URI.create("http://localhost:" + server.getAddress().getPort());
      ImageSource store = new ObjectStore(HttpClient.newHttpClient(), endpoint);
      ScorerOptions options = ScorerOptions.builder().imageSource(store).build();
      try (Scorer scorer = Scorer.open(Path.of(words[0]), options)) {
        Row row = scorer.newRow();
        for (int i = 2; i < words.length; i++) {
          String[] cell = words[i].split("=", 2);
          row.set(cell[0], cell[1]);
        }
        System.out.println(scorer.schema().target() + " = " + scorer.score(row).value());
      }
    } finally {
      server.stop(0);
    }
  }

  /** Whatever the bucket is called, its objects are the files below the folder. */
  private static HttpServer serve(Path folder) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(folder, exchange));
    server.start();
    return server;
  }

  private static void answer(Path folder, HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Path file = folder.resolve(path.substring(path.indexOf('/', 1) + 1)).normalize();
      if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] bytes = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
