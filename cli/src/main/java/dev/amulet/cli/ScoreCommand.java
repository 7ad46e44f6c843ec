package dev.amulet.cli;

import dev.amulet.cli.BulkScoring.OnError;
import dev.amulet.cli.BulkScoring.RowFailure;
import dev.amulet.cli.BulkScoring.Totals;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Kind;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.csv.PredictionWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amulet score}: rows in, one line of predictions each out. */
@Command(
    name = "score",
    description = "Score rows: one line of CSV per row, in order (row, prediction, error).")
final class ScoreCommand implements Callable<Integer> {
  /** Nobody waits for one row here, and a busy machine must not cost a prediction. */
  private static final ImagePolicy PATIENT = ImagePolicy.builder().maxDecodeMs(60_000).build();

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "AMULET", description = "The model.")
  private Path amulet = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = {
        "CSV or TSV file with a header, or JSON lines (.jsonl, .ndjson: one object per line);",
        "- for either on standard input.",
        "A zip, tar or tar.gz archive of a table and its images, or the http(s) address of one.",
        "For a model that needs one image column only: image files, or a folder or archive of them."
      })
  private List<String> inputs = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "File to write; else standard output.")
  private @Nullable Path output;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Folder that image paths start from; else the input's own.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--contributions",
      description =
          "Add contrib.<column>: what each column, images included, adds to the margin, and"
              + " contrib.bias; they sum to it.")
  private boolean contributions;

  @Option(
      names = "--intervals",
      description = "Add <target>.lower and <target>.upper (regression).")
  private boolean intervals;

  @Option(
      names = "--embeddings",
      description = "Add <column>.<network>.<i>: what the networks made of the images.")
  private boolean embeddings;

  @Option(
      names = "--heatmaps",
      paramLabel = "DIR",
      description =
          "Write DIR/<row>.<column>.png: what in the image speaks for the predicted class, or"
              + " raises the value.")
  private @Nullable Path heatmaps;

  @Option(
      names = "--on-error",
      paramLabel = "fail|null|skip",
      description = {
        "For a row that cannot be scored, or not with the image given: stop with exit code 1, say"
            + " why in column error (the default), or leave the line out."
      })
  private OnError onError = OnError.NULL;

  private @Nullable ScoreInput input;

  ScoreCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, ArtifactException {
    Inputs.requireFile(amulet, "amulet");
    input().require();
    ScorerOptions options =
        ScorerOptions.builder().imageSource(input().images()).imagePolicy(PATIENT).build();
    long start = System.nanoTime();
    try (Scorer scorer = Scorer.open(amulet, options)) {
      if (scorer.manifest().getKind() != Kind.MODEL) {
        throw CommandFailure.wrongInput(amulet + ": is a draft, which has no model to score with");
      }
      requireAvailable(scorer);
      Totals totals;
      try (RowFeed feed = input().feed(terminal.in(), scorer.schema())) {
        totals = output == null ? toStandardOutput(scorer, feed) : toFile(output, scorer, feed);
      }
      report(totals, (System.nanoTime() - start) / 1e9);
    }
    return Main.DONE;
  }

  private ScoreOptions asked() {
    ScoreOptions.Builder asked = ScoreOptions.builder();
    if (contributions) {
      asked.contributions(FeatureSpace.ORIGINAL);
    }
    if (intervals) {
      asked.intervals();
    }
    if (embeddings) {
      asked.embeddings();
    }
    if (heatmaps != null) {
      asked.activationMaps();
    }
    return asked.build();
  }

  private void requireAvailable(Scorer scorer) {
    try {
      scorer.requireAvailable(asked());
    } catch (IllegalStateException e) {
      throw CommandFailure.wrongInput(amulet + ": " + e.getMessage());
    }
  }

  private ScoreInput input() {
    ScoreInput known = input;
    if (known == null) {
      known = new ScoreInput(inputs, imageRoot);
      input = known;
    }
    return known;
  }

  private Totals toStandardOutput(Scorer scorer, RowFeed feed) throws IOException {
    Writer out =
        new BufferedWriter(new OutputStreamWriter(terminal.results(), StandardCharsets.UTF_8));
    try {
      return score(scorer, feed, out);
    } catch (RowFailure e) {
      throw stopped(e, Figures.count(e.written(), "row") + " written before it");
    }
  }

  private Totals toFile(Path file, Scorer scorer, RowFeed feed) throws IOException {
    try (OutputFile target = OutputFile.at(file, filesRead())) {
      Totals totals = score(scorer, feed, target.writer());
      target.publish();
      return totals;
    } catch (RowFailure e) {
      throw stopped(e, "no output was written");
    }
  }

  private List<Path> filesRead() throws IOException {
    List<Path> files = new ArrayList<>(input().files());
    files.add(amulet);
    return files;
  }

  private static CommandFailure stopped(RowFailure row, String outcome) {
    return CommandFailure.workFailed(
        row.getMessage()
            + "\n"
            + outcome
            + "; --on-error null writes such rows with the reason, --on-error skip leaves them out");
  }

  private Totals score(Scorer scorer, RowFeed feed, Writer out) throws IOException, RowFailure {
    Totals totals;
    HeatMapFolder folder = heatmaps == null ? null : HeatMapFolder.at(heatmaps);
    try (PredictionWriter writer = new PredictionWriter(out, scorer, asked());
        ProgressLine progress = new ProgressLine(terminal, terminal.err())) {
      totals = new BulkScoring(scorer, asked(), onError, folder).run(feed, writer, progress);
    }
    requireSomeImage(totals);
    return totals;
  }

  /** A wrong image root must not look like success. */
  private void requireSomeImage(Totals totals) throws IOException {
    if (totals.rows() == 0 || totals.imageProblems() < totals.rows()) {
      return;
    }
    String first = totals.firstImage().isEmpty() ? totals.firstError() : totals.firstImage();
    throw CommandFailure.wrongInput(
        "every row has an image that cannot be used, the first: "
            + first
            + "\nimage paths start from "
            + input().root().toAbsolutePath().normalize()
            + "; give another folder with --image-root DIR");
  }

  private void report(Totals totals, double seconds) {
    if (output != null) {
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "%s scored in %.1f s: %s%n",
              Figures.count(totals.rows() - totals.failed(), "row"),
              seconds,
              output);
    }
    if (totals.withoutImage() > 0) {
      terminal
          .err()
          .println(
              Figures.count(totals.withoutImage(), "row")
                  + " scored without an image that cannot be used, the first: "
                  + totals.firstImage());
    }
    if (totals.failed() > 0) {
      terminal
          .err()
          .println(
              Figures.count(totals.failed(), "row")
                  + (onError == OnError.SKIP ? " left out" : " without a prediction")
                  + ", the first: "
                  + totals.firstError());
    }
  }
}
