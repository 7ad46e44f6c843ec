package dev.amulet.cli;

import dev.amulet.format.ArtifactException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amulet bench}: how fast an amulet scores here. */
@Command(
    name = "bench",
    description = "Measure how fast an amulet opens and scores on this machine.")
final class BenchCommand implements Callable<Integer> {
  private static final double LONGEST_PART_SECONDS = 3_600;

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "AMULET", description = "The model.")
  private Path amulet = Path.of("");

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "INPUT",
      description = "Rows to score again and again, as for score: a file or images, not -.")
  private List<String> inputs = List.of();

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Folder that image paths start from; else the input's own.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each part is measured, after half of it to warm up (3).")
  private double seconds = 3;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, ArtifactException {
    Inputs.requireFile(amulet, "amulet");
    ScoreInput input = new ScoreInput(inputs, imageRoot);
    input.require();
    if (input.isStandardInput()) {
      throw CommandFailure.wrongInput("bench reads its input more than once; give a file");
    }
    if (!(seconds > 0 && seconds <= LONGEST_PART_SECONDS)) {
      throw CommandFailure.wrongInput(
          "--seconds " + seconds + ": must be above 0 and at most " + LONGEST_PART_SECONDS);
    }
    BenchReport report = new Bench(amulet, input, seconds, terminal.err()::println).run();
    if (json) {
      terminal.out().println(report.json());
    } else {
      report.lines().forEach(terminal.out()::println);
    }
    return Main.DONE;
  }
}
