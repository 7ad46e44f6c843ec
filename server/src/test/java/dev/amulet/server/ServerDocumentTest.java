package dev.amulet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/server.md tells people to type works. */
class ServerDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "server.md");

  @TempDir private Path folder;

  @Test
  void everyCurlLineOfTheDocumentIsAnswered() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/curl")) && Files.isExecutable(Path.of("/bin/bash")),
        "needs curl and bash");
    List<String> lines = lines();
    assertThat(lines).hasSizeGreaterThan(10);
    Files.copy(Served.GOLDEN.resolve("regression.amulet"), folder.resolve("house.amulet"));
    Files.copy(Served.GOLDEN.resolve("binary.amulet"), folder.resolve("other.amulet"));
    try (Served served = Served.of(folder, config -> config)) {
      for (String line : lines) {
        ProcessBuilder bash =
            new ProcessBuilder("bash", "-c", "set -o pipefail; " + line).redirectErrorStream(true);
        bash.environment().put("HOST", served.uri("").toString());
        bash.environment()
            .put("PHOTO", Served.GOLDEN.resolve("images").resolve("h.png").toString());
        Process process = bash.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(line + "\n" + out).isZero();
        assertThat(out).as(line).isNotEmpty();
      }
    }
  }

  private static List<String> lines() throws Exception {
    List<String> lines = new ArrayList<>();
    boolean shell = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("```")) {
        shell = line.equals("```sh");
      } else if (shell && !line.startsWith("#")) {
        lines.add(line);
      }
    }
    return lines;
  }
}
