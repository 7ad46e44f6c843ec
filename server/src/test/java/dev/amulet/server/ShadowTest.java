package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that scores what another answers, and is not heard. */
class ShadowTest {
  private static final int REQUESTS = 12;

  @TempDir private Path folder;

  @Test
  void aShadowIsComparedAndNeverAnswers() throws Exception {
    Path house = Files.createDirectories(folder.resolve("house"));
    String one = Variants.shifted(house.resolve("1.amulet"), 1);
    Variants.shifted(house.resolve("2.amulet"), 3);
    try (Served served =
        Served.of(folder, config -> config.verify(false).shadows(java.util.List.of("house=2:1")))) {
      for (int i = 0; i < REQUESTS; i++) {
        Served.Answer answer =
            i % 2 == 0
                ? served.post(
                    "/model/score?kind=flat&image_column=photo", "image/png", Served.picture("h"))
                : served.json("/model/score", served.get("/model/sample_request").text());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("id").asText()).isEqualTo(one);
      }
      double compared = 0;
      while (compared < REQUESTS) {
        compared = metric(served, "amulet_shadow_difference_count");
        Thread.sleep(5);
      }
      assertThat(metric(served, "amulet_shadow_rows_total")).isEqualTo(REQUESTS);
      assertThat(served.get("/metrics").text().lines())
          .filteredOn(line -> line.startsWith("amulet_shadow_rows_total{"))
          .singleElement()
          .asString()
          .contains("outcome=\"different\"", "version=\"2\"");
      assertThat(metric(served, "amulet_shadow_difference_sum")).isPositive();
    }
  }

  private static double metric(Served served, String name) throws Exception {
    return served
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
