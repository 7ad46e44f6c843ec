package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Eight threads score one {@link Scorer} for a while: each result equals the single-threaded one
 * bit for bit, and memory stays where it was after warming up. Three seconds in every build; {@code
 * -Damulet.soak.seconds=60} for as long as one likes, with figures in {@code target/soak.txt}.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class SoakTest {
  private static final int THREADS = 8;
  private static final int SECONDS = Integer.getInteger("amulet.soak.seconds", 3);
  private static final int LONG_SOAK_SECONDS = 30;
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void eightThreadsStayBitEqualInFlatMemory()
      throws ArtifactException, InterruptedException, ExecutionException, IOException {
    ScorerOptions options = ScorerOptions.builder().batchSize(4).build();
    try (Scorer scorer = GoldenAmulet.of(Task.MULTICLASS).open(options)) {
      List<Row> rows = new RandomRows(42).take(scorer, 64);
      List<double[]> expected = rows.stream().map(row -> scorer.score(row).margins()).toList();
      long warm = score(scorer, rows, expected, Math.max(1, SECONDS / 4));
      long heapBefore = heapAfterCollection();
      long residentBefore = residentBytes() - committedHeap();
      long scored = score(scorer, rows, expected, SECONDS);
      long heapGrowth = heapAfterCollection() - heapBefore;
      long residentGrowth = residentBytes() - committedHeap() - residentBefore;
      Files.writeString(
          Path.of("target", "soak.txt"),
          """
          seconds %d
          threads %d
          rows %d
          rows before %d
          heap after collection, growth in bytes %d
          resident memory beside the heap, growth in bytes %d
          """
              .formatted(SECONDS, THREADS, scored, warm, heapGrowth, residentGrowth));
      assertThat(scored).isGreaterThan(THREADS);
      // Whatever leaked per row, if only an object header, would be more after a minute.
      assertThat(heapGrowth).isLessThan(4 * MEBIBYTE);
      // A few seconds do not tell a leak from the pages of a heap used for the first time.
      if (SECONDS >= LONG_SOAK_SECONDS) {
        assertThat(residentGrowth).isLessThan(96 * MEBIBYTE);
      }
    }
  }

  private static long score(Scorer scorer, List<Row> rows, List<double[]> expected, int seconds)
      throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    AtomicLong scored = new AtomicLong();
    List<Callable<Void>> calls = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int start = thread * 8;
      boolean batches = thread % 4 == 3;
      calls.add(
          () -> {
            for (int i = start; System.nanoTime() < end; i++) {
              int from = i % rows.size();
              if (batches) {
                int to = Math.min(rows.size(), from + 10);
                List<ScoredRow> results = scorer.score(rows.subList(from, to));
                for (int r = 0; r < results.size(); r++) {
                  Prediction prediction = Objects.requireNonNull(results.get(r).prediction());
                  assertThat(prediction.margins()).isEqualTo(expected.get(from + r));
                }
                scored.addAndGet(results.size());
              } else {
                assertThat(scorer.score(rows.get(from)).margins()).isEqualTo(expected.get(from));
                scored.incrementAndGet();
              }
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }
    return scored.get();
  }

  private static long heapAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      least = Math.min(least, used);
    }
    return least;
  }

  private static long committedHeap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
  }

  /** 0 where the system does not say. */
  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }
}
