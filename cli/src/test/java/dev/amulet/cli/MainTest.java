package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @TempDir Path folder;

  @Test
  void helpListsTheCommandsThatExistAndNoOthers() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "demo", "profile", "split", "train", "score", "inspect", "verify", "bench", "serve",
            "compare", "weights")
        .doesNotContain("spark");
  }

  @Test
  void versionIsOneLine() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("amulet ").hasLineCount(1);
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    CommandRun run = CommandRun.of();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Commands:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--recipe"})
  void optionsOfLaterVersionsAreRefusedByName(String option) {
    CommandRun run = CommandRun.of("train", "cars.csv", "--target", "price", option, "x");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("amulet: " + option + " is not in this version");
  }

  @Test
  void aMistypedOptionIsRefusedWithASuggestion() {
    CommandRun run = CommandRun.of("train", "cars.csv", "--taget", "price");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--taget", "Did you mean", "--target");
  }

  @Test
  void aTableWithoutATargetAsksForOne() {
    CommandRun run = CommandRun.of("train", "cars.csv");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--target COL").hasLineCount(1);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    CommandRun run = CommandRun.of("inspect", folder.resolve("none.amulet"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("none.amulet", "no such amulet");
  }

  @Test
  void aFileThatIsNoAmuletIsRefusedInAFewLinesAndWithATraceOnlyForDebug() throws Exception {
    Path file = Files.writeString(folder.resolve("x.amulet"), "no amulet");
    CommandRun quiet = CommandRun.of("verify", file);
    assertThat(quiet.exitCode()).isEqualTo(2);
    assertThat(quiet.err().lines().count()).isLessThanOrEqualTo(3);
    assertThat(quiet.err()).doesNotContain("\tat ");
    assertThat(CommandRun.of("verify", file, "--debug").err()).contains("\tat ");
  }

  @Test
  void outputThatIsLostIsNoSuccess() {
    CommandRun run = CommandRun.withFullDisk("--help");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("standard output").hasLineCount(1);
  }
}
