package dev.amulet.server;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.server.grpc.v1.CellValue;
import dev.amulet.server.grpc.v1.InputRow;
import dev.amulet.server.grpc.v1.ScoreRequest;
import dev.amulet.server.grpc.v1.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * What the server adds to the in-process scorer for one row over loopback, and rows per second with
 * and without batching. A program: {@code LatencyFigures [CALLS]}.
 */
final class LatencyFigures {
  private LatencyFigures() {}

  public static void main(String[] args) throws Exception {
    int calls = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
    Path model = Served.GOLDEN.resolve("regression.amulet");
    try (Scorer scorer = Scorer.open(model)) {
      measure("in process", calls, () -> scorer.score(row(scorer)).value());
    }
    try (Served served = Served.of(model, config -> config)) {
      byte[] body = "{\"instances\":[{\"area\":120.5}]}".getBytes(StandardCharsets.UTF_8);
      measure("HTTP", calls, () -> served.post("/invocations", "application/json", body).status());
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
      measure("gRPC", calls, () -> stub.score(request).getOutputsCount());
      channel.shutdownNow();
    }
    for (int batch : new int[] {1, 16}) {
      throughput(model, batch, calls);
    }
  }

  private static Row row(Scorer scorer) {
    return scorer.newRow().set("area", 120.5);
  }

  private static void measure(String what, int calls, Callable<Object> call) throws Exception {
    for (int i = 0; i < calls; i++) {
      call.call();
    }
    long[] took = new long[calls];
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      call.call();
      took[i] = System.nanoTime() - start;
    }
    Arrays.sort(took);
    System.out.printf(
        "%-12s p50 %7.1f us  p99 %8.1f us%n",
        what, took[calls / 2] / 1e3, took[(int) (calls * 0.99)] / 1e3);
  }

  /** With a picture in each row, from 16 clients. */
  private static void throughput(Path model, int maxBatch, int calls) throws Exception {
    byte[] picture = Served.picture("h");
    try (Served served = Served.of(model, config -> config.maxBatch(maxBatch))) {
      int clients = 16;
      int each = Math.max(10, calls / clients);
      for (int round = 0; round < 2; round++) {
        long start = System.nanoTime();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          all.add(CompletableFuture.runAsync(() -> send(served, picture, each)));
        }
        all.forEach(CompletableFuture::join);
        if (round == 1) {
          System.out.printf(
              "max_batch %2d: %.0f rows per second%n",
              maxBatch, clients * each * 1e9 / (System.nanoTime() - start));
        }
      }
    }
  }

  private static void send(Served served, byte[] picture, int calls) {
    try {
      for (int i = 0; i < calls; i++) {
        served.post("/model/score?image_column=photo", "image/png", picture);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
