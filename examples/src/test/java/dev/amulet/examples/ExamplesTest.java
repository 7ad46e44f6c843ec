package dev.amulet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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
    String cells = "make=Volvo,year=2015,mileage=52000,image=" + photo();
    List<Object> words = new ArrayList<>(List.of(amulet, cars));
    words.addAll(List.of(cells.split(",")));

    assertThat(output(ScoreOneRow::main, words.toArray())).isEqualTo("price = " + expected(cells));
  }

  @Test
  void scoreOneRowTellsABadRowFromABadModel() throws Exception {
    assertThat(output(ScoreOneRow::main, amulet, cars, "mileage=far"))
        .startsWith("this row cannot be scored: ")
        .contains("mileage", "far");
    assertThat(output(ScoreOneRow::main, cars.resolve("cars.csv"), cars))
        .startsWith("this model cannot be used: ");
  }

  @Test
  void scoreCsvFileWritesOneLinePerRowInOrder() throws Exception {
    List<String> lines = Files.readAllLines(cars.resolve("test.csv"));
    Path table = cars.resolve("new.csv");
    Files.writeString(table, String.join("\n", lines) + "\n" + photo() + ",Volvo\n");
    Path prices = folder.resolve("prices.csv");

    assertThat(output(ScoreCsvFile::main, amulet, table, prices)).isEqualTo("9 rows");

    List<String> scored = Files.readAllLines(prices);
    assertThat(scored).hasSize(10).first().isEqualTo("row,price,error");
    try (Scorer scorer = scorer()) {
      String[] header = lines.get(0).split(",");
      for (int i = 0; i < 8; i++) {
        String[] cells = lines.get(i + 1).split(",");
        Row row = scorer.newRow();
        for (int c = 0; c < header.length; c++) {
          if (scorer.schema().indexOf(header[c]) >= 0) {
            row.set(header[c], cells[c]);
          }
        }
        assertThat(scored.get(i + 1)).isEqualTo(i + "," + scorer.score(row).value() + ",");
      }
    }
    assertThat(scored.get(9)).startsWith("8,,").contains("2 fields");
  }

  @Test
  void embedInServiceScoresOnItsWorkersAndTellsWhichRowIsBad() throws Exception {
    String cells = "make=Volvo,year=2015,mileage=52000,image=" + photo();
    String printed =
        output(EmbedInService::main, amulet, cars, cells, "mileage=far", cells, "image=none.png");

    assertThat(printed.lines()).hasSize(4);
    List<String> lines = printed.lines().toList();
    assertThat(lines.get(0)).isEqualTo("" + expected(cells)).isEqualTo(lines.get(2));
    assertThat(lines.get(1)).contains("mileage", "far");
  }

  @Test
  void embedInServiceFinishesWhatItTookAndTakesNoMore() throws Exception {
    Map<String, String> cells = Map.of("make", "Volvo", "image", photo());
    List<CompletableFuture<Double>> scores = new ArrayList<>();
    EmbedInService service = new EmbedInService(amulet, cars, 3);
    try (service) {
      for (int i = 0; i < 40; i++) {
        scores.add(service.score(cells));
      }
    }

    assertThat(scores).allMatch(CompletableFuture::isDone);
    assertThat(scores.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThatThrownBy(() -> service.score(cells)).isInstanceOf(RejectedExecutionException.class);
    service.close();
  }

  @Test
  void explainARowTellsWhatAddsUpToTheMargin() throws Exception {
    String cells = "make=Volvo,year=2015,mileage=52000,image=" + photo();
    List<Object> words = new ArrayList<>(List.of(amulet, cars));
    words.addAll(List.of(cells.split(",")));

    List<String> lines = output(ExplainARow::main, words.toArray()).lines().toList();

    assertThat(lines.get(0)).isEqualTo("price = " + expected(cells));
    assertThat(lines).anyMatch(line -> line.startsWith("image "));
    double sum = 0;
    for (String line : lines.subList(1, lines.size() - 1)) {
      sum += Double.parseDouble(line.substring(12).strip());
    }
    double margin = Double.parseDouble(lines.get(lines.size() - 1).substring(12).strip());
    assertThat(sum).isCloseTo(margin, within(1e-5));
  }

  @Test
  void scoreFromObjectStoreFetchesTheImage() throws Exception {
    String key = "image=s3://cars/" + photo();
    assertThat(output(ScoreFromObjectStore::main, amulet, cars, "make=Volvo", key))
        .isEqualTo("price = " + expected("make=Volvo,image=" + photo()));
  }

  private static double expected(String cells) throws Exception {
    try (Scorer scorer = scorer()) {
      Row row = scorer.newRow();
      for (String cell : cells.split(",")) {
        row.set(cell.substring(0, cell.indexOf('=')), cell.substring(cell.indexOf('=') + 1));
      }
      return scorer.score(row).value();
    }
  }

  private static Scorer scorer() throws Exception {
    return Scorer.open(amulet, ScorerOptions.builder().imageRoot(cars).build());
  }

  private static String photo() throws Exception {
    try (Stream<Path> photos = Files.list(cars.resolve("photos"))) {
      return "photos/" + photos.sorted().findFirst().orElseThrow().getFileName();
    }
  }

  private interface Program {
    void main(String[] words) throws Exception;
  }

  private static String output(Program program, Object... words) throws Exception {
    PrintStream standardOutput = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      program.main(Stream.of(words).map(String::valueOf).toArray(String[]::new));
    } finally {
      System.setOut(standardOutput);
    }
    return printed.toString(UTF_8).strip();
  }
}
