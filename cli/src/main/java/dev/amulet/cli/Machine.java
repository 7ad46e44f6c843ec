package dev.amulet.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process runs on, in words: figures mean nothing without it. */
final class Machine {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  static String description() {
    Runtime runtime = Runtime.getRuntime();
    return "%s%s, %s %s, Java %s, heap up to %s"
        .formatted(
            Figures.count(runtime.availableProcessors(), "processor"),
            model(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            System.getProperty("java.version"),
            Figures.bytes(runtime.maxMemory()));
  }

  /** Linux says it; elsewhere it is left out. */
  private static String model() {
    if (!Files.isReadable(PROCESSORS)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(PROCESSORS, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
