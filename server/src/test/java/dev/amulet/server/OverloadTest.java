package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.server.OpenLoop.Answer;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten times what a server can do, sent at a fixed rate whatever comes back. Every request is
 * counted.
 */
class OverloadTest {
  private static final int WAITING_WORKERS = 4;
  private static final int COST_MS = 100;

  /** The long rounds set it to 60. */
  private static final int SECONDS = Integer.getInteger("amulet.overload.seconds", 2);

  private static final long LONGEST_WATCH_NS = TimeUnit.SECONDS.toNanos(60);

  @TempDir private Path folder;

  /** A row costs a known time and no processor, so that the capacity is known on any machine. */
  @Test
  void overloadIsRefusedAndWhatIsTakenIsDone() throws Exception {
    try (SlowPictures pictures = new SlowPictures(COST_MS)) {
      overload(
          "rows that wait",
          WAITING_WORKERS,
          pictures.body("p"),
          config ->
              config
                  .workers(WAITING_WORKERS)
                  .maxBatch(1)
                  .maxRequests(3 * WAITING_WORKERS)
                  .allowHttp(pictures.origins()));
    }
  }

  /** Rows that keep every core busy, which the refusals need too. */
  @Test
  void refusalsComeAlsoWhereEveryCoreIsBusyScoring() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    BufferedImage noise = new BufferedImage(2_000, 1_500, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(5);
    for (int y = 0; y < noise.getHeight(); y++) {
      for (int x = 0; x < noise.getWidth(); x++) {
        noise.setRGB(x, y, random.nextInt(0x40) * 0x10101 + (x + y) % 0x80 * 0x10101);
      }
    }
    assertThat(ImageIO.write(noise, "jpg", folder.resolve("p.jpg").toFile())).isTrue();
    assertThat(Files.size(folder.resolve("p.jpg"))).isPositive();
    overload(
        "rows that compute",
        cores,
        "{\"instances\":[{\"area\":120.5,\"photo\":\"p.jpg\"}]}",
        config -> config.workers(cores).maxBatch(1).maxRequests(3 * cores).imageRoot(folder));
  }

  private static void overload(
      String what, int workers, String body, UnaryOperator<ServerConfig.Builder> settings)
      throws Exception {
    try (Served served = Served.of(Served.GOLDEN, settings);
        OpenLoop client =
            new OpenLoop(served.server.httpPort(), "/invocations?model=regression", body)) {
      int clients = 2 * workers;
      peak(client, clients, Math.max(1, SECONDS / 10.0));
      double peak = peak(client, clients, Math.max(1, SECONDS / 4.0));
      double alone = alone(client);
      double perSecond = 10 * Math.max(peak, 1);
      long startNs = System.nanoTime();
      Collection<Answer> answers =
          client.run(perSecond, (long) (SECONDS * perSecond)).get(600, TimeUnit.SECONDS);
      long endNs = startNs + TimeUnit.SECONDS.toNanos(SECONDS);
      double normalAfterS = untilNormal(client, endNs, alone);
      assertThat(answers).hasSize((int) (long) (SECONDS * perSecond));
      assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 503);
      assertThat(took(answers, 200)).isNotEmpty();
      assertThat(took(answers, 503)).isNotEmpty();
      assertThat(client.one().get(600, TimeUnit.SECONDS).status()).isEqualTo(200);
      long good =
          answers.stream().filter(one -> one.status() == 200 && one.endNs() <= endNs).count();
      report(what, perSecond, peak, good / (double) SECONDS, answers, normalAfterS);
    }
  }

  /** Rows per second that so many clients get who wait for their answers. */
  private static double peak(OpenLoop client, int clients, double seconds) throws Exception {
    long startNs = System.nanoTime();
    long untilNs = startNs + (long) (seconds * 1e9);
    ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(again(client, untilNs, answers));
    }
    for (CompletableFuture<Void> one : all) {
      one.get(600, TimeUnit.SECONDS);
    }
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    long lastNs = answers.stream().mapToLong(Answer::endNs).max().orElseThrow();
    return answers.size() * 1e9 / (lastNs - startNs);
  }

  private static CompletableFuture<Void> again(
      OpenLoop client, long untilNs, ConcurrentLinkedQueue<Answer> answers) {
    return client
        .one()
        .thenCompose(
            answer -> {
              answers.add(answer);
              return System.nanoTime() < untilNs
                  ? again(client, untilNs, answers)
                  : CompletableFuture.completedFuture(null);
            });
  }

  /** How long a row takes when it is the only one, in nanoseconds: the slowest of a few. */
  private static double alone(OpenLoop client) throws Exception {
    long slowest = 0;
    for (int i = 0; i < 5; i++) {
      slowest = Math.max(slowest, client.one().get(600, TimeUnit.SECONDS).tookNs());
    }
    return slowest;
  }

  /**
   * Seconds from the end of the overload until a row takes no more than twice that again; on a
   * machine with other work that may never be, and a figure of a minute says so.
   */
  private static double untilNormal(OpenLoop client, long endNs, double aloneNs) throws Exception {
    Answer answer = client.one().get(600, TimeUnit.SECONDS);
    while ((answer.status() != 200 || answer.tookNs() > 2 * aloneNs)
        && answer.endNs() - endNs < LONGEST_WATCH_NS) {
      Thread.sleep(20);
      answer = client.one().get(600, TimeUnit.SECONDS);
    }
    return Math.max(0, answer.endNs() - endNs) / 1e9;
  }

  private static void report(
      String what,
      double perSecond,
      double peak,
      double goodput,
      Collection<Answer> answers,
      double normalAfterS) {
    Map<Integer, Integer> codes = new TreeMap<>();
    answers.forEach(answer -> codes.merge(answer.status(), 1, Integer::sum));
    long[] good = took(answers, 200);
    long[] refused = took(answers, 503);
    long[] late = answers.stream().mapToLong(Answer::lateNs).toArray();
    Figures.say(
        "overload",
        "%s, %d s at %.0f per second (10 times the peak): goodput %.1f of %.1f per second, ratio"
            + " %.2f; rejections p50 %.1f ms, p99 %.1f ms; accepted p50 %.0f ms, p99 %.0f ms;"
            + " answers by code %s; back to normal after %.1f s; the client itself late p99 %.1f ms",
        what,
        SECONDS,
        perSecond,
        goodput,
        peak,
        goodput / peak,
        Figures.quantile(refused, 0.5) / 1e6,
        Figures.quantile(refused, 0.99) / 1e6,
        Figures.quantile(good, 0.5) / 1e6,
        Figures.quantile(good, 0.99) / 1e6,
        codes,
        normalAfterS,
        Figures.quantile(late, 0.99) / 1e6);
  }

  private static long[] took(Collection<Answer> answers, int status) {
    return answers.stream()
        .filter(answer -> answer.status() == status)
        .mapToLong(Answer::tookNs)
        .toArray();
  }
}
