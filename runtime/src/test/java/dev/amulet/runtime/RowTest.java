package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoringException.Reason;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowTest {
  private static final int NOTE = 4 + 7 + AmuletBuilder.WIDTH + 1;
  private static final int ROOMS = NOTE + 3;

  private Scorer scorer;

  /** Slots: area, area.missing, garage, garage.missing, the levels of zip, the photo, the rest. */
  @BeforeEach
  void open() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int area = amulet.numeric("area", "n/a", "-999");
    int garage = amulet.bool("garage");
    int zip = amulet.categorical("zip", "85255", "true", "2.5", "007", "0");
    int photo = amulet.image("photo", MissingImage.ZERO_EMBEDDING, SeveralImages.ONE_IMAGE);
    int note = amulet.text("note");
    int built = amulet.date("built", "Europe/Berlin", "d.M.uuuu");
    int rooms = amulet.input("rooms", ColumnType.NUMERIC, DataType.INT32);
    int plot = amulet.input("plot", ColumnType.NUMERIC, DataType.INT64);
    int height = amulet.input("height", ColumnType.NUMERIC, DataType.FLOAT32);
    amulet.numericStage(area, NumericFunction.IDENTITY, true);
    amulet.numericStage(garage, NumericFunction.IDENTITY, true);
    amulet.oneHotStage(zip, UnseenLevel.OTHER_SLOT, true, 0, 1, 2, 3, 4);
    amulet.imageStage(photo, View.UPRIGHT);
    // One bucket: the slot is 1 for any text with a word, 0 for one without.
    amulet.textStage(
        note,
        TextModel.newBuilder()
            .setWordMin(1)
            .setWordMax(1)
            .setBuckets(1)
            .setWeighting(TextWeighting.RAW_COUNT)
            .addIdf(1)
            .setOutputs(1)
            .addComponents(1));
    amulet.dateTimeStage(built, DateTimePart.DAY_OF_YEAR, DateTimePart.HOUR);
    amulet.numericStage(rooms, NumericFunction.IDENTITY, false);
    amulet.numericStage(plot, NumericFunction.IDENTITY, false);
    amulet.numericStage(height, NumericFunction.IDENTITY, false);
    scorer = amulet.open();
  }

  @AfterEach
  void close() {
    scorer.close();
  }

  @ParameterizedTest
  @CsvSource({
    "12.5, 12.5",
    "' 12.5 ', 12.5",
    "-0, -0.0",
    "1e3, 1000",
    "0x1p4, 16",
    "1e-400, 0",
    "7d, 7"
  })
  void numbersAreReadAsJavaReadsThem(String text, float expected) {
    assertThat(area(scorer.newRow().set("area", text))).containsExactly(expected, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "n/a", " n/a ", "-999", "NaN"})
  void missingMarkersAreMissing(String text) {
    assertThat(area(scorer.newRow().set("area", 5).set("area", text)))
        .containsExactly(Float.NaN, 1);
  }

  @Test
  void nothingIsMissing() {
    assertThat(area(scorer.newRow())).containsExactly(Float.NaN, 1);
    assertThat(area(scorer.newRow().set("area", 5).set("area", null)))
        .containsExactly(Float.NaN, 1);
    assertThat(area(scorer.newRow().set("area", 5).set("area", Double.NaN)))
        .containsExactly(Float.NaN, 1);
    assertThat(area(scorer.newRow().set("area", 5).clear())).containsExactly(Float.NaN, 1);
    assertThat(area(scorer.newRow().set("area", 5).setMissing(0))).containsExactly(Float.NaN, 1);
  }

  /** A marker belongs to text: the number -999 was measured. */
  @Test
  void aNumberIsNoMissingMarker() {
    assertThat(area(scorer.newRow().set("area", -999))).containsExactly(-999, 0);
  }

  @Test
  void numbersBeyondFloatBecomeItsLargest() {
    assertThat(area(scorer.newRow().set("area", 1e300))).containsExactly(Float.MAX_VALUE, 0);
    assertThat(area(scorer.newRow().set("area", -1e300))).containsExactly(-Float.MAX_VALUE, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "true,1", "TRUE,1", "t,1", "Yes,1", "y,1", "1,1", "1.0,1", "false,0", "F,0", "no,0", "N,0",
    "0,0", "0.0,0"
  })
  void booleansAreReadInManyForms(String text, float expected) {
    assertThat(slots(scorer.newRow().set("garage", text), 2, 2)).containsExactly(expected, 0);
  }

  @Test
  void booleansAndNumbersStandForEachOther() {
    assertThat(slots(scorer.newRow().set("garage", 1), 2, 2)).containsExactly(1, 0);
    assertThat(slots(scorer.newRow().set("garage", true), 2, 2)).containsExactly(1, 0);
    assertThat(area(scorer.newRow().set("area", true))).containsExactly(1, 0);
    assertThat(area(scorer.newRow().set("area", false))).containsExactly(0, 0);
    assertThat(zip(scorer.newRow().set("zip", true))).isEqualTo("true");
    assertThat(zip(scorer.newRow().set("zip", false))).isEqualTo("other");
  }

  @Test
  void levelsAreFoundByTextAndByTheNumberTheyAreWrittenAs() {
    assertThat(zip(scorer.newRow().set("zip", "85255"))).isEqualTo("85255");
    assertThat(zip(scorer.newRow().set("zip", 85255))).isEqualTo("85255");
    assertThat(zip(scorer.newRow().set("zip", 2.5))).isEqualTo("2.5");
    assertThat(zip(scorer.newRow().set("zip", 0))).isEqualTo("0");
    assertThat(zip(scorer.newRow().set("zip", -0.0))).isEqualTo("0");
    assertThat(zip(scorer.newRow().set("zip", 7))).isEqualTo("other");
    assertThat(zip(scorer.newRow().set("zip", "007"))).isEqualTo("007");
    assertThat(zip(scorer.newRow().set("zip", "85255.0"))).isEqualTo("85255");
    assertThat(zip(scorer.newRow().set("zip", Double.POSITIVE_INFINITY))).isEqualTo("other");
    assertThat(zip(scorer.newRow().set("zip", "?"))).isEqualTo("missing");
    assertThat(zip(scorer.newRow())).isEqualTo("missing");
    assertThat(zip(scorer.newRow().set("zip", "TRUE"))).as("case matters").isEqualTo("other");
  }

  @Test
  void whatDoesNotFitIsRefusedWithAReason() {
    Row row = scorer.newRow();
    refused(() -> row.set("area", "12,5"), "area", "\"12,5\" is not a number");
    refused(() -> row.set("area", "x".repeat(99)), "area", "\"" + "x".repeat(40) + "...\"");
    refused(() -> row.set("area", "Infinity"), "area", "the number is infinite");
    refused(() -> row.set("area", "1e999"), "area", "the number is infinite");
    refused(() -> row.set("area", Double.NEGATIVE_INFINITY), "area", "the number is infinite");
    refused(() -> row.set("garage", "maybe"), "garage", "\"maybe\" is neither true nor false");
    refused(() -> row.set("garage", 2), "garage", "2.0 is neither 0 nor 1");
    refused(() -> row.set("photo", 1), "photo", "is IMAGE and cannot be set from a number");
    refused(() -> row.set("photo", true), "photo", "is IMAGE and cannot be set from a boolean");
    refused(() -> row.setImage("area", new byte[1]), "area", "cannot be set from an image");
    refused(
        () -> row.setImages("photo", List.of(new byte[1], new byte[1])),
        "photo",
        "2 images in a cell that takes one");
    assertThat(area(row)).as("nothing was set").containsExactly(Float.NaN, 1);
  }

  @Test
  void textIsTextAndMayBeMissing() {
    assertThat(slots(scorer.newRow().set("note", "a garden"), NOTE, 1)).containsExactly(1);
    assertThat(slots(scorer.newRow().set("note", "!?"), NOTE, 1)).containsExactly(0);
    assertThat(slots(scorer.newRow().set("note", " "), NOTE, 1)).containsExactly(Float.NaN);
    assertThat(slots(scorer.newRow().set("note", "a").setMissing(4), NOTE, 1))
        .containsExactly(Float.NaN);
    assertThat(slots(scorer.newRow().set("note", "a").clear(), NOTE, 1)).containsExactly(Float.NaN);
    refused(() -> scorer.newRow().set("note", 5), "note", "is TEXT and cannot be set from");
  }

  @Test
  void datesAreSetFromTextAndFromEveryKindOfTime() {
    Row row = scorer.newRow();
    assertThat(built(row.set("built", "2024-02-01"))).containsExactly(32, 0);
    assertThat(built(row.set("built", " 1.2.2024 "))).containsExactly(32, 0);
    assertThat(built(row.set("built", "2024-02-01 23:30Z"))).containsExactly(33, 0);
    assertThat(built(row.setTime("built", LocalDate.parse("2024-02-01")))).containsExactly(32, 0);
    assertThat(built(row.setTime("built", LocalDateTime.parse("2024-02-01T07:00"))))
        .containsExactly(32, 7);
    assertThat(built(row.setTime("built", Instant.parse("2024-02-01T07:00:00Z"))))
        .containsExactly(32, 8);
    assertThat(built(row.setTime("built", 0L))).containsExactly(1, 1);
    assertThat(built(row.setTime(5, 0L).set(5, "never"))).containsExactly(Float.NaN, Float.NaN);
    assertThat(built(row.setTime(5, LocalDate.EPOCH).setMissing(5)))
        .containsExactly(Float.NaN, Float.NaN);
    assertThat(built(row.setTime(5, Instant.EPOCH).clear())).containsExactly(Float.NaN, Float.NaN);
  }

  @Test
  void whatIsNoDateIsRefused() {
    Row row = scorer.newRow();
    refused(
        () -> row.set("built", "2024-02-30"),
        "built",
        "\"2024-02-30\" is no date of the years 0 to 9999; expected ISO 8601 (2026-01-31,"
            + " 2026-01-31T23:59:59Z) or the pattern d.M.uuuu");
    refused(() -> row.setTime("built", Instant.MAX), "built", "outside of the years 0 to 9999");
    refused(() -> row.setTime("built", Instant.MIN), "built", "outside of the years 0 to 9999");
    refused(() -> row.setTime("built", LocalDate.MAX), "built", "outside of the years");
    refused(() -> row.setTime("built", LocalDateTime.MIN), "built", "outside of the years");
    refused(() -> row.setTime("built", Long.MIN_VALUE), "built", "outside of the years");
    refused(() -> row.setTime("area", 0L), "area", "is NUMERIC and cannot be set from a date");
    refused(() -> row.setTime("area", Instant.EPOCH), "area", "cannot be set from a date");
    refused(() -> row.setTime("area", LocalDate.EPOCH), "area", "cannot be set from a date");
    refused(() -> row.set("built", 5), "built", "is DATE_TIME and cannot be set from a number");
    refused(() -> row.set("built", true), "built", "cannot be set from a boolean");
    assertThat(built(row)).containsExactly(Float.NaN, Float.NaN);
  }

  @Test
  void aNumericColumnTakesEveryFiniteNumberWhateverTrainingSaw() {
    Row row = scorer.newRow();
    assertThat(slots(row.set("rooms", "3.0").set("plot", "-7e3").set("height", "0.1"), ROOMS, 3))
        .containsExactly(3, -7000, 0.1f);
    assertThat(slots(row.set("rooms", -5).set("plot", 1L << 40).set("height", 0.1f), ROOMS, 3))
        .containsExactly(-5, 0x1p40f, 0.1f);
    assertThat(slots(row.set("rooms", "1.5").set("plot", 0.5f).set("height", 1e39), ROOMS, 3))
        .containsExactly(1.5f, 0.5f, Float.MAX_VALUE);
    assertThat(slots(row.set("rooms", 1L << 40).set("plot", 1e19), ROOMS, 2))
        .containsExactly(0x1p40f, 1e19f);
    refused(
        () -> row.set("area", (1L << 53) + 1),
        "area",
        "9007199254740993 has more digits than a number keeps (up to 2^53)");
    refused(() -> row.set("rooms", Float.NEGATIVE_INFINITY), "rooms", "the number is infinite");
    assertThat(slots(row.set("rooms", Float.NaN), ROOMS, 1)).containsExactly(Float.NaN);
  }

  @Test
  void levelsAreSetByPositionAndByAnyNumber() {
    assertThat(zip(scorer.newRow().setLevel("zip", 3))).isEqualTo("007");
    assertThat(zip(scorer.newRow().setLevel("zip", 3).setLevel(2, -1))).isEqualTo("missing");
    assertThat(zip(scorer.newRow().set("zip", 2.5f))).isEqualTo("2.5");
    assertThat(zip(scorer.newRow().set("zip", 85255L))).isEqualTo("85255");
    assertThat(zip(scorer.newRow().set("zip", Long.MAX_VALUE))).isEqualTo("other");
    assertThat(zip(scorer.newRow().set("zip", 0).set("zip", Float.NaN))).isEqualTo("missing");
    refused(() -> scorer.newRow().setLevel("zip", 5), "zip", "level 5, expected -1 (missing) or");
    refused(() -> scorer.newRow().setLevel("zip", -2), "zip", "level -2, expected");
    refused(() -> scorer.newRow().setLevel("area", 0), "area", "cannot be set from a level");
  }

  @Test
  void unknownColumnsAreRefusedWithTheKnownOnes() {
    assertThatExceptionOfType(ScoringException.class)
        .isThrownBy(() -> scorer.newRow().set("aera", 1))
        .withMessage(
            "no input column \"aera\"; the model's columns are area, garage, zip, photo, note,"
                + " built, rooms, plot, height")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_COLUMN))
        .satisfies(e -> assertThat(e.reason().code()).isEqualTo("unknown_column"))
        .satisfies(e -> assertThat(e.column()).isNull());
  }

  @Test
  void reasonCodesAreStable() {
    assertThat(Reason.values())
        .extracting(Reason::code)
        .containsExactly(
            "unknown_column",
            "invalid_value",
            "missing_image",
            "unreadable_image",
            "bad_image",
            "image_timeout");
  }

  private static void refused(ThrowingCallable setter, String column, String message) {
    assertThatExceptionOfType(ScoringException.class)
        .isThrownBy(setter)
        .withMessageStartingWith("column \"" + column + "\": ")
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_VALUE))
        .satisfies(e -> assertThat(e.column()).isEqualTo(column));
  }

  private float[] built(Row row) {
    return slots(row, NOTE + 1, 2);
  }

  private float[] area(Row row) {
    return slots(row, 0, 2);
  }

  private String zip(Row row) {
    float[] slots = slots(row, 4, 7);
    String[] names = {"85255", "true", "2.5", "007", "0", "other", "missing"};
    String found = "none";
    for (int i = 0; i < names.length; i++) {
      if (slots[i] == 1) {
        assertThat(found).as("one slot is set").isEqualTo("none");
        found = names[i];
      }
    }
    return found;
  }

  private float[] slots(Row row, int first, int count) {
    return Arrays.copyOfRange(scorer.features(List.of(row)).values(), first, first + count);
  }
}
