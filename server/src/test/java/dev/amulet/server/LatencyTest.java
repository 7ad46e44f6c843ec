package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.server.grpc.v1.CellValue;
import dev.amulet.server.grpc.v1.InputRow;
import dev.amulet.server.grpc.v1.ScoreRequest;
import dev.amulet.server.grpc.v1.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What the server adds to the in-process scorer for one row over loopback, and rows per second with
 * and without batching. Every answer is the scorer's own.
 */
class LatencyTest {
  /** The long rounds set it to 5,000. */
  private static final int CALLS = Integer.getInteger("amulet.latency.calls", 100);

  private static final int CLIENTS = 16;

  @Test
  void everyRoadGivesTheScorersOwnNumber() throws Exception {
    Path model = Served.GOLDEN.resolve("regression.amulet");
    double expected;
    double withPicture;
    try (Scorer scorer = Scorer.open(model)) {
      expected = scorer.score(row(scorer)).value();
      withPicture = scorer.score(scorer.newRow().setImage("photo", Served.picture("h"))).value();
      measure("in process", expected, () -> scorer.score(row(scorer)).value());
    }
    try (Served served = Served.of(model, config -> config);
        RawHttp client = new RawHttp(served.server.httpPort())) {
      String body = "{\"instances\":[{\"area\":120.5}]}";
      measure(
          "HTTP/1.1",
          expected,
          () ->
              Served.JSON
                  .readTree(client.post("/invocations", body).body())
                  .at("/predictions/0")
                  .doubleValue());
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", served.server.grpcPort())
              .usePlaintext()
              .directExecutor()
              .build();
      ScoreRequest request =
          ScoreRequest.newBuilder()
              .addRows(
                  InputRow.newBuilder()
                      .putCells("area", CellValue.newBuilder().setNumber(120.5).build()))
              .build();
      var stub = ScoringGrpc.newBlockingStub(channel);
      measure("gRPC", expected, () -> stub.score(request).getOutputs(0).getValue());
      channel.shutdownNow();
    }
    for (int batch : new int[] {1, 16}) {
      throughput(model, batch, withPicture);
    }
  }

  private static Row row(Scorer scorer) {
    return scorer.newRow().set("area", 120.5);
  }

  private static void measure(String what, double expected, Callable<Double> call)
      throws Exception {
    for (int i = 0; i < CALLS; i++) {
      assertThat(call.call()).isEqualTo(expected);
    }
    long[] took = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      double value = call.call();
      took[i] = System.nanoTime() - start;
      assertThat(value).isEqualTo(expected);
    }
    Figures.say(
        "latency",
        "%s, one row, one client: p50 %.1f us, p99 %.1f us of %d calls",
        what,
        Figures.quantile(took, 0.5) / 1e3,
        Figures.quantile(took, 0.99) / 1e3,
        CALLS);
  }

  /** With a picture in each row. */
  private static void throughput(Path model, int maxBatch, double expected) throws Exception {
    byte[] picture = Served.picture("h");
    int each = Math.max(5, CALLS / CLIENTS);
    try (Served served = Served.of(model, config -> config.maxBatch(maxBatch))) {
      long start = System.nanoTime();
      for (int round = 0; round < 2; round++) {
        start = System.nanoTime();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          all.add(CompletableFuture.runAsync(() -> send(served, picture, each, expected)));
        }
        all.forEach(CompletableFuture::join);
      }
      Figures.say(
          "latency",
          "rows with a small picture, %d clients, max_batch %d: %.0f per second",
          CLIENTS,
          maxBatch,
          CLIENTS * each * 1e9 / (System.nanoTime() - start));
    }
  }

  private static void send(Served served, byte[] picture, int calls, double expected) {
    try {
      for (int i = 0; i < calls; i++) {
        Served.Answer answer = served.post("/model/score?image_column=photo", "image/png", picture);
        assertThat(answer.json().at("/score/0/0").asDouble()).isEqualTo(expected);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
