package dev.amulet.training.limits;

import dev.amulet.training.Experiment;
import dev.amulet.training.ExperimentConfig;
import dev.amulet.training.ExperimentResult;
import dev.amulet.training.ProgressListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An experiment in a process of its own, which says at every step how much memory the process has
 * held: heap and everything beside it.
 */
final class LimitsRun {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final long started = System.nanoTime();

  private LimitsRun() {}

  /** Data, folder of the experiments, then settings as {@code key=value}. */
  public static void main(String[] args) throws IOException {
    ExperimentConfig.Builder config =
        ExperimentConfig.builder(Path.of(args[0])).out(Path.of(args[1])).target("price");
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      config.set(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    LimitsRun run = new LimitsRun();
    ExperimentResult result = Experiment.of(config.build()).run(run.said());
    run.say("score " + result.validation());
    System.out.println("peak " + residentBytes());
  }

  private ProgressListener said() {
    return new ProgressListener() {
      @Override
      public void message(String line) {
        say(line);
      }

      @Override
      public void progress(String phase, long done, long total) {
        if (done == total) {
          say(phase + " done");
        }
      }
    };
  }

  private void say(String line) {
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "%6.0f s  heap %5d MB  peak %5d MB  %s%n",
        (System.nanoTime() - started) / 1e9,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        residentBytes() >> 20,
        line);
  }

  /** The most memory that this process has held at a time, in bytes; 0 where it is not told. */
  static long residentBytes() {
    try {
      return Files.readAllLines(STATUS, StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
