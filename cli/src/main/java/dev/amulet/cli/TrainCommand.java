package dev.amulet.cli;

import dev.amulet.training.Experiment;
import dev.amulet.training.ExperimentConfig;
import dev.amulet.training.ExperimentResult;
import dev.amulet.training.data.DatasetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amulet train}: an experiment, from a table to an amulet. */
@Command(name = "train", description = "Train on a table and write an amulet.")
final class TrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DataArguments input = new DataArguments();

  @Option(
      names = "--target",
      paramLabel = "COL",
      description = "Column to predict; for a folder: label.")
  private @Nullable String target;

  @Option(names = "--test", paramLabel = "DATA", description = "Table to score at the end.")
  private @Nullable Path test;

  @Option(names = "--drop", paramLabel = "A,B", split = ",", description = "Columns to leave out.")
  private List<String> drop = new ArrayList<>();

  @Option(
      names = "--keep",
      paramLabel = "A,B",
      split = ",",
      description = "Columns to use, no others.")
  private List<String> keep = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the experiment.")
  private @Nullable String name;

  @Option(
      names = "--group",
      paramLabel = "COL",
      description = "Rows with the same value stay on one side of every split.")
  private @Nullable String group;

  @Option(names = "--folds", paramLabel = "K", description = "Folds of cross-validation; 5.")
  private @Nullable Integer folds;

  @Option(names = "--fold-column", paramLabel = "COL", description = "Column with each row's fold.")
  private @Nullable String foldColumn;

  @Option(names = "--weight", paramLabel = "COL", description = "Column with each row's weight.")
  private @Nullable String weight;

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Column that orders rows in time: each fold trains on earlier rows only.")
  private @Nullable String time;

  @Option(
      names = "--scorer",
      paramLabel = "NAME",
      description = "Metric that counts, such as RMSE.")
  private @Nullable String scorer;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of every random choice; 1.")
  private @Nullable Long seed;

  @Option(
      names = "--time-budget",
      paramLabel = "MINUTES",
      description = "Candidates that would take longer are not tried; 10.")
  private @Nullable Double timeBudget;

  @Option(names = "--weights-dir", paramLabel = "DIR", description = "Folder of network files.")
  private @Nullable Path weightsDir;

  @Option(
      names = "--config",
      paramLabel = "FILE.toml",
      description = "Settings to start from, such as an experiment's config.toml.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "One setting; may be repeated. Wins over --config.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--dry-run", description = "Say the plan and stop: nothing is written.")
  private boolean dryRun;

  @Option(names = "--out", paramLabel = "DIR", description = "Where experiments go; experiments.")
  private @Nullable Path out;

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (target == null
        && config == null
        && !settings.containsKey("target")
        && !DatasetReader.mayHaveLabels(input.data)) {
      throw CommandFailure.wrongInput(
          "train " + input.data + ": which column is to be predicted? Give it with --target COL");
    }
    if (dryRun) {
      try (ProgressLine progress = new ProgressLine(terminal, terminal.out())) {
        Experiment.of(configuration()).plan(progress);
      }
      return Main.DONE;
    }
    Experiment experiment = Experiment.of(configuration());
    ExperimentResult result;
    try (ProgressLine progress = new ProgressLine(terminal, terminal.out())) {
      result = Interrupts.during(experiment, terminal, progress);
    }
    summary(result);
    return Main.DONE;
  }

  private ExperimentConfig configuration() {
    ExperimentConfig.Builder builder = ExperimentConfig.builder(input.data);
    if (config != null) {
      builder.configFile(config);
    }
    settings.forEach(builder::set);
    if (target != null) {
      builder.target(target);
    }
    if (test != null) {
      builder.test(test);
    }
    if (!drop.isEmpty()) {
      builder.drop(drop);
    }
    if (!keep.isEmpty()) {
      builder.keep(keep);
    }
    if (input.imageRoot != null) {
      builder.imageRoot(input.imageRoot);
    }
    if (name != null) {
      builder.name(name);
    }
    if (out != null) {
      builder.out(out);
    }
    if (weightsDir != null) {
      builder.weightsDir(weightsDir);
    }
    validation(builder);
    return builder.build();
  }

  private void validation(ExperimentConfig.Builder builder) {
    if (group != null) {
      builder.groupColumn(group);
    }
    if (folds != null) {
      builder.folds(folds);
    }
    if (foldColumn != null) {
      builder.foldColumn(foldColumn);
    }
    if (weight != null) {
      builder.weightColumn(weight);
    }
    if (time != null) {
      builder.timeColumn(time);
    }
    if (scorer != null) {
      builder.scorer(scorer);
    }
    if (seed != null) {
      builder.seed(seed);
    }
    if (timeBudget != null) {
      builder.set("time_budget", timeBudget.toString());
    }
  }

  private void summary(ExperimentResult result) throws IOException {
    terminal.out().println();
    Double testScore = result.test().get(result.scorer());
    if (testScore != null) {
      terminal.out().println("Test " + result.scorer() + "  " + Figures.number(testScore));
    }
    TextTable files = new TextTable("  ", "ll");
    files.add(
        result.amulet().toString(),
        Figures.bytes(Files.size(result.amulet())) + ", id " + result.amuletId().substring(0, 12));
    for (String file :
        List.of(
            "report.html",
            "metrics.json",
            "leaderboard.csv",
            "config.toml",
            "predictions/oof.csv")) {
      // An experiment whose report could not be made has said so.
      if (Files.exists(result.directory().resolve(file))) {
        files.add(result.directory().resolve(file).toString(), "");
      }
    }
    terminal.out().printf(Locale.ROOT, "Done in %.1f s:%n", result.seconds());
    files.lines().forEach(terminal.out()::println);
    terminal.out().println();
    terminal.out().println("Next:  ./amulet inspect " + result.amulet());
  }
}
