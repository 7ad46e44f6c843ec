package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Ten times what a server can do, sent at a fixed rate whatever comes back. A row costs a known
 * time and no processor, so that the capacity is known. Every request is counted.
 */
class OverloadTest {
  private static final int WORKERS = 4;
  private static final int COST_MS = 100;
  private static final int PER_SECOND = 10 * WORKERS * 1000 / COST_MS;

  /** The long rounds set it to 60. */
  private static final int SECONDS = Integer.getInteger("amulet.overload.seconds", 2);

  /** What became of one request. */
  private record Outcome(int status, long startNs, long tookNs) {}

  @Test
  void overloadIsRefusedAndWhatIsTakenIsDone() throws Exception {
    try (SlowPictures pictures = new SlowPictures(COST_MS);
        Served served =
            Served.of(
                Served.GOLDEN,
                config ->
                    config
                        .workers(WORKERS)
                        .maxBatch(1)
                        .maxRequests(3 * WORKERS)
                        .allowHttp(pictures.origins()))) {
      String body = pictures.body("p");
      peak(served, body, 1);
      double peak = peak(served, body, Math.max(2, SECONDS / 6));
      ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      long start = System.nanoTime();
      for (long i = 0; i < (long) SECONDS * PER_SECOND; i++) {
        long due = start + i * 1_000_000_000L / PER_SECOND;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        sent.add(send(served, body, due, outcomes));
      }
      long offered = System.nanoTime() - start;
      for (CompletableFuture<Void> one : sent) {
        one.get(120, TimeUnit.SECONDS);
      }
      assertThat(outcomes).hasSize(sent.size());
      assertThat(outcomes).allMatch(outcome -> outcome.status == 200 || outcome.status == 503);
      long good = outcomes.stream().filter(outcome -> outcome.status == 200).count();
      assertThat(good).isPositive();
      ConcurrentLinkedQueue<Outcome> after = new ConcurrentLinkedQueue<>();
      send(served, body, System.nanoTime(), after).get(60, TimeUnit.SECONDS);
      assertThat(after.element().status).isEqualTo(200);
      report(peak, good * 1e9 / offered, outcomes, after.element().tookNs);
    }
  }

  /** Rows per second with as many clients as workers. */
  private static double peak(Served served, String body, int seconds) throws Exception {
    ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < 2 * WORKERS; i++) {
      clients.add(
          CompletableFuture.runAsync(
              () -> {
                while (System.nanoTime() < until) {
                  send(served, body, System.nanoTime(), outcomes).join();
                }
              }));
    }
    for (CompletableFuture<Void> client : clients) {
      client.get(120, TimeUnit.SECONDS);
    }
    return outcomes.stream().filter(outcome -> outcome.status == 200).count() / (double) seconds;
  }

  private static CompletableFuture<Void> send(
      Served served, String body, long dueNs, ConcurrentLinkedQueue<Outcome> outcomes) {
    HttpRequest request =
        HttpRequest.newBuilder(served.uri("/invocations?model=regression"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return served
        .client()
        .sendAsync(request, BodyHandlers.discarding())
        .thenAccept(
            answer ->
                outcomes.add(new Outcome(answer.statusCode(), dueNs, System.nanoTime() - dueNs)));
  }

  private static void report(
      double peak, double goodput, ConcurrentLinkedQueue<Outcome> outcomes, long afterNs) {
    System.getLogger("dev.amulet.server.test")
        .log(
            System.Logger.Level.INFO,
            String.format(
                "%d s at %d per second: peak %.1f, goodput %.1f per second (%.0f %%); accepted p99"
                    + " %.0f ms, refused p50 %.1f p99 %.1f ms, no other status; the next answer"
                    + " took %.0f ms",
                SECONDS,
                PER_SECOND,
                peak,
                goodput,
                100 * goodput / peak,
                percentile(outcomes, 200, 0.99),
                percentile(outcomes, 503, 0.5),
                percentile(outcomes, 503, 0.99),
                afterNs / 1e6));
  }

  private static double percentile(
      ConcurrentLinkedQueue<Outcome> outcomes, int status, double quantile) {
    long[] took =
        outcomes.stream().filter(o -> o.status == status).mapToLong(Outcome::tookNs).toArray();
    Arrays.sort(took);
    return took.length == 0
        ? 0
        : took[(int) Math.min(took.length - 1, quantile * took.length)] / 1e6;
  }
}
