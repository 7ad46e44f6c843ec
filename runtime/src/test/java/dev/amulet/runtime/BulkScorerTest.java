package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ScoringException.Reason;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class BulkScorerTest {
  private static final ScorerOptions BATCHES_OF_FIVE = ScorerOptions.builder().batchSize(5).build();

  @ParameterizedTest
  @CsvSource({"0, 1, 5", "0, 3, 1", "1, 1, 2", "1, 2, 16", "3, 5, 5", "8, 2, 3", "8, 20, 1"})
  void rowsComeInOrderWithTheBitsTheyHaveAlone(int workers, int lookAhead, int batchSize)
      throws ArtifactException, IOException, InterruptedException {
    ScorerOptions options = ScorerOptions.builder().batchSize(batchSize).build();
    try (Scorer scorer = GoldenAmulet.of(Task.MULTICLASS).open(options)) {
      List<Row> rows = new RandomRows(batchSize).take(scorer, 61);
      try (BulkScorer bulk = scorer.bulk(rows.iterator(), new BulkOptions(workers, lookAhead))) {
        for (Row row : rows) {
          assertThat(prediction(bulk.next()).margins()).isEqualTo(scorer.score(row).margins());
        }
        assertThat(bulk.next()).isNull();
        assertThat(bulk.next()).as("asked again").isNull();
      }
    }
  }

  @Test
  void aTableWithoutImagesIsScoredToo()
      throws ArtifactException, IOException, InterruptedException {
    try (Scorer scorer = GoldenAmulet.of(Task.REGRESSION).open(BATCHES_OF_FIVE)) {
      int[] next = {0};
      try (BulkScorer bulk =
          scorer.bulk(
              row -> {
                row.clear().set("area", next[0]);
                return next[0]++ < 1_000;
              },
              BulkOptions.ofWorkers(3))) {
        for (int i = 0; i < 1_000; i++) {
          assertThat(prediction(bulk.next()).value())
              .isEqualTo(scorer.score(scorer.newRow().set("area", i)).value());
        }
        assertThat(bulk.next()).isNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "3"})
  void badRowsAreErrorsInTheirPlace(int workers)
      throws ArtifactException, IOException, InterruptedException {
    byte[] picture = DrawnPng.of("bulk", 20, 20);
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(BATCHES_OF_FIVE);
        BulkScorer bulk =
            scorer.bulk(
                new BulkScorer.RowSource() {
                  private int count;

                  @Override
                  public boolean next(Row row) {
                    int i = count++;
                    row.clear().setImage("photo", picture);
                    if (i % 3 == 1) {
                      row.set("area", "wide");
                    } else if (i % 3 == 2) {
                      row.setImage("photo", new byte[] {1, 2, 3});
                    }
                    return i < 50;
                  }
                },
                BulkOptions.ofWorkers(workers))) {
      Row good = scorer.newRow().setImage("photo", picture);
      for (int i = 0; i < 50; i++) {
        ScoredRow row = Objects.requireNonNull(bulk.next());
        if (i % 3 == 1) {
          assertThat(Objects.requireNonNull(row.error()).reason()).isEqualTo(Reason.INVALID_VALUE);
        } else if (i % 3 == 2) {
          assertThat(Objects.requireNonNull(prediction(row).imageProblem()).reason())
              .isEqualTo(Reason.BAD_IMAGE);
        } else {
          assertThat(prediction(row).margins()).isEqualTo(scorer.score(good).margins());
        }
      }
      assertThat(bulk.next()).isNull();
    }
  }

  @Test
  void rowsAreReadNoFurtherAheadThanStated()
      throws ArtifactException, IOException, InterruptedException {
    AtomicInteger read = new AtomicInteger();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(BATCHES_OF_FIVE)) {
      List<Row> rows = new RandomRows(3).take(scorer, 200);
      Iterator<Row> counted = rows.stream().peek(row -> read.incrementAndGet()).iterator();
      try (BulkScorer bulk = scorer.bulk(counted, new BulkOptions(4, 3))) {
        for (int taken = 1; taken <= 200; taken++) {
          assertThat(bulk.next()).isNotNull();
          // The stream's iterator looks one row ahead by itself.
          assertThat(read.get()).isLessThanOrEqualTo(taken + 3 * 5 + 1);
        }
      }
    }
  }

  @Test
  void buffersTakeTheMemoryStated() throws ArtifactException, IOException, InterruptedException {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(BATCHES_OF_FIVE)) {
      List<Row> rows = new RandomRows(4).take(scorer, 300);
      long used = 0;
      // A collection that frees what other tests left would hide what is taken here.
      for (int round = 0; round < 20 && used <= 0; round++) {
        long before = direct.getMemoryUsed();
        try (BulkScorer bulk = scorer.bulk(rows.iterator(), new BulkOptions(2, 4))) {
          while (bulk.next() != null) {
            // Only the memory matters here.
          }
          used = direct.getMemoryUsed() - before;
          // Alignment: up to 128 bytes for each of input and output of each batch.
          assertThat(used).isLessThanOrEqualTo(bulk.bufferBytes() + 4 * 2 * 128);
          assertThat(bulk.bufferBytes() % (4 * 5 * 4)).isZero();
        }
      }
      assertThat(used).isPositive();
    }
  }

  @Test
  void aSourceThatFailsIsHeardAfterTheRowsBeforeIt()
      throws ArtifactException, InterruptedException, IOException {
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(BATCHES_OF_FIVE)) {
      int[] count = {0};
      try (BulkScorer bulk =
          scorer.bulk(
              row -> {
                if (count[0]++ == 12) {
                  throw new IOException("line 13 is broken");
                }
                return true;
              },
              BulkOptions.ofWorkers(2))) {
        for (int i = 0; i < 12; i++) {
          assertThat(bulk.next()).isNotNull();
        }
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(bulk::next)
            .withMessage("line 13 is broken");
      }
    }
  }

  @Test
  void closingEndsTheThreadsWhateverIsUnderWay()
      throws ArtifactException, IOException, InterruptedException {
    byte[] picture = DrawnPng.of("bulk", 20, 20);
    CountDownLatch fetching = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    ImageSource slow =
        (reference, maxBytes) -> {
          fetching.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          }
          return picture;
        };
    ScorerOptions options = ScorerOptions.builder().batchSize(5).imageSource(slow).build();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(options)) {
      BulkScorer bulk =
          scorer.bulk(
              row -> {
                row.set("photo", "any.png");
                return true;
              },
              BulkOptions.ofWorkers(2));
      Thread caller =
          new Thread(
              () ->
                  assertThatIllegalStateException()
                      .isThrownBy(
                          () -> {
                            // Those whose images came before the closing are still scored.
                            while (bulk.next() != null) {}
                          })
                      .withMessageContaining("closed"));
      List<Throwable> uncaught = new ArrayList<>();
      caller.setUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
      caller.start();
      fetching.await();
      Thread closer = new Thread(bulk::close);
      closer.start();
      // Until it waits for the workers, who all wait for images.
      while (closer.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      release.countDown();
      closer.join();
      caller.join();
      bulk.close();
      assertThat(uncaught).isEmpty();
      assertThat(bulkThreads()).isEmpty();
      assertThatIllegalStateException().isThrownBy(bulk::next).withMessageContaining("closed");
    }
  }

  @Test
  void closingTheScorerEndsTheBulkWithIllegalState() throws ArtifactException {
    for (int round = 0; round < 12; round++) {
      Scorer scorer = GoldenAmulet.of(Task.BINARY).open(BATCHES_OF_FIVE);
      List<Row> rows = new RandomRows(round).take(scorer, 20);
      int[] next = {0};
      int closeAfter = round * 7;
      try (BulkScorer bulk =
          scorer.bulk(feed(rows, next), new BulkOptions(round % 4, 1 + round % 3))) {
        Thread closer = new Thread(scorer::close);
        assertThatIllegalStateException()
            .isThrownBy(
                () -> {
                  for (int i = 0; i >= 0; i++) {
                    assertThat(bulk.next()).isNotNull();
                    if (i == closeAfter) {
                      closer.start();
                    }
                  }
                })
            .withMessageContaining("closed");
      }
    }
    assertThat(bulkThreads()).isEmpty();
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BulkOptions(-1, 1))
        .withMessage("workers is -1, must be 0 to 1024");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BulkOptions(1, 0))
        .withMessage("lookAhead is 0, must be 1 to 4096");
    assertThat(BulkOptions.ofWorkers(0)).isEqualTo(new BulkOptions(0, 1));
  }

  @Test
  void aDraftHasNothingToScoreWith() throws ArtifactException {
    AmuletBuilder draft = new AmuletBuilder();
    draft.numericStage(draft.numeric("area"), NumericFunction.IDENTITY, false);
    try (Scorer scorer = draft.open()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> scorer.bulk(row -> false, BulkOptions.defaults()))
          .withMessageContaining("draft");
    }
  }

  /** The same rows again and again, without end. */
  private static Iterator<Row> feed(List<Row> rows, int[] next) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Row next() {
        return rows.get(next[0]++ % rows.size());
      }
    };
  }

  private static List<String> bulkThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("amulet-bulk"))
        .toList();
  }

  private static Prediction prediction(@Nullable ScoredRow row) {
    return Objects.requireNonNull(Objects.requireNonNull(row).prediction());
  }
}
