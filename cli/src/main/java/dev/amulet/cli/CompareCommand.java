package dev.amulet.cli;

import dev.amulet.format.ArtifactException;
import dev.amulet.training.ExperimentSummary;
import dev.amulet.training.PairedDifference;
import dev.amulet.training.RowTimer;
import dev.amulet.training.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amulet compare}: finished experiments side by side. */
@Command(
    name = "compare",
    description = {
      "Compare finished experiments: scores, settings that differ, size and speed.",
      "Where two have the same folds, also the difference fold by fold with its 95 % interval."
          + " Without EXPERIMENT: list them."
    })
final class CompareCommand implements Callable<Integer> {
  /** Where results go and how a run is called say nothing about the model. */
  private static final Set<String> NOT_COMPARED = Set.of("name", "out");

  private final Terminal terminal;

  @Parameters(
      paramLabel = "EXPERIMENT",
      arity = "0..*",
      description = "Name of an experiment, or its folder; the first is what others are held to.")
  private List<String> experiments = new ArrayList<>();

  @Option(names = "--out", paramLabel = "DIR", description = "Where experiments are; experiments.")
  private Path out = Path.of("experiments");

  CompareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ArtifactException {
    if (experiments.isEmpty()) {
      list();
      return Main.DONE;
    }
    List<ExperimentSummary> read = new ArrayList<>();
    for (String experiment : experiments) {
      read.add(ExperimentSummary.read(folder(experiment)));
    }
    sideBySide(read);
    settings(read);
    pairs(read);
    return Main.DONE;
  }

  private Path folder(String experiment) {
    Path named = out.resolve(experiment);
    Path given = Path.of(experiment);
    if (ExperimentSummary.isExperiment(given) || ExperimentSummary.isExperiment(named)) {
      return ExperimentSummary.isExperiment(given) ? given : named;
    }
    String known =
        ExperimentSummary.list(out).stream()
            .map(folder -> String.valueOf(folder.getFileName()))
            .collect(Collectors.joining(", "));
    throw CommandFailure.wrongInput(
        "%s: no finished experiment of this name in %s%s"
            .formatted(experiment, out, known.isEmpty() ? "" : "; there are: " + known));
  }

  private void list() {
    List<Path> folders = ExperimentSummary.list(out);
    if (folders.isEmpty()) {
      terminal.out().println("no finished experiments in " + out);
      return;
    }
    TextTable table = new TextTable("", "lllrrl");
    table.add("experiment", "scorer", "validation", "rows", "seconds", "model");
    for (Path folder : folders) {
      ExperimentSummary summary = ExperimentSummary.read(folder);
      table.add(
          String.valueOf(folder.getFileName()),
          summary.scorer().name(),
          summary.validation().toString(),
          Integer.toString(summary.rows()),
          String.format(Locale.ROOT, "%.0f", summary.seconds()),
          model(summary));
    }
    table.lines().forEach(terminal.out()::println);
  }

  private static String model(ExperimentSummary summary) {
    return summary.model() + (summary.cutShort() ? " (search cut short)" : "");
  }

  private void sideBySide(List<ExperimentSummary> read) throws ArtifactException {
    TextTable table = new TextTable("", "l" + "l".repeat(read.size()));
    row(table, "", read, ExperimentSummary::name);
    row(table, "scorer", read, e -> e.scorer().name());
    row(table, "validation", read, e -> e.validation().toString());
    if (read.stream().anyMatch(e -> !Double.isNaN(e.test()))) {
      row(table, "test", read, e -> Figures.number(e.test()));
    }
    row(table, "model", read, CompareCommand::model);
    row(table, "rows", read, e -> Integer.toString(e.rows()));
    row(table, "seconds", read, e -> String.format(Locale.ROOT, "%.1f", e.seconds()));
    row(table, "size", read, e -> Figures.bytes(e.bytes()));
    List<String> speeds = new ArrayList<>();
    for (ExperimentSummary summary : read) {
      speeds.add(Figures.number(RowTimer.msPerRow(summary.amulet())));
    }
    table.add(cells("ms per row, here", speeds));
    table.lines().forEach(terminal.out()::println);
  }

  private static void row(
      TextTable table,
      String label,
      List<ExperimentSummary> read,
      Function<ExperimentSummary, String> cell) {
    table.add(cells(label, read.stream().map(cell).toList()));
  }

  private static String[] cells(String label, List<String> values) {
    List<String> cells = new ArrayList<>(List.of(label));
    cells.addAll(values);
    return cells.toArray(String[]::new);
  }

  private void settings(List<ExperimentSummary> read) {
    Set<String> keys = new TreeSet<>();
    read.forEach(summary -> keys.addAll(summary.settings().keySet()));
    keys.removeAll(NOT_COMPARED);
    TextTable table = new TextTable("  ", "l" + "l".repeat(read.size()));
    for (String key : keys) {
      List<String> values =
          read.stream().map(summary -> summary.settings().getOrDefault(key, "–")).toList();
      if (values.stream().distinct().count() > 1) {
        table.add(cells(key, values));
      }
    }
    if (read.size() < 2) {
      return;
    }
    terminal.out().println();
    terminal.out().println(table.isEmpty() ? "no setting differs" : "settings that differ:");
    table.lines().forEach(terminal.out()::println);
  }

  private void pairs(List<ExperimentSummary> read) {
    if (read.size() < 2) {
      return;
    }
    ExperimentSummary first = read.get(0);
    terminal.out().println();
    for (ExperimentSummary other : read.subList(1, read.size())) {
      try {
        terminal.out().println(words(first, other, PairedDifference.of(first, other)));
      } catch (TrainingException e) {
        terminal.out().println(e.getMessage());
      }
    }
  }

  private static String words(
      ExperimentSummary first, ExperimentSummary other, PairedDifference difference) {
    boolean greater = first.scorer().greaterIsBetter();
    boolean certain = difference.low() > 0 || difference.high() < 0;
    String verdict =
        certain
            ? (difference.mean() > 0) == greater ? "better" : "worse"
            : "no difference that chance does not explain";
    return String.format(
        Locale.ROOT,
        "%s less %s, %s fold by fold: %+.5f, 95 %% interval %+.5f to %+.5f over %d folds: %s",
        other.name(),
        first.name(),
        first.scorer(),
        difference.mean(),
        difference.low(),
        difference.high(),
        difference.folds(),
        verdict);
  }
}
