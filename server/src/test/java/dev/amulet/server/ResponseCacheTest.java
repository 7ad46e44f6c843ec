package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that are given again, and those that are not. */
class ResponseCacheTest {
  @TempDir private Path folder;

  private static double metric(Served served, String name) throws Exception {
    return served
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static String score(Served served, double area) throws Exception {
    Served.Answer answer = served.json("/invocations", "{\"instances\":[{\"area\":" + area + "}]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text();
  }

  @Test
  void theSameRequestToTheSameAmuletIsScoredOnce() throws Exception {
    Path file = folder.resolve("house.amulet");
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), file);
    Path next = folder.resolve(".next");
    Variants.shifted(next, 1);
    try (Served served =
        Served.of(folder, config -> config.verify(false).responseCacheBytes(1 << 20))) {
      String first = score(served, 120.5);
      assertThat(score(served, 120.5)).isEqualTo(first);
      assertThat(score(served, 120.25)).isNotEqualTo(first);
      assertThat(metric(served, "amulet_rows_total{model=\"house\",outcome=\"scored\"}"))
          .isEqualTo(2);
      assertThat(metric(served, "amulet_response_cache_total{outcome=\"hit\"}")).isEqualTo(1);
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
      served.server.repository().sync();
      assertThat(score(served, 120.5)).as("another amulet").isNotEqualTo(first);
    }
  }

  @Test
  void answersWithAFailedRowAndThoseThatDoNotFitAreNotKept() throws Exception {
    try (Served served =
        Served.of(
            Served.GOLDEN.resolve("regression.amulet"), config -> config.responseCacheBytes(700))) {
      byte[] bad = "{\"area\":\"x\"}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      for (int i = 0; i < 2; i++) {
        served.post("/model/score", "text/csv", bad);
        served.json(
            "/model/score", "{\"fields\":[\"area\"],\"rows\":[[\"x\"]],\"rowErrors\":true}");
      }
      assertThat(metric(served, "amulet_response_cache_total{outcome=\"hit\"}")).isZero();
      for (double area : List.of(1.0, 2.0, 3.0, 1.0, 3.0)) { // Two fit.
        score(served, area);
      }
      assertThat(metric(served, "amulet_response_cache_total{outcome=\"hit\"}")).isEqualTo(1);
    }
  }

  @Test
  void itIsRefusedWherePicturesMayChange() {
    assertThatThrownBy(() -> ServerConfig.builder().responseCacheBytes(1).imageRoot(folder).build())
        .hasMessageContaining("response_cache_bytes");
  }
}
