package dev.amulet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.Experiment;
import dev.amulet.training.ExperimentConfig;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.demo.CarLot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example on a model of a few drawn cars. */
class ExamplesTest {
  private static final ProgressListener QUIET =
      new ProgressListener() {
        @Override
        public void message(String line) {}

        @Override
        public void progress(String phase, long done, long total) {}
      };

  @TempDir static Path folder;
  private static Path cars;
  private static Path amulet;

  @BeforeAll
  static void trainOnAFewCars() throws Exception {
    cars = folder.resolve("cars");
    new CarLot(48, 7).write(cars, 8, painted -> {});
    ExperimentConfig config =
        ExperimentConfig.builder(cars.resolve("train.csv"))
            .target(CarLot.TARGET)
            .folds(2)
            .name("cars")
            .out(folder)
            .build();
    amulet = Experiment.of(config).run(QUIET).amulet();
  }

  @Test
  void scoreOneRowPrintsWhatTheScorerPredicts() throws Exception {
    String[] cells = {"make=Volvo", "year=2015", "mileage=52000", "image=" + photo()};
    String expected;
    ScorerOptions options = ScorerOptions.builder().imageRoot(cars).build();
    try (Scorer scorer = Scorer.open(amulet, options)) {
      Row row = scorer.newRow();
      for (String cell : cells) {
        row.set(cell.substring(0, cell.indexOf('=')), cell.substring(cell.indexOf('=') + 1));
      }
      expected = "price = " + scorer.score(row).value();
    }

    assertThat(output(amulet.toString(), cars.toString(), cells)).isEqualTo(expected);
  }

  @Test
  void scoreOneRowTellsABadRowFromABadModel() throws Exception {
    assertThat(output(amulet.toString(), cars.toString(), "mileage=far"))
        .startsWith("this row cannot be scored: ")
        .contains("mileage", "far");
    assertThat(output(cars.resolve("cars.csv").toString(), cars.toString()))
        .startsWith("this model cannot be used: ");
  }

  private static String photo() throws Exception {
    try (Stream<Path> photos = Files.list(cars.resolve("photos"))) {
      return "photos/" + photos.sorted().findFirst().orElseThrow().getFileName();
    }
  }

  private static String output(String model, String images, String... cells) {
    String[] words = new String[cells.length + 2];
    words[0] = model;
    words[1] = images;
    System.arraycopy(cells, 0, words, 2, cells.length);
    PrintStream standardOutput = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      ScoreOneRow.main(words);
    } finally {
      System.setOut(standardOutput);
    }
    return printed.toString(UTF_8).strip();
  }
}
