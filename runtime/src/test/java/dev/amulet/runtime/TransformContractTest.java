package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every stage that turns a cell into slots keeps to, whatever its kind. A new kind joins the
 * list of {@link #kinds()}.
 */
class TransformContractTest {
  private static final float NAN = Float.NaN;

  /** A row to be given a cell of column 0. */
  private interface CellOf {
    void set(Row row);
  }

  /** A cell and the slots it must become; null where only the contract says what is allowed. */
  private record Example(String name, CellOf cell, float... slots) {
    static Example text(String text, float... slots) {
      String shown = text.length() < 20 ? text : text.length() + " characters";
      return new Example("\"" + shown + "\"", row -> row.set(0, text), slots);
    }

    static Example image(String picture) {
      return new Example(
          picture, row -> row.setImage(0, DrawnPng.of("contract." + picture, 31, 17)));
    }
  }

  /** One stage on column 0. */
  private interface Layout {
    void add(AmuletBuilder amulet);
  }

  /**
   * A kind of transform under test.
   *
   * @param missing slots of a missing cell
   * @param examples cells that are seen, unseen and extreme
   */
  private record Kind(
      String name, Stage.KindCase stage, Layout layout, float[] missing, List<Example> examples) {
    byte[] toBytes() throws ArtifactException {
      AmuletBuilder amulet = new AmuletBuilder().name("contract");
      layout.add(amulet);
      return amulet.toBytes();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        numeric(NumericFunction.IDENTITY),
        numeric(NumericFunction.LOG),
        numeric(NumericFunction.SQRT),
        bool(),
        oneHot(),
        frequency(UnseenLevel.DEFAULT),
        frequency(UnseenLevel.AS_MISSING),
        targetMean(),
        text(),
        words(),
        dateTime("UTC"),
        dateTime("America/St_Johns"),
        image(MissingImage.NAN_FEATURES, NAN),
        image(MissingImage.ZERO_EMBEDDING, 0));
  }

  private static Kind numeric(NumericFunction function) {
    List<Example> examples = new ArrayList<>();
    for (double value :
        new double[] {
          0, -0.0, 1, -273.15, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 1L << 53
        }) {
      examples.add(new Example(value + " typed", row -> row.set(0, value)));
      examples.add(Example.text(Double.toString(value)));
    }
    examples.add(Example.text(" 1 ", function == NumericFunction.LOG ? (float) Math.log(2) : 1, 0));
    return new Kind(
        "numeric " + function,
        Stage.KindCase.NUMERIC,
        amulet -> amulet.numericStage(amulet.numeric("cell", "n/a"), function, true),
        new float[] {NAN, 1},
        examples);
  }

  private static Kind bool() {
    return new Kind(
        "boolean",
        Stage.KindCase.NUMERIC,
        amulet -> amulet.numericStage(amulet.bool("cell"), NumericFunction.IDENTITY, false),
        new float[] {NAN},
        List.of(
            Example.text("TRUE", 1),
            Example.text("0", 0),
            new Example("false typed", row -> row.set(0, false), 0),
            new Example("1 typed", row -> row.set(0, 1), 1)));
  }

  private static List<Example> levels(float[] flat, float[] house, float[] unseen) {
    return List.of(
        Example.text("flat", flat),
        new Example("level 0", row -> row.setLevel(0, 0), flat),
        Example.text("h\u00e4user \ud83c\udfe0", house),
        new Example("level 1", row -> row.setLevel(0, 1), house),
        Example.text("castle", unseen),
        Example.text("FLAT", unseen),
        new Example("a number", row -> row.set(0, Double.MAX_VALUE), unseen),
        new Example("a long", row -> row.set(0, Long.MIN_VALUE), unseen),
        new Example("a flag", row -> row.set(0, true), unseen),
        Example.text("x".repeat(1_000_000), unseen));
  }

  private static int categorical(AmuletBuilder amulet) {
    return amulet.categorical("cell", "flat", "h\u00e4user \ud83c\udfe0");
  }

  private static Kind oneHot() {
    return new Kind(
        "one-hot",
        Stage.KindCase.ONE_HOT,
        amulet -> amulet.oneHotStage(categorical(amulet), UnseenLevel.OTHER_SLOT, true, 0, 1),
        new float[] {0, 0, 0, 1},
        levels(new float[] {1, 0, 0, 0}, new float[] {0, 1, 0, 0}, new float[] {0, 0, 1, 0}));
  }

  private static Kind frequency(UnseenLevel unseen) {
    float ofUnseen = unseen == UnseenLevel.AS_MISSING ? NAN : 0.125f;
    return new Kind(
        "frequency, unseen " + unseen,
        Stage.KindCase.FREQUENCY,
        amulet ->
            amulet.frequencyStage(
                categorical(amulet),
                unseen,
                Frequencies.newBuilder()
                    .addAllShares(List.of(0.75f, 0.25f))
                    .setUnseen(0.125f)
                    .setMissing(NAN)),
        new float[] {NAN},
        levels(new float[] {0.75f}, new float[] {0.25f}, new float[] {ofUnseen}));
  }

  private static Kind targetMean() {
    return new Kind(
        "target mean of two outputs",
        Stage.KindCase.TARGET_MEAN,
        amulet ->
            amulet.targetMeanStage(
                categorical(amulet),
                UnseenLevel.DEFAULT,
                TargetMeans.newBuilder()
                    .setOutputs(2)
                    .addAllMeans(List.of(1f, 2f, Float.MAX_VALUE, -Float.MAX_VALUE))
                    .addAllUnseen(List.of(5f, 6f))
                    .addAllMissing(List.of(7f, NAN))),
        new float[] {7, NAN},
        levels(
            new float[] {1, 2},
            new float[] {Float.MAX_VALUE, -Float.MAX_VALUE},
            new float[] {5, 6}));
  }

  private static Kind text() {
    return new Kind(
        "text",
        Stage.KindCase.TEXT,
        amulet -> amulet.textStage(amulet.text("cell"), textModel()),
        new float[] {NAN, NAN, NAN},
        List.of(
            Example.text("a garden, a house"),
            Example.text("\ud83c\udfe0\ud83c\udfe0 \ud83d\ude00"),
            Example.text("\ud83c"),
            Example.text("\u0130\u0131 \u03a3\u03c2"),
            Example.text("\u6771\u4eac"),
            Example.text("x".repeat(1_000_000)),
            Example.text("word ".repeat(200_000)),
            Example.text("\ud83c\udfe0 ".repeat(100_000)),
            Example.text("1.5")));
  }

  private static Kind words() {
    return new Kind(
        "words of levels",
        Stage.KindCase.TEXT,
        amulet -> amulet.textStage(categorical(amulet), textModel()),
        new float[] {NAN, NAN, NAN},
        levels(new float[0], new float[0], new float[0]));
  }

  private static TextModel.Builder textModel() {
    TextModel.Builder model =
        TextModel.newBuilder()
            .setLowerCase(true)
            .setWordMin(1)
            .setWordMax(2)
            .setCharMin(2)
            .setCharMax(4)
            .setBuckets(64)
            .setWeighting(TextWeighting.SUBLINEAR)
            .setOutputs(3);
    for (int bucket = 0; bucket < 64; bucket++) {
      // Half of the n-grams are unknown; one slot adds up to more than float32 holds.
      model.addIdf(bucket % 2 == 0 ? 0 : 1 + bucket / 64f);
    }
    for (int i = 0; i < 3 * 64; i++) {
      model.addComponents(i < 64 ? Float.MAX_VALUE : (i % 7 - 3) / 4f);
    }
    return model;
  }

  private static Kind dateTime(String zone) {
    Set<DateTimePart> parts = EnumSet.allOf(DateTimePart.class);
    parts.remove(DateTimePart.DATE_TIME_PART_UNSPECIFIED);
    parts.remove(DateTimePart.UNRECOGNIZED);
    float[] missing = new float[parts.size()];
    java.util.Arrays.fill(missing, NAN);
    return new Kind(
        "date-time in " + zone,
        Stage.KindCase.DATE_TIME,
        amulet ->
            amulet.dateTimeStage(
                amulet.date("cell", zone, "d/M/uuuu"), parts.toArray(DateTimePart[]::new)),
        missing,
        List.of(
            Example.text("2024-02-29", 2024, 2, 29, 4, 60, 0, 0, 0, 9, 1, 0, 19782),
            Example.text("31/12/2023", 2023, 12, 31, 7, 365, 0, 0, 0, 52, 4, 1, 19722),
            Example.text("0000-01-01", 0, 1, 1, 6, 1, 0, 0, 0, 52, 1, 1, -719528),
            Example.text("9999-12-31", 9999, 12, 31, 5, 365, 0, 0, 0, 52, 4, 0, 2932896),
            Example.text("0000-01-01T00:00+18:00"),
            Example.text("9999-12-31T23:59:59.999-18:00"),
            new Example("epoch", row -> row.setTime(0, 0)),
            new Example("a clock change", row -> row.setTime(0, 1_710_055_800_000L))));
  }

  private static Kind image(MissingImage policy, float fill) {
    float[] missing = new float[WIDTH + 1];
    java.util.Arrays.fill(missing, fill);
    missing[WIDTH] = 1;
    return new Kind(
        "image, missing " + policy,
        Stage.KindCase.IMAGE,
        amulet -> {
          amulet.tinyNetwork();
          amulet.imageStage(
              amulet.image("cell", policy, SeveralImages.ONE_IMAGE), View.UPRIGHT, View.MIRRORED);
        },
        missing,
        List.of(
            Example.image("a"),
            Example.image("b"),
            new Example("no image", row -> row.setImage(0, new byte[] {1, 2, 3}), missing)));
  }

  @Test
  void everyKindOfTransformIsHere() {
    assertThat(kinds().map(Kind::stage).distinct())
        .containsExactlyInAnyOrder(
            Stage.KindCase.NUMERIC,
            Stage.KindCase.ONE_HOT,
            Stage.KindCase.FREQUENCY,
            Stage.KindCase.TARGET_MEAN,
            Stage.KindCase.TEXT,
            Stage.KindCase.DATE_TIME,
            Stage.KindCase.IMAGE);
    EnumSet<ColumnType> types = EnumSet.allOf(ColumnType.class);
    types.remove(ColumnType.COLUMN_TYPE_UNSPECIFIED);
    types.remove(ColumnType.UNRECOGNIZED);
    assertThat(
            kinds()
                .map(TransformContractTest::open)
                .map(
                    scorer -> {
                      scorer.close();
                      return scorer.schema().columns().get(0).type();
                    }))
        .containsAll(types);
  }

  @Test
  void aLevelReadsTheSameHoweverItIsGiven() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder().name("zips");
    amulet.textStage(amulet.categorical("zip", "85255", "true"), textModel());
    try (Scorer scorer = amulet.open()) {
      float[] listed = slots(scorer, scorer.newRow().set(0, " 85255 "));
      assertThat(slots(scorer, scorer.newRow().setLevel(0, 0))).containsExactly(listed);
      assertThat(slots(scorer, scorer.newRow().set(0, 85255L))).containsExactly(listed);
      assertThat(slots(scorer, scorer.newRow().set(0, 85255.0))).containsExactly(listed);
      assertThat(slots(scorer, scorer.newRow().set(0, 85255f))).containsExactly(listed);
      float[] unlisted = slots(scorer, scorer.newRow().set(0, "36372"));
      assertThat(unlisted).isNotEqualTo(listed);
      assertThat(slots(scorer, scorer.newRow().set(0, 36372L))).containsExactly(unlisted);
      assertThat(slots(scorer, scorer.newRow().set(0, 36372.0))).containsExactly(unlisted);
      assertThat(slots(scorer, scorer.newRow().set(0, "36372").setLevel(0, 0)))
          .as("set again")
          .containsExactly(listed);
      assertThat(slots(scorer, scorer.newRow().set(0, Long.MAX_VALUE)))
          .containsExactly(slots(scorer, scorer.newRow().set(0, "9223372036854775807")));
      assertThat(slots(scorer, scorer.newRow().set(0, true)))
          .containsExactly(slots(scorer, scorer.newRow().set(0, "true")));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aMissingCellGivesItsSlots(Kind kind) {
    try (Scorer scorer = open(kind)) {
      assertThat(slots(scorer, scorer.newRow())).containsExactly(kind.missing());
      assertThat(slots(scorer, scorer.newRow().set(0, (String) null)))
          .containsExactly(kind.missing());
      assertThat(slots(scorer, scorer.newRow().set(0, "  "))).containsExactly(kind.missing());
      for (Example example : kind.examples()) {
        Row row = row(scorer, example);
        assertThat(slots(scorer, row.setMissing(0)))
            .as(example.name())
            .containsExactly(kind.missing());
        example.cell().set(row);
        assertThat(slots(scorer, row.clear())).as(example.name()).containsExactly(kind.missing());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyCellGivesItsSlotsAndTheyAreFiniteOrMissing(Kind kind) {
    try (Scorer scorer = open(kind)) {
      for (Example example : kind.examples()) {
        float[] slots = slots(scorer, row(scorer, example));
        if (example.slots().length > 0) {
          assertThat(slots).as(example.name()).containsExactly(example.slots());
        } else {
          for (float slot : slots) {
            assertThat(slot).as(example.name()).isFinite();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anAmuletWrittenAgainGivesTheSameSlots(Kind kind) throws ArtifactException {
    byte[] bytes = kind.toBytes();
    assertThat(kind.toBytes()).isEqualTo(bytes);
    try (Scorer once = open(kind);
        Scorer again = Scorer.open(Artifact.open(ByteBuffer.wrap(bytes), "again"), options(3))) {
      assertThat(again.id()).isEqualTo(once.id());
      for (Example example : kind.examples()) {
        assertThat(slots(again, row(again, example)))
            .as(example.name())
            .containsExactly(slots(once, row(once, example)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aBatchGivesWhatItsRowsGive(Kind kind) {
    try (Scorer scorer = open(kind)) {
      List<Row> rows = rows(scorer, kind);
      float[] batch = scorer.features(rows).values();
      int width = kind.missing().length;
      for (int i = 0; i < rows.size(); i++) {
        assertThat(java.util.Arrays.copyOfRange(batch, i * width, (i + 1) * width))
            .as("row " + i)
            .containsExactly(slots(scorer, rows.get(i)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void twoThreadsGetWhatOneGets(Kind kind) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Scorer scorer = open(kind)) {
      float[] expected = scorer.features(rows(scorer, kind)).values();
      List<Future<float[]>> found = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        found.add(threads.submit(() -> scorer.features(rows(scorer, kind)).values()));
      }
      for (Future<float[]> slots : found) {
        assertThat(slots.get()).containsExactly(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Every example, between them rows of which the cell is missing. */
  private static List<Row> rows(Scorer scorer, Kind kind) {
    List<Row> rows = new ArrayList<>();
    for (Example example : kind.examples()) {
      rows.add(row(scorer, example));
      rows.add(scorer.newRow());
    }
    return rows;
  }

  private static Row row(Scorer scorer, Example example) {
    Row row = scorer.newRow();
    example.cell().set(row);
    return row;
  }

  private static float[] slots(Scorer scorer, Row row) {
    return scorer.features(List.of(row)).values();
  }

  private static Scorer open(Kind kind) {
    try {
      return Scorer.open(Artifact.open(ByteBuffer.wrap(kind.toBytes()), "contract"), options(4));
    } catch (ArtifactException e) {
      throw new AssertionError(e);
    }
  }

  private static ScorerOptions options(int batchSize) {
    return ScorerOptions.builder().batchSize(batchSize).build();
  }
}
