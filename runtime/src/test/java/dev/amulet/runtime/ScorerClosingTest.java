package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ScorerOptions.NetworkLoading;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a scorer is doing while it is closed either finishes or says that it is closed. A native
 * crash would end the whole build.
 */
@Timeout(300)
class ScorerClosingTest {
  private static final int ROUNDS = 40;

  @Test
  void everyCallSurvivesTheClosingOfItsScorer()
      throws ArtifactException, InterruptedException, ExecutionException {
    ByteBuffer amulet = ByteBuffer.wrap(GoldenAmulet.of(Task.BINARY).toBytes());
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        NetworkLoading loading =
            round % 2 == 0 ? NetworkLoading.AT_OPEN : NetworkLoading.ON_FIRST_USE;
        ScorerOptions options =
            ScorerOptions.builder().batchSize(3).networkLoading(loading).build();
        Scorer scorer = Scorer.open(Artifact.open(amulet, "closing"), options);
        List<Row> rows = new RandomRows(round).take(scorer, 9);
        CountDownLatch begun = new CountDownLatch(round % 5);
        List<Future<Void>> calls = new ArrayList<>();
        for (Callable<?> call : calls(scorer, rows)) {
          calls.add(threads.submit(() -> untilClosed(call, begun)));
        }
        begun.await();
        scorer.close();
        scorer.close();
        for (Future<Void> call : calls) {
          call.get();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Callable<?>> calls(Scorer scorer, List<Row> rows) {
    return List.of(
        () -> scorer.score(rows.get(0)).value(),
        () -> scorer.features(rows),
        scorer::verify,
        () -> bulk(scorer, rows),
        () -> session(scorer, rows));
  }

  private static int bulk(Scorer scorer, List<Row> rows) throws IOException, InterruptedException {
    int scored = 0;
    try (BulkScorer bulk = scorer.bulk(rows.iterator(), BulkOptions.ofWorkers(2))) {
      while (bulk.next() != null) {
        scored++;
      }
    }
    assertThat(scored).isEqualTo(rows.size());
    return scored;
  }

  /** A session is closed before its scorer or after it. */
  private static double session(Scorer scorer, List<Row> rows) {
    try (ScoringSession session = scorer.newSession()) {
      Prediction prediction = session.newPrediction();
      for (Row row : rows) {
        session.score(row, prediction);
      }
      return prediction.value();
    }
  }

  private static Void untilClosed(Callable<?> call, CountDownLatch begun) throws Exception {
    try {
      while (true) {
        assertThat(call.call()).isNotNull();
        begun.countDown();
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("closed");
      return null;
    } finally {
      begun.countDown();
    }
  }

  @Test
  void sessionsMayBeClosedAfterTheirScorer() throws ArtifactException {
    Scorer scorer = GoldenAmulet.of(Task.REGRESSION).open();
    List<Row> rows = new RandomRows(1).take(scorer, 3);
    ScoringSession used = scorer.newSession();
    used.score(rows.get(0), used.newPrediction());
    ScoringSession unused = scorer.newSession();
    BulkScorer bulk = scorer.bulk(rows.iterator(), BulkOptions.ofWorkers(2));
    scorer.close();
    used.close();
    unused.close();
    used.close();
    bulk.close();
    bulk.close();
    assertThat(scorer.id()).hasSize(64);
    assertThat(scorer.schema().columns()).isNotEmpty();
  }
}
