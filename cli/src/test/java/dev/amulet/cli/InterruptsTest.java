package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.amulet.format.Artifact;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C as a person presses it: a signal to a process that trains. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no kill command")
class InterruptsTest {
  private static final int HANG_GUARD_S = 300;

  @TempDir Path folder;

  private record Ended(int exitCode, List<String> lines) {}

  /** A shell starts what runs in its background with the signal ignored, for all its children. */
  @BeforeAll
  static void theSignalArrives() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      boolean ignored =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("SigIgn:"))
              .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
      assumeFalse(ignored, "SIGINT is ignored here, as in a shell's background");
    }
  }

  /** Trains, and sends a signal after each line that holds the next of some texts. */
  private Ended train(String... signalAfter) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", Main.class.getName(), "train", table().toString(), "--target", "y"));
    command.addAll(List.of("--out", folder.resolve("out").toString(), "--name", "cut"));
    // So many folds that trees are still at work when the signal comes, however fast the machine.
    command.addAll(List.of("--folds", "50", "--set", "threads=1", "--time-budget", "60"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    // ONNX Runtime cannot bear a long command line.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    int next = 0;
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (next < signalAfter.length && line.contains(signalAfter[next])) {
          next++;
          new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        }
      }
      assertThat(process.waitFor(HANG_GUARD_S, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), lines);
  }

  private Path table() throws IOException {
    StringBuilder csv = new StringBuilder("a,b,c,d,y\n");
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      csv.append(
          String.format(
              Locale.ROOT,
              "%.3f,%.3f,%.3f,%.3f,%.3f%n",
              a,
              b,
              random.nextGaussian(),
              random.nextGaussian(),
              a * b + Math.sin(3 * a) + 0.2 * random.nextGaussian()));
    }
    return Files.writeString(folder.resolve("t.csv"), csv);
  }

  @Test
  void pressedOnceTheBestCompleteCandidateIsPublished() throws Exception {
    Ended ended = train("best so far");
    assertThat(ended.lines())
        .as("what it said")
        .anyMatch(line -> line.startsWith("stopping: the best candidate that is complete"))
        .anyMatch(line -> line.startsWith("stopped: the best of 1 complete candidates"));
    assertThat(ended.exitCode()).isZero();
    Path experiment = folder.resolve("out/cut");
    try (Artifact amulet = Artifact.open(experiment.resolve("model.amulet"))) {
      assertThat(amulet.verification()).isPresent();
    }
    assertThat(Files.readString(experiment.resolve("metrics.json")))
        .contains("\"search_cut_short\" : true", "\"learner\" : \"linear\"");
    assertThat(Files.readString(experiment.resolve("leaderboard.csv")).lines()).hasSize(2);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void pressedTwiceNothingIsPublishedAndNothingIsLeft() throws Exception {
    Ended ended = train("leaderboard, RMSE", "stopping: ");
    assertThat(ended.lines()).anyMatch(line -> line.startsWith("given up: nothing is published"));
    assertThat(ended.exitCode()).isEqualTo(130);
    assertThat(folder.resolve("out/cut")).doesNotExist();
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return files.filter(file -> file.toString().matches(".*\\.(unchecked|part)")).toList();
    }
  }
}
