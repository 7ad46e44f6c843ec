package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.IntervalOffsets;
import dev.amulet.format.v1.IntervalSpace;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.UnusualValue.Kind;
import dev.amulet.runtime.csv.PredictionWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreOptionsTest {
  @Test
  void intervalsAreOffsetsInTheirSpace() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, false);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1f), range(0, 1));
    Outputs.Builder outputs = AmuletBuilder.regression(TargetFunction.TARGET_LOG, 2, 0.5);
    outputs.addIntervals(interval(0.9, -1, 2, IntervalSpace.MARGIN));
    outputs.addIntervals(interval(0.5, -10, 20, IntervalSpace.RESPONSE));
    try (Scorer scorer = amulet.outputs(outputs).open()) {
      ScoreOptions options = ScoreOptions.builder().intervals().build();
      Prediction prediction = scorer.score(scorer.newRow().set("a", 3), options);
      assertThat(prediction.value()).isEqualTo(Math.expm1(3.5));
      assertThat(prediction.intervals())
          .containsExactly(
              new Interval(0.9, Math.expm1(3), Math.expm1(4.5)),
              new Interval(0.5, prediction.value() - 10, prediction.value() + 20));
      assertThat(prediction.lower()).isEqualTo(Math.expm1(3));
      assertThat(prediction.upper()).isEqualTo(Math.expm1(4.5));
    }
  }

  private static IntervalOffsets interval(
      double coverage, double lower, double upper, IntervalSpace space) {
    return IntervalOffsets.newBuilder()
        .setCoverage(coverage)
        .setLower(lower)
        .setUpper(upper)
        .setSpace(space)
        .build();
  }

  @Test
  void whatAnAmuletCannotGiveIsRefusedWithTheReason() throws ArtifactException {
    ScoreOptions options = ScoreOptions.builder().intervals().build();
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open()) {
      assertThat(scorer.available()).doesNotContain(Part.INTERVALS).contains(Part.EMBEDDINGS);
      assertThatThrownBy(() -> scorer.score(scorer.newRow(), options))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the amulet has no intervals: they are for regression, and it predicts classes");
    }
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, false);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1f), range(0, 1));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      assertThatThrownBy(() -> scorer.score(scorer.newRow(), options))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("made without them");
      assertThatThrownBy(
              () ->
                  scorer.score(
                      scorer.newRow(), ScoreOptions.builder().ask(Part.EMBEDDINGS).build()))
          .hasMessageContaining("no network");
    }
  }

  @Test
  void embeddingsAreTheSlotsOfTheNetworkAndNanWithoutAnImage() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.REGRESSION).open()) {
      assertThat(scorer.embeddingNames())
          .containsExactly(
              "photo.tiny.0",
              "photo.tiny.1",
              "photo.tiny.2",
              "plans.tiny.0",
              "plans.tiny.1",
              "plans.tiny.2");
      Row row = scorer.newRow().setImage("photo", DrawnPng.of("embedded", 30, 20));
      List<Embedding> found =
          scorer.score(row, ScoreOptions.builder().embeddings().build()).embeddings();
      float[] slots = scorer.features(List.of(row)).values();
      int first = scorer.slotNames().indexOf("photo.0");
      assertThat(found.get(0).values())
          .containsExactly(Arrays.copyOfRange(slots, first, first + 3));
      assertThat(found.get(0).network()).isEqualTo("tiny");
      assertThat(found.get(1).values()).containsOnly(Float.NaN);
    }
  }

  @Test
  void cellsUnlikeThoseOfTrainingAreFoundInColumnOrder() throws ArtifactException {
    ScorerOptions cached =
        ScorerOptions.builder().embeddingCache(EmbeddingCache.inMemory(1 << 20)).build();
    try (Scorer scorer = watched().open(cached)) {
      ScoreOptions options = ScoreOptions.builder().unusualValues().build();
      Row usual = scorer.newRow().set("area", 10).set("kind", "flat");
      assertThat(scorer.score(usual, options).unusualValues()).isEmpty();
      Row row = scorer.newRow().set("area", 21).set("kind", "castle");
      row.setImage("photo", DrawnPng.of("wide", 300, 20));
      scorer.score(row);
      List<UnusualValue> found = scorer.score(row, options).unusualValues();
      assertThat(found)
          .extracting(UnusualValue::kind)
          .containsExactly(Kind.OUT_OF_RANGE, Kind.UNSEEN_LEVEL, Kind.IMAGE_SIZE);
      assertThat(found.get(0)).hasToString("column \"area\": 21, training saw -5 to 20");
      assertThat(found.get(2).found()).isEqualTo("300 x 20 pixels");
      assertThat(scorer.score(scorer.newRow(), options).unusualValues())
          .extracting(UnusualValue::column)
          .containsExactly("area", "kind");
    }
  }

  @Test
  void aFractionAmongWholeNumbersIsScoredAndFound() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    int rooms = amulet.input("rooms", ColumnType.NUMERIC, DataType.INT32);
    statistics(amulet, rooms).setMin(1).setMax(9);
    amulet.numericStage(rooms, NumericFunction.IDENTITY, false);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 2f), range(0, 1));
    amulet.outputs(AmuletBuilder.binary(0.5));
    try (Scorer scorer = amulet.open()) {
      ScoreOptions options = ScoreOptions.builder().unusualValues().build();
      Row row = scorer.newRow();
      assertThat(scorer.score(row.set("rooms", 3), options).unusualValues()).isEmpty();
      Prediction fraction = scorer.score(row.set("rooms", "2.5"), options);
      assertThat(fraction.margins()).containsExactly(5);
      assertThat(fraction.unusualValues())
          .containsExactly(new UnusualValue("rooms", Kind.NOT_WHOLE, "2.5", "whole numbers only"));
      assertThat(scorer.score(row.set("rooms", 0.5), options).unusualValues())
          .extracting(UnusualValue::kind)
          .containsExactly(Kind.OUT_OF_RANGE);
    }
  }

  private static AmuletBuilder watched() {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.tinyNetwork();
    int area = amulet.numeric("area");
    int kind = amulet.categorical("kind", "flat", "house");
    int photo = amulet.image("photo", MissingImage.ZERO_EMBEDDING, SeveralImages.ONE_IMAGE);
    statistics(amulet, area).setMin(-5).setMax(20);
    statistics(amulet, kind);
    statistics(amulet, photo)
        .setMissing(1)
        .setMinWidth(10)
        .setMaxWidth(200)
        .setMinHeight(10)
        .setMaxHeight(90);
    amulet.numericStage(area, NumericFunction.IDENTITY, false);
    amulet.oneHotStage(kind, UnseenLevel.OTHER_SLOT, false, 0, 1);
    amulet.imageStage(photo, View.UPRIGHT);
    Float[] weights = Collections.nCopies(amulet.slotCount(), 1f).toArray(Float[]::new);
    amulet.linearStage("linear", AmuletBuilder.linear(1, weights), range(0, weights.length));
    return amulet.outputs(AmuletBuilder.binary(0.5));
  }

  private static ColumnStatistics.Builder statistics(AmuletBuilder amulet, int column) {
    Column.Builder builder = amulet.manifest().getSchemaBuilder().getColumnsBuilder(column);
    return builder.getStatisticsBuilder().setRows(100);
  }

  @Test
  void everyCombinationWorksInOnePass() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.REGRESSION).open()) {
      Row row = new RandomRows(8).take(scorer, 1).get(0);
      double value = scorer.score(row).value();
      Part[] parts = scorer.available().toArray(Part[]::new);
      for (int set = 0; set < 1 << parts.length; set++) {
        ScoreOptions.Builder options = ScoreOptions.builder();
        EnumSet<Part> asked = EnumSet.noneOf(Part.class);
        for (int i = 0; i < parts.length; i++) {
          if ((set >> i & 1) == 1) {
            options.ask(parts[i]);
            asked.add(parts[i]);
          }
        }
        assertThat(options.build().parts()).isEqualTo(asked);
        Prediction prediction = scorer.score(row, options.build());
        assertThat(prediction.value()).isEqualTo(value);
        if (asked.contains(Part.INTERVALS)) {
          assertThat(prediction.lower()).isLessThan(prediction.upper());
        } else {
          assertThatThrownBy(prediction::intervals).hasMessageContaining("intervals()");
        }
      }
    }
  }

  @Test
  void theCsvHasTheColumnsAskedForAndTheErrorLast() throws ArtifactException, IOException {
    ScoreOptions options =
        ScoreOptions.builder()
            .contributions(FeatureSpace.ORIGINAL)
            .intervals()
            .embeddings()
            .build();
    try (Scorer scorer = GoldenAmulet.of(Task.REGRESSION).open()) {
      StringWriter text = new StringWriter();
      Prediction prediction = scorer.score(scorer.newRow().set("area", 5), options);
      try (PredictionWriter out = new PredictionWriter(text, scorer, options)) {
        out.write(0, prediction);
        out.writeError(1, "bad");
      }
      List<String> lines = text.toString().lines().toList();
      assertThat(lines.get(0))
          .isEqualTo(
              "row,target,target.lower,target.upper,contrib.area,contrib.garage,contrib.kind,"
                  + "contrib.zip,contrib.photo,contrib.plans,contrib.note,contrib.built,"
                  + "contrib.bias,photo.tiny.0,photo.tiny.1,photo.tiny.2,plans.tiny.0,"
                  + "plans.tiny.1,plans.tiny.2,error");
      assertThat(lines.get(1))
          .startsWith("0," + prediction.value() + "," + prediction.lower() + ",")
          .endsWith(",,,,,,,");
      assertThat(lines.get(2)).isEqualTo("1" + ",".repeat(19) + "bad");
    }
  }

  @Test
  void theCsvOfSeveralClassesExplainsEach() throws ArtifactException, IOException {
    ScoreOptions options = ScoreOptions.builder().contributions(FeatureSpace.ORIGINAL).build();
    try (Scorer scorer = GoldenAmulet.of(Task.MULTICLASS).open()) {
      StringWriter text = new StringWriter();
      try (PredictionWriter out = new PredictionWriter(text, scorer, options)) {
        out.write(0, scorer.score(scorer.newRow().set("area", 5), options));
      }
      List<String> header = List.of(text.toString().lines().toList().get(0).split(","));
      assertThat(header)
          .startsWith("row", "target", "target.cheap", "target.fair", "target.dear")
          .contains("contrib.cheap.area", "contrib.cheap.bias", "contrib.dear.plans")
          .endsWith("contrib.dear.bias", "error");
      assertThat(header).hasSize(text.toString().lines().toList().get(1).split(",", -1).length);
    }
  }
}
