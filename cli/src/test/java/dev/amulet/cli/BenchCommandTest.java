package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.amulet.training.demo.CarLot;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @TempDir static Path folder;

  private static Path amulet;

  @BeforeAll
  static void train() throws Exception {
    new CarLot(40, 5).write(folder, 8, done -> {});
    CommandRun training =
        CommandRun.of(
            "train",
            folder.resolve("train.csv"),
            "--target",
            "price",
            "--folds",
            "2",
            "--set",
            "image_transformer_pretrained_models=random64",
            "--name",
            "cars",
            "--out",
            folder);
    assertThat(training.exitCode()).as(training.err()).isZero();
    amulet = folder.resolve("cars").resolve("model.amulet");
  }

  @Test
  void everyPartIsMeasuredAndPrinted() {
    CommandRun run =
        CommandRun.of("bench", amulet, folder.resolve("test.csv"), "--seconds", "0.05");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("machine", "8 rows", "open", "first row", "p50", "p99")
        .contains("fetch", "decode", "preprocess", "network", "finish")
        .containsPattern("threads +batch +rows/s\n +1 +1 +[0-9.,]+\n");
  }

  @Test
  void jsonHoldsTheSameFiguresInOrderOfSize() throws Exception {
    Path table = folder.resolve("one-bad.csv");
    Files.writeString(table, Files.readString(folder.resolve("test.csv")) + "a,b\n");
    CommandRun run = CommandRun.of("bench", amulet, table, "--seconds", "0.05", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.get("rows").asInt()).isEqualTo(8);
    assertThat(report.get("left_out").asInt()).isEqualTo(1);
    assertThat(report.get("first_open_ms").asDouble()).isPositive();
    JsonNode oneRow = report.get("one_row");
    assertThat(oneRow.get("calls").asInt()).isPositive();
    assertThat(oneRow.get("p50_ms").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(oneRow.get("p99_ms").asDouble());
    assertThat(oneRow.get("stages_ms").size()).isEqualTo(5);
    assertThat(oneRow.get("stages_ms").get("decode").asDouble()).isPositive();
    assertThat(report.get("bulk")).isNotEmpty();
    report.get("bulk").forEach(b -> assertThat(b.get("rows_per_second").asDouble()).isPositive());
  }

  @Test
  void anInputWithoutAScorableRowIsRefused() throws Exception {
    Path table = folder.resolve("bad.csv");
    String header = Files.readAllLines(folder.resolve("test.csv")).get(0);
    Files.writeString(table, header + "\na,b\n");
    CommandRun bad = CommandRun.of("bench", amulet, table);
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.err()).contains("no row", "bad.csv line 2", "2 fields");
    assertThat(CommandRun.of("bench", amulet, "-").err()).contains("give a file");
    assertThat(CommandRun.of("bench", amulet, table, "--seconds", "0").exitCode()).isEqualTo(2);
  }
}
