package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code score} adds to a prediction when asked. */
class ScoreExplainedTest {
  private static final Path GOLDEN =
      Path.of("..", "format", "src", "test", "resources", "golden", "0.1");

  @TempDir Path folder;

  @Test
  void columnsFollowTheScoreAndTheErrorIsLast() throws IOException {
    CommandRun run =
        CommandRun.of(
            "score",
            GOLDEN.resolve("regression.amulet"),
            table(),
            "--contributions",
            "--intervals",
            "--embeddings");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .startsWith("row,target,target.lower,target.upper,contrib.area,")
        .contains("contrib.photo,", "contrib.bias,photo.tiny.0,")
        .endsWith(",error");
    assertThat(lines.get(1).split(",", -1)).hasSize(lines.get(0).split(",").length);
  }

  @Test
  void whatTheModelLacksIsRefusedWithTheReason() throws IOException {
    CommandRun intervals =
        CommandRun.of("score", GOLDEN.resolve("binary.amulet"), table(), "--intervals");
    assertThat(intervals.exitCode()).isEqualTo(2);
    assertThat(intervals.err()).contains("no intervals: they are for regression");
    Path maps = folder.resolve("maps");
    CommandRun heatmaps =
        CommandRun.of("score", GOLDEN.resolve("binary.amulet"), table(), "--heatmaps", maps);
    assertThat(heatmaps.exitCode()).isEqualTo(2);
    assertThat(heatmaps.err()).contains("no activation maps");
    assertThat(maps).doesNotExist();
  }

  private Path table() throws IOException {
    return Files.writeString(
        folder.resolve("table.csv"),
        "area,garage,kind,zip,photo,plans,note,built\n120.5,yes,flat,85255,,,,\n");
  }
}
