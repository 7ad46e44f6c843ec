package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Experiments in which some rows are never held out. */
class TimeOrderedExperimentTest {
  private static final int ROWS = 180;

  @TempDir Path folder;

  private Path table(String task) throws IOException {
    StringBuilder csv = new StringBuilder("x,colour,when,y\n");
    Random random = new Random(7);
    for (int i = 0; i < ROWS; i++) {
      double x = random.nextGaussian();
      String target =
          switch (task) {
            case "number" -> String.format(Locale.ROOT, "%.3f", 10 + 3 * x + random.nextGaussian());
            case "two" -> x + 0.5 * random.nextGaussian() > 0 ? "yes" : "no";
            default -> x < -0.5 ? "low" : x > 0.5 ? "high" : "middle";
          };
      csv.append(
          String.format(
              Locale.ROOT,
              "%.3f,%s,2024-%02d-%02d,%s%n",
              x,
              random.nextBoolean() ? "red" : "blue",
              1 + i % 12,
              1 + i % 28,
              target));
    }
    return Files.writeString(folder.resolve(task + ".csv"), csv);
  }

  private static List<NamedCsvRecord> outOfFold(ExperimentResult result) throws IOException {
    try (Stream<NamedCsvRecord> records =
        CsvReader.builder()
            .ofNamedCsvRecord(result.directory().resolve("predictions/oof.csv"))
            .stream()) {
      return records.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"number", "two", "three"})
  void rowsThatNothingPredictedOutOfFoldAreEmptyAndHaveNoSay(String task) throws Exception {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(
                ExperimentConfig.builder(table(task))
                    .target("y")
                    .timeColumn("when")
                    .folds(3)
                    .set("threads", "1")
                    .out(folder.resolve("out"))
                    .build())
            .run(messages);
    assertThat(result.validation().mean()).isFinite();
    assertThat(messages.lines)
        .anyMatch(line -> line.contains("earlier rows") && line.contains("never validated"));
    List<NamedCsvRecord> rows = outOfFold(result);
    assertThat(rows).hasSize(ROWS);
    long never = rows.stream().filter(row -> row.getField("fold").isEmpty()).count();
    assertThat(never).isBetween(30L, 60L);
    assertThat(rows).allMatch(row -> row.getField("fold").isEmpty() == row.getField("y").isEmpty());
    assertThat(Files.readString(result.directory().resolve("predictions/oof.csv")))
        .doesNotContain("NaN");
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .contains("time = \"when\"");
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.schema().columns()).extracting(Column::name).containsExactly("x", "colour");
    }
  }

  @Test
  void aHoldoutIsOneFold() throws IOException {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(
                ExperimentConfig.builder(table("two"))
                    .target("y")
                    .drop(List.of("when"))
                    .set("holdout", "0.25")
                    .set("threads", "1")
                    .out(folder.resolve("out"))
                    .build())
            .run(messages);
    assertThat(result.validation().sd()).isZero();
    assertThat(result.validation().mean()).isGreaterThan(0.7);
    assertThat(outOfFold(result)).filteredOn(row -> row.getField("fold").equals("0")).hasSize(45);
    assertThat(messages.lines).anyMatch(line -> line.contains("45 of 180 rows held out once"));
  }
}
