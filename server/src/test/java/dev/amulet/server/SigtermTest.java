package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.server.grpc.v1.CellValue;
import dev.amulet.server.grpc.v1.InputRow;
import dev.amulet.server.grpc.v1.ScoreRequest;
import dev.amulet.server.grpc.v1.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stops servers in the middle of their work while clients go on as if nothing were. What a server
 * has read it must answer. A request may fail only where its connection was refused, or ended
 * before the server read any of it, or where gRPC told the client that its call was not looked at.
 * That the server did not read it is known from elsewhere: each request names a picture of its own,
 * and the server of the pictures knows which were asked for.
 */
class SigtermTest {
  /** The long rounds set it to 50. */
  private static final int ROUNDS = Integer.getInteger("amulet.sigterms", 2);

  /** What became of requests, apart from those that were answered. */
  private enum Miss {
    /** No connection. */
    REFUSED,
    /** A gRPC stream above the last one that the server's GOAWAY names. */
    UNPROCESSED,
    /** A connection that ended before the server read the request. */
    UNREAD,
    /** Anything else: never. */
    LOST
  }

  private record Missed(String id, Miss miss, String how) {}

  @TempDir private Path folder;

  private final Queue<Missed> missed = new ConcurrentLinkedQueue<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong ids = new AtomicLong();

