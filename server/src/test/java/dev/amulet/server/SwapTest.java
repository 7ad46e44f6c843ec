package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.server.Served.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapTest {
  /** The long rounds set it to 200. */
  private static final int SWAPS = Integer.getInteger("amulet.swaps", 8);

  @TempDir private Path folder;

  @Test
  void swapsUnderLoadFailNoRequestAndEveryAnswerIsOneVersions() throws Exception {
    Path aside = Files.createDirectory(folder.resolve("aside"));
    Path models = Files.createDirectory(folder.resolve("models"));
    Map<String, Double> scores = new HashMap<>();
    List<Path> variants = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      variants.add(aside.resolve("v" + i + ".amulet"));
      Variants.shifted(variants.get(i), i);
    }
    Path served1 = models.resolve("house.amulet");
    Files.copy(variants.get(0), served1);
    try (Served served =
        Served.of(models, config -> config.verify(false).adminTokens(List.of("t")))) {
      String body = sample(served);
      for (Path variant : variants) {
        swap(served, variant, served1);
        Answer answer = served.json("/model/score", body);
        scores.put(
            answer.json().get("id").asText(),
            Double.parseDouble(answer.json().at("/score/0/0").asText()));
      }
      assertThat(scores.values()).doesNotHaveDuplicates().hasSize(3);
      AtomicBoolean more = new AtomicBoolean(true);
      AtomicLong answered = new AtomicLong();
      AtomicLong failed = new AtomicLong();
      AtomicLong mixed = new AtomicLong();
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(
            CompletableFuture.runAsync(
                () -> load(served, body, scores, more, answered, failed, mixed)));
      }
      for (int i = 0; i < SWAPS; i++) {
        swap(served, variants.get(i % 3), served1);
        long seen = answered.get();
        while (answered.get() == seen && clients.stream().noneMatch(CompletableFuture::isDone)) {
          Thread.sleep(1); // Each version answers at least once.
        }
      }
      more.set(false);
      for (CompletableFuture<Void> client : clients) {
        client.get();
      }
      Figures.say(
          "swaps",
          "%d swaps, %d requests under way meanwhile: %d failed, %d answered by a mixture of versions",
          SWAPS,
          answered.get(),
          failed.get(),
          mixed.get());
      assertThat(failed).hasValue(0);
      assertThat(mixed).hasValue(0);
      assertThat(answered.get()).isGreaterThanOrEqualTo(SWAPS);
    }
  }

  private static String sample(Served served) throws Exception {
    return served.get("/model/sample_request").text();
  }

  private static void load(
      Served served,
      String body,
      Map<String, Double> scores,
      AtomicBoolean more,
      AtomicLong answered,
      AtomicLong failed,
      AtomicLong mixed) {
    try {
      while (more.get()) {
        Answer answer = served.json("/model/score", body);
        if (answer.status() != 200) {
          failed.incrementAndGet();
        } else if (Double.parseDouble(answer.json().at("/score/0/0").asText())
            != scores.get(answer.json().get("id").asText())) {
          mixed.incrementAndGet();
        }
        answered.incrementAndGet();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a deployment does it: written aside, then renamed into place. */
  private static void swap(Served served, Path variant, Path target) throws Exception {
    Path temporary = target.resolveSibling(".next");
    Files.copy(variant, temporary, StandardCopyOption.REPLACE_EXISTING);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    Answer answer =
        served.json("/v2/repository/models/house/load", "{}", "Authorization", "Bearer t");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  @Test
  void aBadFileLeavesTheOldOneServingAndSaysSo() throws Exception {
    Path file = folder.resolve("house.amulet");
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), file);
    try (Served served = Served.of(folder, config -> config.adminTokens(List.of("t")))) {
      String id = served.get("/model/id").text();
      Files.move(
          Files.writeString(folder.resolve(".bad"), "no amulet"),
          file,
          StandardCopyOption.REPLACE_EXISTING);
      served.server.repository().sync();
      assertThat(served.get("/model/id").text()).isEqualTo(id);
      assertThat(served.get("/readyz").status()).isEqualTo(200);
      Answer index = served.json("/v2/repository/index", "", "Authorization", "Bearer t");
      assertThat(index.json().at("/0/state").asText()).isEqualTo("READY");
      assertThat(index.json().at("/0/reason").asText()).isNotEmpty();
      assertThat(served.get("/metrics").text()).contains("outcome=\"failed\"");
      Files.delete(file);
      served.server.repository().sync();
      assertThat(served.get("/readyz").status()).isEqualTo(503);
      assertThat(served.json("/model/score", "{}").status()).isEqualTo(503);
    }
  }

  @Test
  void versionsAndLabelsAreFoundByName() throws Exception {
    Path house = Files.createDirectories(folder.resolve("house"));
    String two = Variants.shifted(house.resolve("2.amulet"), 2);
    String ten =
        Variants.shifted(Files.createDirectory(house.resolve("10")).resolve("m.amulet"), 10);
    try (Served served =
        Served.of(folder, config -> config.verify(false).labels(List.of("house.stable=2")))) {
      assertThat(served.get("/model/id").text()).isEqualTo(ten);
      assertThat(served.get("/model/id?version=latest").text()).isEqualTo(ten);
      assertThat(served.get("/model/id?version=stable").text()).isEqualTo(two);
      assertThat(served.get("/v2/models/house/versions/2/ready").status()).isEqualTo(200);
      assertThat(served.get("/v2/models/house").json().get("versions").toString())
          .isEqualTo("[\"2\",\"10\"]");
      assertThat(served.get("/model/id?version=3").status()).isEqualTo(404);
    }
  }

  @Test
  void aCanaryGetsItsShareAndLatestIsTheOther() throws Exception {
    Path house = Files.createDirectories(folder.resolve("house"));
    String one = Variants.shifted(house.resolve("1.amulet"), 1);
    String two = Variants.shifted(house.resolve("2.amulet"), 2);
    try (Served served =
        Served.of(folder, config -> config.verify(false).canaries(List.of("house=2:0.5")))) {
      Map<String, Integer> seen = new HashMap<>();
      for (int i = 0; i < 200; i++) {
        seen.merge(served.get("/model/id").text(), 1, Integer::sum);
      }
      assertThat(seen).containsOnlyKeys(one, two);
      assertThat(seen.get(two)).isBetween(40, 160);
      assertThat(served.get("/model/id?version=latest").text()).isEqualTo(one);
      assertThat(served.get("/model/id?version=2").text()).isEqualTo(two);
    }
  }

  @Test
  void modelsThatWereUnloadedStayAwayUntilLoaded() throws Exception {
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), folder.resolve("house.amulet"));
    try (Served served = Served.of(folder, config -> config.adminTokens(List.of("t")))) {
      byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
      String type = "application/json";
      assertThat(
              served
                  .post(
                      "/v2/repository/models/house/unload",
                      type,
                      nothing,
                      "Authorization",
                      "Bearer t")
                  .status())
          .isEqualTo(200);
      served.server.repository().sync();
      assertThat(served.get("/v2/models/house").status()).isEqualTo(404);
      assertThat(
              served
                  .post(
                      "/v2/repository/models/house/load",
                      type,
                      nothing,
                      "Authorization",
                      "Bearer t")
                  .status())
          .isEqualTo(200);
      assertThat(served.get("/v2/models/house").status()).isEqualTo(200);
    }
  }
}
