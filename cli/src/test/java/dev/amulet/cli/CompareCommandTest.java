package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir static Path folder;

  private static Path experiments;

  @BeforeAll
  static void trainThree() throws IOException {
    StringBuilder csv = new StringBuilder("x,z,colour,y\n");
    Random random = new Random(2);
    for (int i = 0; i < 80; i++) {
      double x = random.nextGaussian();
      double z = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%.3f,%.3f,%s,%.3f%n",
              x,
              z,
              i % 3 == 0 ? "red" : "blue",
              5 * x + 5 * z + 0.1 * random.nextGaussian()));
    }
    Path table = Files.writeString(folder.resolve("t.csv"), csv);
    experiments = folder.resolve("experiments");
    train(table, "all", "--folds", "4");
    train(table, "less", "--folds", "4", "--drop", "z");
    train(table, "other", "--folds", "3");
  }

  private static void train(Path table, String name, String... more) {
    List<Object> args =
        new ArrayList<>(List.of("train", table, "--target", "y", "--name", name, "--out"));
    args.add(experiments);
    args.addAll(List.of("--set", "learner=linear", "--set", "threads=1"));
    args.addAll(List.of(more));
    assertThat(CommandRun.of(args.toArray()).exitCode()).isZero();
  }

  @Test
  void withoutNamesExperimentsAreListed() {
    CommandRun run = CommandRun.of("compare", "--out", experiments);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().toList()).hasSize(4);
    assertThat(run.out()).contains("all", "less", "other", "RMSE", "table, linear");
    CommandRun none = CommandRun.of("compare", "--out", folder.resolve("nowhere"));
    assertThat(none.exitCode()).isZero();
    assertThat(none.out()).contains("no finished experiments");
  }

  @Test
  void onTheSameFoldsTheDifferenceIsPaired() {
    CommandRun run = CommandRun.of("compare", "all", "less", "--out", experiments);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("validation", "seconds", "size", "ms per row", "settings that differ", "drop")
        .containsPattern("less less all, RMSE fold by fold: \\+.* over 4 folds: worse");
  }

  @Test
  void onOtherFoldsThereIsNoPairingAndItIsSaid() {
    CommandRun run =
        CommandRun.of("compare", experiments.resolve("all"), experiments.resolve("other"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("all and other are not paired: their folds", "folds")
        .doesNotContain("interval");
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    CommandRun run = CommandRun.of("compare", "al", "--out", experiments);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("al: no finished experiment", "all, less, other");
  }
}
