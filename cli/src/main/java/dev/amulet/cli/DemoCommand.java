package dev.amulet.cli;

import dev.amulet.cli.BulkScoring.OnError;
import dev.amulet.cli.BulkScoring.RowFailure;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.VerificationReport;
import dev.amulet.runtime.csv.PredictionWriter;
import dev.amulet.training.Experiment;
import dev.amulet.training.ExperimentConfig;
import dev.amulet.training.ExperimentResult;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import dev.amulet.training.demo.CarLot;
import dev.amulet.training.evaluation.Evaluation;
import dev.amulet.training.evaluation.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amulet demo}: everything, end to end, on pictures that it draws. */
@Command(
    name = "demo",
    description = "Draw cars for sale, train on them, score a held-out part. Needs no download.")
final class DemoCommand implements Callable<Integer> {
  private static final String NETWORK = "nano";
  private static final long SEED = 2026;
  private static final int EXAMPLES = 3;
  private static final String MARKER = "README.txt";
  private static final String MARK =
      "Drawn and written by ./amulet demo; the next demo here replaces it.\n";

  private final Terminal terminal;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder to write to; demo.")
  private Path out = Path.of("demo");

  @Option(names = "--cars", paramLabel = "N", hidden = true, description = "Cars to draw.")
  private int cars = CarLot.DEFAULT_CARS;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, ArtifactException {
    if (cars < 40) {
      throw CommandFailure.wrongInput("--cars " + cars + ": the demo needs 40 or more");
    }
    requireOwnFolder();
    long start = System.nanoTime();
    print("What is a used car worth? The table says make, year and mileage;");
    print("the shape of the body and the wear are in the photo only.");
    draw();
    ExperimentResult both = train();
    Path predictions = out.resolve("predictions.csv");
    step(3, "Scoring the " + cars / 4 + " cars held out, with " + both.amulet());
    score(both.amulet(), predictions);
    ExperimentResult tableOnly = trainTableOnly();
    score(tableOnly.amulet(), out.resolve("predictions_table_only.csv"));
    compare(predictions);
    step(4, "Verifying the amulet");
    boolean verified = verify(both.amulet());
    next(both.amulet());
    print("");
    print(String.format(Locale.ROOT, "Demo done in %.0f s.", (System.nanoTime() - start) / 1e9));
    return verified ? Main.DONE : Main.WORK_FAILED;
  }

  /** Nothing of the user's is replaced: a folder with files must be one that a demo made. */
  private void requireOwnFolder() throws IOException {
    Path marker = out.resolve(MARKER);
    if (Files.isRegularFile(marker) && Files.readString(marker).equals(MARK)) {
      return;
    }
    if (Files.exists(out)) {
      if (!Files.isDirectory(out)) {
        throw CommandFailure.wrongInput("--out " + out + ": is no folder; give another");
      }
      try (Stream<Path> files = Files.list(out)) {
        if (files.findAny().isPresent()) {
          throw CommandFailure.wrongInput(
              "--out "
                  + out
                  + ": holds files that no demo made and that this one could replace; give a new or"
                  + " empty folder with --out DIR");
        }
      }
    }
    Files.createDirectories(out);
    Files.writeString(marker, MARK);
  }

  private void draw() throws IOException {
    step(1, "Drawing " + cars + " cars");
    try (ProgressLine progress = new ProgressLine(terminal, terminal.out())) {
      new CarLot(cars, SEED).write(out, cars / 4, done -> progress.progress("drawing", done, cars));
    }
    print("  " + out.resolve("photos") + "     the pictures");
    print("  " + out.resolve("train.csv") + "  " + (cars - cars / 4) + " cars to train on");
    print("  " + out.resolve("test.csv") + "   " + cars / 4 + " cars held out");
  }

  private ExperimentResult train() {
    step(2, "Training on " + out.resolve("train.csv"));
    print("  The network is " + NETWORK + ": small, trained on pictures drawn from formulas, and");
    print("  part of Amulet. It shows the whole way; one that has seen photos sees more.");
    try (ProgressLine progress = new ProgressLine(terminal, terminal.out())) {
      return Experiment.of(
              config("cars").set("image_transformer_pretrained_models", NETWORK).build())
          .run(indented(progress));
    }
  }

  private ExperimentResult trainTableOnly() {
    return Experiment.of(config("cars_table_only").drop(List.of("image")).build())
        .run(ProgressListener.silent());
  }

  private ExperimentConfig.Builder config(String name) {
    return ExperimentConfig.builder(out.resolve("train.csv"))
        .target(CarLot.TARGET)
        .name(name)
        .out(out.resolve("experiments"))
        .set("tree_settings", "usual")
        .seed(SEED);
  }

