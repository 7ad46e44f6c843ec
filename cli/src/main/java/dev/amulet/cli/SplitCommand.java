package dev.amulet.cli;

import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amulet split}: a table in two parts. */
@Command(
    name = "split",
    description = {
      "Split a table into train.csv and test.csv.",
      "Rows that show nearly the same picture stay on one side. Image paths are written relative"
          + " to the folder of the parts."
    })
final class SplitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DataArguments input = new DataArguments();

  @Option(
      names = "--ratio",
      paramLabel = "R",
      description = "Share of the rows in train.csv; 0.75.")
  private double ratio = 0.75;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for train.csv and test.csv; made if need be.")
  private Path out = Path.of("");

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the draw; 1.")
  private long seed = 1;

  @Option(
      names = "--stratify",
      paramLabel = "COL",
      description = "Both parts get their share of this column's values; for a folder: label.")
  private @Nullable String stratify;

  @Option(
      names = "--group",
      paramLabel = "COL",
      description = "Rows with the same value stay on one side.")
  private @Nullable String group;

  SplitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    DatasetSplit.Options options = new DatasetSplit.Options(ratio, seed, stratify, group);
    for (String part : new String[] {DatasetSplit.TRAIN, DatasetSplit.TEST}) {
      Inputs.requireOther(out.resolve(part), input.data);
    }
    try (ProgressLine progress = new ProgressLine(terminal, terminal.err())) {
      Dataset table = input.read(progress);
      DatasetSplit split = DatasetSplit.write(table, out, options, progress);
      split.remarks().forEach(terminal.err()::println);
      terminal
          .out()
          .printf("%s  %s%n", out.resolve(DatasetSplit.TRAIN), rows(split.trainRows()))
          .printf("%s  %s%n", out.resolve(DatasetSplit.TEST), rows(split.testRows()));
    }
    return Main.DONE;
  }

  private static String rows(int count) {
    return Figures.count(count, "row");
  }
}
