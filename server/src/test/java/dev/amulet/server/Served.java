package dev.amulet.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A server on a free port of this machine, and a client that speaks to it. */
final class Served implements AutoCloseable {
  static final Path GOLDEN = Path.of("..", "format", "src", "test", "resources", "golden", "0.1");
  static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "----part-of-the-form";

  final ScoringServer server;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          .build();

  private Served(ScoringServer server) {
    this.server = server;
  }

  static Served golden() throws IOException {
    return of(GOLDEN, config -> config);
  }

  static Served of(Path models, UnaryOperator<ServerConfig.Builder> settings) throws IOException {
    ServerConfig.Builder config = ServerConfig.builder().httpPort(0).grpcPort(0).pollMs(0);
    return new Served(ScoringServer.start(models, settings.apply(config).build()));
  }

  static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(GOLDEN.resolve("images").resolve(name + ".png"));
  }

  HttpClient client() {
    return client;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.httpPort() + path);
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  Answer post(String path, String type, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  Answer json(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return post(path, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofByteArray());
    return new Answer(response);
  }

  /** A form: values are texts, or files under the name of a picture. */
  Answer form(String path, Map<String, Object> texts, Map<String, byte[]> files, String fileField)
      throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Map.Entry<String, Object> text : texts.entrySet()) {
      part(
          body,
          "name=\"" + text.getKey() + "\"",
          String.valueOf(text.getValue()).getBytes(StandardCharsets.UTF_8));
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String field = fileField.isEmpty() ? file.getKey() : fileField;
      part(body, "name=\"" + field + "\"; filename=\"" + file.getKey() + "\"", file.getValue());
    }
    body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return post(path, "multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
  }

  private static void part(ByteArrayOutputStream body, String disposition, byte[] content) {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; "
            + disposition
            + "\r\n"
            + (disposition.contains("filename") ? "Content-Type: image/png\r\n" : "")
            + "\r\n";
    body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(content);
    body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    server.close();
  }

  /** What came back. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] bytes() {
      return response.body();
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    JsonNode json() throws IOException {
      return JSON.readTree(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }
}
