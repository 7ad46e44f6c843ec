package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.server.grpc.v1.CellValue;
import dev.amulet.server.grpc.v1.InputRow;
import dev.amulet.server.grpc.v1.ScoreRequest;
import dev.amulet.server.grpc.v1.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stops servers in the middle of their work, as a platform does: SIGTERM, and the load balancer
 * takes the server out when its readiness says so. Every request that was sent must be answered.
 */
class SigtermTest {
  /** The long rounds set it to 50. */
  private static final int ROUNDS = Integer.getInteger("amulet.sigterms", 1);

  @TempDir private Path folder;

  @Test
  void noRequestIsLostWhenTheProcessIsToldToStop() throws Exception {
    Random random = new Random(7);
    Path models = Files.createDirectory(folder.resolve("models"));
    Path model = models.resolve("house.amulet");
    Path aside = folder.resolve("other.amulet");
    Variants.shifted(aside, 1);
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), model);
    Path config =
        Files.writeString(
            folder.resolve("s.toml"), "ready_delay_ms = 2500\npoll_ms = 40\nverify = false\n");
    long answered = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Round run = new Round(start(models, config));
      CompletableFuture<Void> balancer = CompletableFuture.runAsync(run::watch);
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        clients.add(CompletableFuture.runAsync(run::http));
        clients.add(CompletableFuture.runAsync(run::grpc));
      }
      Thread.sleep(300 + random.nextInt(700));
      if (round % 2 == 0) { // Also while a new version is being loaded.
        Path next = models.resolve(".next");
        Files.copy(aside, next, StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, model, StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(random.nextInt(60));
      }
      run.process.destroy();
      for (CompletableFuture<Void> client : clients) {
        client.get(120, TimeUnit.SECONDS);
      }
      balancer.get(120, TimeUnit.SECONDS);
      assertThat(run.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(run.process.exitValue()).as("exit code of round %d", round).isZero();
      assertThat(run.answered.get()).isPositive();
      answered += run.answered.get();
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("hs_err"));
    }
    System.getLogger("dev.amulet.server.test")
        .log(
            System.Logger.Level.INFO,
            ROUNDS + " rounds of SIGTERM, " + answered + " requests, none lost");
  }

  private Process start(Path models, Path config) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"),
            "-cp",
            System.getProperty("java.class.path"),
            "dev.amulet.server.ServerMain",
            models.toString(),
            "--http-port",
            "0",
            "--grpc-port",
            "0",
            "--config",
            config.toString())
        .redirectError(folder.resolve("errors.log").toFile())
        .start();
  }

  /** One process and its clients. */
  private static final class Round {
    private static final String BODY = "{\"instances\":[{\"area\":120.5}]}";

    private final Process process;
    private final URI http;
    private final int grpcPort;
    private final AtomicLong answered = new AtomicLong();
    private final HttpClient client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile boolean ready = true;

    Round(Process process) throws IOException {
      this.process = process;
      BufferedReader out =
          new BufferedReader(
              new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      URI httpUri = null;
      int port = 0;
      while (port == 0) {
        String line = out.readLine();
        assertThat(line).as("the server starts").isNotNull();
        if (line.startsWith("http:")) {
          httpUri = URI.create(line);
        } else if (line.startsWith("grpc:")) {
          port = URI.create(line).getPort();
        }
      }
      http = httpUri;
      grpcPort = port;
    }

    /** What a load balancer does. */
    void watch() {
      while (ready) {
        try {
          ready = get("/readyz").statusCode() == 200;
          Thread.sleep(10);
        } catch (ConnectException e) {
          ready = false; // It was late.
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException("a look at the readiness was lost", e);
        }
      }
    }

    private java.net.http.HttpResponse<String> get(String path)
        throws IOException, InterruptedException {
      return client.send(
          HttpRequest.newBuilder(http.resolve(path)).timeout(Duration.ofSeconds(60)).build(),
          BodyHandlers.ofString());
    }

    void http() {
      while (ready) {
        try {
          var answer =
              client.send(
                  HttpRequest.newBuilder(http.resolve("/invocations"))
                      .timeout(Duration.ofSeconds(60))
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(BODY))
                      .build(),
                  BodyHandlers.ofString());
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          answered.incrementAndGet();
        } catch (ConnectException e) {
          return; // Never accepted: the server has told that it stops, and the balancer was late.
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException("a request over HTTP was lost", e);
        }
      }
    }

    void grpc() {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
      ScoreRequest request =
          ScoreRequest.newBuilder()
              .addRows(
                  InputRow.newBuilder()
                      .putCells("area", CellValue.newBuilder().setNumber(120.5).build()))
              .build();
      while (ready) {
        try {
          var answer =
              ScoringGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(60, TimeUnit.SECONDS)
                  .score(request);
          assertThat(answer.getOutputsCount()).isEqualTo(1);
        } catch (StatusRuntimeException e) {
          if (neverTaken(e)) {
            break; // As above.
          }
          throw new IllegalStateException("a call was lost", e);
        }
        answered.incrementAndGet();
      }
      channel.shutdownNow();
    }

    /** No connection, or one that was still in the queue of the port when it closed. */
    private static boolean neverTaken(StatusRuntimeException e) {
      return e.getCause() instanceof ConnectException
          || "Network closed for unknown reason".equals(e.getStatus().getDescription());
    }
  }
}