  private static ProgressListener indented(ProgressListener progress) {
    return new ProgressListener() {
      @Override
      public void message(String line) {
        progress.message("  " + line);
      }

      @Override
      public void progress(String phase, long done, long total) {
        progress.progress(phase, done, total);
      }
    };
  }

  private void score(Path amulet, Path predictions) throws IOException, ArtifactException {
    ScorerOptions options = ScorerOptions.builder().imageRoot(out).build();
    Path test = out.resolve("test.csv");
    try (Scorer scorer = Scorer.open(amulet, options);
        RowFeed feed = RowFeed.ofFile(test, scorer.schema());
        PredictionWriter writer =
            new PredictionWriter(Files.newBufferedWriter(predictions), scorer);
        ProgressLine progress = new ProgressLine(terminal, terminal.err())) {
      new BulkScoring(scorer, ScoreOptions.none(), OnError.FAIL, null).run(feed, writer, progress);
    } catch (RowFailure e) {
      throw CommandFailure.workFailed(String.valueOf(e.getMessage()));
    }
  }

  /** The held-out figures beside those of the table alone and of always saying the mean. */
  private void compare(Path predictions) {
    Dataset test = DatasetReader.read(out.resolve("test.csv"), null);
    double[] actual = numbers(test, CarLot.TARGET);
    double[] both = numbers(DatasetReader.read(predictions, null), CarLot.TARGET);
    double[] tableOnly =
        numbers(DatasetReader.read(out.resolve("predictions_table_only.csv"), null), CarLot.TARGET);
    double mean =
        Arrays.stream(numbers(DatasetReader.read(out.resolve("train.csv"), null), CarLot.TARGET))
            .average()
            .orElseThrow();
    double[] constant = new double[actual.length];
    Arrays.fill(constant, mean);
    TextTable table = new TextTable("  ", "lrrr");
    table.add("on the held-out cars", "RMSE", "MAE", "R2");
    metrics(table, "table and photos", actual, both);
    metrics(table, "table only", actual, tableOnly);
    metrics(table, "the mean price", actual, constant);
    table.lines().forEach(this::print);
    print("");
    examples(test, actual, both, tableOnly);
  }

  private static void metrics(TextTable table, String name, double[] actual, double[] predicted) {
    Map<Metric, Double> values =
        Evaluation.of(Task.REGRESSION, actual, predicted, 1, null, 0.5).values();
    table.add(
        name,
        Figures.number(values.getOrDefault(Metric.RMSE, Double.NaN)),
        Figures.number(values.getOrDefault(Metric.MAE, Double.NaN)),
        String.format(Locale.ROOT, "%.3f", values.getOrDefault(Metric.R2, Double.NaN)));
  }

  private void examples(Dataset test, double[] actual, double[] both, double[] tableOnly) {
    TextTable table = new TextTable("  ", "lllrrrr");
    table.add("photo", "make", "year", "mileage", "price", "predicted", "table only");
    for (int row = 0; row < Math.min(EXAMPLES, actual.length); row++) {
      table.add(
          cell(test, row, "image"),
          cell(test, row, "make"),
          cell(test, row, "year"),
          cell(test, row, "mileage"),
          Figures.number(actual[row]),
          Figures.number(Math.rint(both[row])),
          Figures.number(Math.rint(tableOnly[row])));
    }
    table.lines().forEach(this::print);
  }

  private static String cell(Dataset table, int row, String column) {
    return Objects.requireNonNullElse(table.cell(row, table.columnIndex(column)), "–");
  }

  private static double[] numbers(Dataset table, String column) {
    double[] values = new double[table.rows()];
    int index = table.columnIndex(column);
    for (int row = 0; row < values.length; row++) {
      values[row] = Double.parseDouble(Objects.requireNonNull(table.cell(row, index)));
    }
    return values;
  }

  private boolean verify(Path amulet) throws ArtifactException {
    try (Scorer scorer = Scorer.open(amulet)) {
      VerificationReport report = scorer.verify();
      VerifyCommand.lines(amulet, report).forEach(line -> print("  " + line));
      return report.passed();
    }
  }

  private void next(Path amulet) {
    print("");
    Path report = amulet.resolveSibling("report.html");
    if (Files.exists(report)) {
      print("What training found out, to open in a browser:");
      print("  " + report);
      print("");
    }
    print("Try next:");
    print("  ./amulet inspect " + amulet);
    print("  ./amulet score " + amulet + " " + out.resolve("test.csv") + " -o prices.csv");
    print("  ./amulet verify " + amulet);
    print(
        "  ./amulet train "
            + out.resolve("cars.csv")
            + " --target price --set image_transformer_pretrained_models="
            + NETWORK
            + " --name all_cars");
  }

  private void step(int number, String what) {
    print("");
    print(number + "  " + what);
  }

  private void print(String line) {
    terminal.out().println(line);
  }
}
