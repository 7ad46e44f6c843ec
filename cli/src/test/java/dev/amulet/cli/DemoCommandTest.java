package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void goesAllTheWayAndMayBeRunAgain() throws IOException {
    Path out = folder.resolve("demo");
    CommandRun run = CommandRun.of("demo", "--out", out, "--cars", 60);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("table and photos", "table only", "the mean price", "passed", "Demo done");
    assertThat(out.resolve("photos").resolve("0001.jpg")).exists();
    assertThat(Files.readAllLines(out.resolve("test.csv"))).hasSize(16);
    assertThat(Files.readAllLines(out.resolve("predictions.csv")))
        .hasSize(16)
        .first()
        .isEqualTo("row,price,error");
    assertThat(out.resolve("experiments").resolve("cars").resolve("model.amulet")).exists();
    // Too few cars to train on, but not refused for the folder.
    CommandRun again = CommandRun.of("demo", "--out", out, "--cars", 3);
    assertThat(again.err()).contains("--cars").doesNotContain("--out");
  }

  @Test
  void doesNotReplaceTheUsersFiles() throws IOException {
    Path mine = Files.writeString(folder.resolve("train.csv"), "mine");
    CommandRun run = CommandRun.of("demo", "--out", folder, "--cars", 60);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--out " + folder, "no demo made");
    assertThat(mine).hasContent("mine");
    assertThat(folder.resolve("photos")).doesNotExist();
    CommandRun file = CommandRun.of("demo", "--out", mine, "--cars", 60);
    assertThat(file.exitCode()).isEqualTo(2);
    assertThat(file.err()).contains("is no folder");
  }
}
