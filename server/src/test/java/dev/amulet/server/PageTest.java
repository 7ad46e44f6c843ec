package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  @Test
  void thePageScoresAPictureAndAsksNobodyElse(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(isThere("node") && isThere("chromium"), "needs node and chromium");
    try (Served served = Served.of(Served.GOLDEN.resolve("multiclass.amulet"), config -> config)) {
      Process page =
          new ProcessBuilder(
                  "node",
                  Path.of("src", "test", "resources", "page.mjs").toString(),
                  served.uri("/").toString(),
                  Served.GOLDEN.resolve("images").resolve("h.png").toString(),
                  folder.toString(),
                  "area=120.5")
              .redirectErrorStream(true)
              .start();
      String out = new String(page.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(page.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(page.exitValue()).as(out).isZero();
      JsonNode seen = Served.JSON.readTree(out);
      assertThat(seen.get("text").asText()).isIn("cheap", "fair", "dear");
      assertThat(seen.get("bars").intValue()).isGreaterThan(3);
      assertThat(seen.get("outside")).isEmpty();
      assertThat(seen.get("phoneWidth").intValue()).isLessThanOrEqualTo(390);
      assertThat(Files.size(folder.resolve("phone.png"))).isPositive();
    }
  }

  private static boolean isThere(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  @Test
  void theApiIsDescribedWithTheRowsOfEveryModel() throws IOException, InterruptedException {
    try (Served served = Served.golden()) {
      JsonNode api = served.get("/openapi.json").json();
      assertThat(api.get("openapi").asText()).startsWith("3.1");
      assertThat(api.at("/components/schemas").has("row.regression")).isTrue();
      assertThat(api.at("/components/schemas/row.binary/properties").has("photo")).isTrue();
      assertThat(api.get("paths").has("/v2/models/binary/infer")).isTrue();
      assertThat(served.get("/models").json()).hasSize(3);
      assertThat(served.get("/").header("Content-Security-Policy")).contains("default-src 'none'");
    }
  }
}
