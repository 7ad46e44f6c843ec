package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {
  @TempDir Path folder;

  @Test
  void aDryRunSaysThePlanAndWritesNothing() throws IOException {
    StringBuilder csv = new StringBuilder("x,colour,when,y\n");
    for (int i = 0; i < 60; i++) {
      csv.append(i % 7).append(i % 2 == 0 ? ",red," : ",blue,").append(2000 + i % 20).append(',');
      csv.append(i * 1.5).append('\n');
    }
    Path table = Files.writeString(folder.resolve("t.csv"), csv);
    Path out = folder.resolve("experiments");
    CommandRun run =
        CommandRun.of(
            "train",
            table.toString(),
            "--target",
            "y",
            "--time",
            "when",
            "--folds",
            "3",
            "--out",
            out.toString(),
            "--dry-run");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "task        regression of \"y\", scorer RMSE",
            "rows        60",
            "1 numeric, 1 categorical; time \"when\"",
            "validation  3 folds, each trained on earlier rows only by \"when\"",
            "memory      about",
            "time        about")
        .doesNotContain("network");
    assertThat(out).doesNotExist();
  }

  @Test
  void aDryRunSaysThatTheFolderCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "not a folder");
    CommandRun run =
        CommandRun.of(
            "train", file.toString(), "--target", "y", "--out", file.toString(), "--dry-run");
    assertThat(run.exitCode()).isEqualTo(Main.WRONG_INPUT);
    assertThat(run.err()).contains("is not a folder that can be written to; choose another with");
  }
}