  @Test
  void whatAServerHasReadItAnswersBeforeItStops() throws Exception {
    Random random = new Random(7);
    Path models = Files.createDirectory(folder.resolve("models"));
    Path model = models.resolve("house.amulet");
    Path aside = folder.resolve("other.amulet");
    Variants.shifted(aside, 1);
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), model);
    try (SlowPictures pictures = new SlowPictures(15)) {
      for (int round = 0; round < ROUNDS; round++) {
        try (ServerProcess server =
            ServerProcess.start(folder, models, config(pictures, round % 3 == 0 ? 200 : 0))) {
          server.awaitPorts();
          List<CompletableFuture<Void>> clients = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            clients.add(CompletableFuture.runAsync(() -> http(server, pictures)));
            clients.add(CompletableFuture.runAsync(() -> grpc(server, pictures)));
          }
          long enough = answered.get() + 4 + random.nextInt(40);
          while (answered.get() < enough && clients.stream().noneMatch(CompletableFuture::isDone)) {
            Thread.sleep(1);
          }
          if (round % 2 == 0) { // Also while a new version is being loaded.
            Path next = models.resolve(".next");
            Files.copy(aside, next, StandardCopyOption.REPLACE_EXISTING);
            Files.move(next, model, StandardCopyOption.ATOMIC_MOVE);
            Thread.sleep(random.nextInt(60));
          }
          server.tellToStop();
          for (CompletableFuture<Void> client : clients) {
            client.get(120, TimeUnit.SECONDS);
          }
          assertThat(server.rest()).contains("stopped; requests without an answer: 0");
          assertThat(server.exitCode()).as("exit code of round %d", round).isZero();
        }
      }
      report(pictures);
    }
  }

  @Test
  void aServerThatIsStoppedWhileItStartsEndsInOrder() throws Exception {
    Random random = new Random(11);
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), models.resolve("house.amulet"));
    Path config = Files.writeString(folder.resolve("s.toml"), "poll_ms = 40\n");
    for (int round = 0; round < Math.max(1, ROUNDS / 5); round++) {
      try (ServerProcess server = ServerProcess.start(folder, models, config)) {
        Thread.sleep(random.nextInt(1_500));
        server.tellToStop();
        // 143 where the virtual machine itself was still starting.
        assertThat(server.exitCode()).as("exit code").isIn(0, 143);
      }
    }
    assertThat(crashFiles()).isZero();
  }

  private Path config(SlowPictures pictures, int readyDelayMs) throws IOException {
    return Files.writeString(
        folder.resolve("s.toml"),
        "poll_ms = 40\nverify = false\nready_delay_ms = "
            + readyDelayMs
            + "\nallow_http = [\""
            + String.join("\", \"", pictures.origins())
            + "\"]\n");
  }

  private long crashFiles() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("hs_err")).count();
    }
  }

  private void report(SlowPictures pictures) throws IOException {
    Map<Miss, Integer> counts = new TreeMap<>();
    List<String> lost = new ArrayList<>();
    for (Missed one : missed) {
      boolean begun = pictures.fetched().contains("/" + one.id);
      Miss miss = begun ? Miss.LOST : one.miss;
      counts.merge(miss, 1, Integer::sum);
      if (miss == Miss.LOST) {
        lost.add(one + (begun ? ", and its picture was fetched" : ""));
      } else if (miss != Miss.REFUSED) {
        Figures.say("sigterm", "%s", one);
      }
    }
    long crashes = crashFiles();
    Figures.say(
        "sigterm",
        "%d rounds; accepted and answered %d, lost %d; not accepted: connection refused %d, stream"
            + " not processed %d, connection ended unread %d; crash files %d",
        ROUNDS,
        answered.get(),
        lost.size(),
        counts.getOrDefault(Miss.REFUSED, 0),
        counts.getOrDefault(Miss.UNPROCESSED, 0),
        counts.getOrDefault(Miss.UNREAD, 0),
        crashes);
    assertThat(lost).isEmpty();
    assertThat(crashes).isZero();
    assertThat(answered.get()).isGreaterThanOrEqualTo(ROUNDS);
  }

  /** Asks until the server is gone. */
  private void http(ServerProcess server, SlowPictures pictures) {
    try (RawHttp client = new RawHttp(server.httpPort())) {
      while (true) {
        String id = "h" + ids.incrementAndGet();
        RawHttp.Outcome outcome = client.post("/invocations", pictures.body(id));
        if (outcome.fate() != RawHttp.Fate.ANSWERED) {
          Miss miss =
              switch (outcome.fate()) {
                case REFUSED -> Miss.REFUSED;
                case CUT -> Miss.UNREAD;
                default -> Miss.LOST;
              };
          missed.add(new Missed(id, miss, "HTTP: " + outcome));
          return;
        }
        if (outcome.status() != 200) {
          missed.add(new Missed(id, Miss.LOST, "HTTP: " + outcome));
          return;
        }
        answered.incrementAndGet();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void grpc(ServerProcess server, SlowPictures pictures) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
    String id = "";
    try {
      while (true) {
        id = "g" + ids.incrementAndGet();
        var answer =
            ScoringGrpc.newBlockingStub(channel)
                .withDeadlineAfter(100, TimeUnit.SECONDS)
                .score(request(pictures.uri(id)));
        assertThat(answer.getOutputsCount()).isEqualTo(1);
        answered.incrementAndGet();
      }
    } catch (StatusRuntimeException e) {
      missed.add(new Missed(id, miss(e), "gRPC: " + e.getStatus()));
    } finally {
      channel.shutdownNow();
    }
  }

  private static ScoreRequest request(String picture) {
    return ScoreRequest.newBuilder()
        .addRows(
            InputRow.newBuilder()
                .putCells("area", CellValue.newBuilder().setNumber(120.5).build())
                .putCells("photo", CellValue.newBuilder().setText(picture).build()))
        .build();
  }

  private static Miss miss(StatusRuntimeException e) {
    String told = String.valueOf(e.getStatus().getDescription());
    if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
      return Miss.LOST;
    }
    if (e.getStatus().getCause() instanceof ConnectException) {
      return Miss.REFUSED;
    }
    // "Network closed for unknown reason": before the server sent its first frame, and so before it
    // read any; "io exception": the system reset it.
    return told.contains("unprocessed stream")
        ? Miss.UNPROCESSED
        : told.startsWith("Network closed") || told.startsWith("io exception")
            ? Miss.UNREAD
            : Miss.LOST;
  }
}
