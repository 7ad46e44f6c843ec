package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoringException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScorerTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16, 33})
  void aRowAloneHasTheBitsItHasInABatch(int batchSize) throws ArtifactException {
    ScorerOptions options = ScorerOptions.builder().batchSize(batchSize).build();
    try (Scorer scorer = GoldenAmulet.of(Task.MULTICLASS).open(options)) {
      List<Row> rows = new RandomRows(batchSize).take(scorer, 70);
      List<ScoredRow> together = scorer.score(rows);
      Features slots = scorer.features(rows);
      int width = slots.names().size();
      for (int i = 0; i < rows.size(); i++) {
        Prediction alone = scorer.score(rows.get(i));
        Prediction batched = prediction(together.get(i));
        assertThat(batched.margins()).as("row %d", i).isEqualTo(alone.margins());
        assertThat(batched.probabilities()).isEqualTo(alone.probabilities());
        assertThat(batched.clamped()).isEqualTo(alone.clamped());
        float[] slotsAlone = scorer.features(List.of(rows.get(i))).values();
        for (int j = 0; j < width; j++) {
          assertThat(Float.floatToIntBits(slots.values()[i * width + j]))
              .as("slot %s of row %d", slots.names().get(j), i)
              .isEqualTo(Float.floatToIntBits(slotsAlone[j]));
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void eightThreadsScoreAsOne() throws ArtifactException, InterruptedException, ExecutionException {
    ScorerOptions options =
        ScorerOptions.builder().batchSize(3).embeddingCache(EmbeddingCache.inMemory(2_000)).build();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open(options)) {
      List<Row> rows = new RandomRows(8).take(scorer, 60);
      List<Double> expected = values(scorer, rows);
      assertThat(expected.stream().distinct().count()).isGreaterThan(20);
      List<Callable<List<Double>>> calls = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        boolean batches = thread % 2 == 0;
        calls.add(
            () -> {
              List<Double> values = new ArrayList<>();
              for (int round = 0; round < 5; round++) {
                values =
                    batches
                        ? values(scorer, rows)
                        : rows.stream().map(row -> scorer.score(row).value()).toList();
              }
              return values;
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (Future<List<Double>> future : threads.invokeAll(calls)) {
          assertThat(future.get()).isEqualTo(expected);
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void aDraftAnswersFeaturesOnly() throws ArtifactException {
    try (Scorer scorer = draft().open()) {
      assertThat(scorer.manifest().getKind()).isEqualTo(Kind.DRAFT);
      Row row = scorer.newRow().set("area", 2).setImage("photo", DrawnPng.of("x", 9, 9));
      Features features = scorer.features(List.of(row, scorer.newRow()));
      assertThat(features.names())
          .containsExactly("area", "area.missing", "photo.0", "photo.1", "photo.2", "photo.3");
      assertThat(features.values()).startsWith(2f, 0f).endsWith(Float.NaN, 1f, 0f, 0f, 0f, 1f);
      assertThatIllegalStateException()
          .isThrownBy(() -> scorer.score(row))
          .withMessageContaining("draft");
      assertThatIllegalStateException().isThrownBy(() -> scorer.score(List.of(row)));
      try (ScoringSession session = scorer.newSession()) {
        Prediction prediction = session.newPrediction();
        assertThatIllegalStateException().isThrownBy(() -> session.score(row, prediction));
      }
    }
  }

  @Test
  void theSchemaListsTheInputsInOrder() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open()) {
      Schema schema = scorer.schema();
      assertThat(schema.columns())
          .extracting(Column::name)
          .containsExactly("area", "garage", "kind", "zip", "photo", "plans", "note", "built");
      assertThat(schema.columns())
          .extracting(Column::index)
          .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThat(schema.indexOf("zip")).isEqualTo(3);
      assertThat(schema.indexOf("id")).isEqualTo(-1);
      assertThat(schema.task()).isEqualTo(Task.BINARY);
      assertThat(schema.target()).isEqualTo("target");
      assertThat(schema.classes()).containsExactly("no", "yes");
      assertThat(schema.columns().get(4).severalImages()).isFalse();
      assertThat(schema.columns().get(5).severalImages()).isTrue();
      assertThat(schema.columns().get(7).zone()).isEqualTo("Europe/Berlin");
      assertThat(schema.columns().get(7).dateTimePatterns()).hasSize(2).contains("d.M.uuuu");
      assertThat(scorer.id()).hasSize(64);
    }
  }

  @Test
  void theSchemaIsKnownWithoutLoadingTheModel(@TempDir Path folder)
      throws ArtifactException, IOException {
    Path file = Files.write(folder.resolve("a.amulet"), GoldenAmulet.of(Task.MULTICLASS).toBytes());
    try (Artifact metadata = Artifact.openMetadata(file);
        Scorer scorer = Scorer.open(file)) {
      Schema schema = Schema.of(metadata.manifest());
      assertThat(schema.columns()).usingRecursiveComparison().isEqualTo(scorer.schema().columns());
      assertThat(schema.classes()).isEqualTo(scorer.schema().classes());
      assertThat(metadata.id()).isEqualTo(scorer.id());
    }
  }

  @Test
  void aClosedScorerSaysSo() throws ArtifactException {
    Scorer scorer = GoldenAmulet.of(Task.REGRESSION).open();
    Row row = new RandomRows(1).take(scorer, 1).get(0);
    ScoringSession session = scorer.newSession();
    Prediction prediction = session.newPrediction();
    session.score(row, prediction);
    scorer.close();
    scorer.close();
    String closed = "the scorer is closed";
    assertThatIllegalStateException().isThrownBy(() -> scorer.score(row)).withMessage(closed);
    assertThatIllegalStateException()
        .isThrownBy(() -> scorer.score(List.of(row)))
        .withMessage(closed);
    assertThatIllegalStateException()
        .isThrownBy(() -> scorer.features(List.of(row)))
        .withMessage(closed);
    assertThatIllegalStateException().isThrownBy(scorer::verify).withMessage(closed);
    assertThatIllegalStateException().isThrownBy(scorer::newSession).withMessage(closed);
    assertThatIllegalStateException()
        .isThrownBy(() -> session.score(row, prediction))
        .withMessage(closed);
    session.close();
    session.close();
  }

  @Test
  void closingTheScorerClosesItsArtifact() throws ArtifactException {
    Artifact artifact = Artifact.open(ByteBuffer.wrap(draft().toBytes()), "draft");
    try (Scorer scorer = Scorer.open(artifact, ScorerOptions.builder().build())) {
      assertThat(scorer.id()).isEqualTo(artifact.id());
      assertThat(artifact.entry("networks/tiny.onnx").remaining()).isPositive();
    }
    assertThatIllegalStateException().isThrownBy(() -> artifact.entry("networks/tiny.onnx"));
  }

  @Test
  @Timeout(120)
  void closingWhileThreadsScoreEndsInIllegalStateOnly()
      throws ArtifactException, InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    AmuletBuilder amulet = GoldenAmulet.of(Task.BINARY);
    try {
      for (int round = 0; round < 12; round++) {
        boolean late = round % 3 == 0;
        Scorer scorer =
            amulet.open(
                ScorerOptions.builder()
                    .batchSize(4)
                    .networkLoading(
                        late
                            ? ScorerOptions.NetworkLoading.ON_FIRST_USE
                            : ScorerOptions.NetworkLoading.AT_OPEN)
                    .build());
        List<Row> rows = new RandomRows(round).take(scorer, 6);
        CountDownLatch running = new CountDownLatch(late ? 1 : 4);
        List<Future<Integer>> runs = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          boolean batch = t % 2 == 0;
          runs.add(threads.submit(() -> scoreUntilClosed(scorer, rows, batch, running)));
        }
        running.await();
        scorer.close();
        for (Future<Integer> run : runs) {
          assertThat(run.get()).isNotNegative();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int scoreUntilClosed(
      Scorer scorer, List<Row> rows, boolean batch, CountDownLatch running) {
    int done = 0;
    try {
      while (true) {
        if (batch) {
          assertThat(scorer.score(rows)).allMatch(row -> row.error() == null);
        } else {
          assertThat(scorer.score(rows.get(done % rows.size())).value()).isBetween(0.0, 1.0);
        }
        done++;
        running.countDown();
      }
    } catch (IllegalStateException closed) {
      assertThat(closed).hasMessageContaining("closed");
    } finally {
      running.countDown();
    }
    return done;
  }

  @ParameterizedTest
  @EnumSource
  void networksScoreAlikeWhenLoadedLate(ScorerOptions.NetworkLoading loading)
      throws ArtifactException {
    try (Scorer scorer =
        GoldenAmulet.of(Task.BINARY)
            .open(ScorerOptions.builder().networkLoading(loading).intraOpThreads(2).build())) {
      assertThat(scorer.verify().passed()).isTrue();
    }
  }

  @Test
  void aRowOfAnotherScorerIsRefused() throws ArtifactException {
    try (Scorer one = draft().open();
        Scorer other = draft().open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> one.features(List.of(other.newRow())))
          .withMessageContaining("another scorer");
    }
  }

  @Test
  void featuresNameTheRowThatFails() throws ArtifactException {
    ScorerOptions options = ScorerOptions.builder().batchSize(2).build();
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int photo = amulet.image("photo", MissingImage.FAIL_ROW, SeveralImages.ONE_IMAGE);
    amulet.imageStage(photo, View.UPRIGHT);
    try (Scorer scorer = amulet.open(options)) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        rows.add(scorer.newRow().setImage("photo", DrawnPng.of("x", 9, 9)));
      }
      rows.get(3).clear();
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() -> scorer.features(rows))
          .withMessage("row 3: column \"photo\": has no image, and the model needs one")
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MISSING_IMAGE))
          .satisfies(e -> assertThat(e.column()).isEqualTo("photo"));
    }
  }

  private static AmuletBuilder draft() {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int area = amulet.numeric("area");
    int photo = amulet.image("photo", MissingImage.ZERO_EMBEDDING, SeveralImages.ONE_IMAGE);
    amulet.numericStage(area, NumericFunction.IDENTITY, true);
    amulet.imageStage(photo, View.UPRIGHT);
    return amulet;
  }

  private static List<Double> values(Scorer scorer, List<Row> rows) {
    return scorer.score(rows).stream().map(row -> prediction(row).value()).toList();
  }

  private static Prediction prediction(ScoredRow row) {
    return Objects.requireNonNull(row.prediction(), () -> "failed: " + row.error());
  }
}
