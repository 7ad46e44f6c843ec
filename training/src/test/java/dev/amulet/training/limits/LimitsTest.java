package dev.amulet.training.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much memory data take. What is kept here for a few thousand rows is kept for a hundred
 * thousand by the test that {@code -Damulet.limits=true} adds, which takes long.
 */
class LimitsTest {
  private static final long MEBIBYTE = 1L << 20;
  private static final int HANG_GUARD_MINUTES = 300;

  @TempDir Path folder;

  private record Ended(int exitCode, long peakBytes, List<String> lines) {}

  /**
   * Trains in a process of its own, with that much heap, on two folds and one way to see images.
   */
  private Ended train(Path data, String heap, String... settings)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
    command.addAll(List.of(LimitsRun.class.getName(), data.toString()));
    command.addAll(List.of(folder.resolve("out").toString(), "folds=2", "threads=2"));
    command.addAll(List.of("image_resize=squash", "image_mirror_average=false"));
    command.add("embedding_cache=" + folder.resolve("embeddings"));
    command.addAll(List.of(settings));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    // ONNX Runtime cannot bear a long command line.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      out.lines().forEach(lines::add);
      assertThat(process.waitFor(HANG_GUARD_MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    long peak =
        lines.stream()
            .filter(line -> line.startsWith("peak "))
            .mapToLong(line -> Long.parseLong(line.substring("peak ".length())))
            .findFirst()
            .orElse(0);
    return new Ended(process.exitValue(), peak, lines);
  }

  @Test
  void aTableHoldsAtMostAHundredBytesForACell() throws IOException {
    int rows = 8_000;
    int columns = 50;
    Path zip = LimitsData.write(folder, rows, columns, 20);
    long before = heldBytes();
    Dataset table = DatasetReader.read(zip, null, ProgressListener.silent());
    long held = heldBytes() - before;
    assertThat(table.rows()).isEqualTo(rows);
    assertThat(held).isLessThan(100L * rows * columns);
  }

  private static long heldBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void picturesAreReadInPlaceAndNotKept() throws Exception {
    // Decoded, these pictures would take 150 MB; the heap is 120 MB.
    Path zip = LimitsData.write(folder, 2_000, 12, 1_000);
    Ended ended = train(zip, "120m", "learner=linear");
    assertThat(ended.lines().toString()).as("what it said").contains("score ");
    assertThat(ended.exitCode()).isZero();
    if (ended.peakBytes() > 0) {
      assertThat(ended.peakBytes()).as("heap and all beside it").isLessThan(1_000 * MEBIBYTE);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".jpg"))).isEmpty();
    }
  }

  /** The stated limit: an 800 MB zip, within 8 GB of heap and off-heap together. */
  @Test
  @EnabledIfSystemProperty(named = "amulet.limits", matches = "true")
  void aHundredThousandRowsWithFortyThousandPicturesStayWithinEightGigabytes() throws Exception {
    assumeThat(LimitsRun.residentBytes()).as("only Linux says what a process holds").isPositive();
    Path zip = LimitsData.write(folder, 100_000, 50, 40_000);
    assertThat(Files.size(zip)).isGreaterThan(800_000_000L);
    Ended ended = train(zip, "5g", "time_budget=30");
    ended.lines().forEach(System.out::println);
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.peakBytes()).isBetween(MEBIBYTE, 8L << 30);
  }
}
