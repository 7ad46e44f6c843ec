package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.ScoringException.Reason;
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
  private Scorer scorer;

  /** Slots: area, area.missing, garage, garage.missing, then the levels of zip and the photo. */
  @BeforeEach
  void open() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int area = amulet.numeric("area", "n/a", "-999");
    int garage = amulet.bool("garage");
    int zip = amulet.categorical("zip", "85255", "true", "2.5", "007", "0");
    int photo = amulet.image("photo", MissingImage.ZERO_EMBEDDING, SeveralImages.ONE_IMAGE);
    amulet.text("note");
    amulet.numericStage(area, NumericFunction.IDENTITY, true);
    amulet.numericStage(garage, NumericFunction.IDENTITY, true);
    amulet.oneHotStage(zip, UnseenLevel.OTHER_SLOT, true, 0, 1, 2, 3, 4);
    amulet.imageStage(photo, View.UPRIGHT);
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
    assertThat(zip(scorer.newRow().set("zip", "85255.0"))).isEqualTo("other");
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
  void unknownColumnsAreRefusedWithTheKnownOnes() {
    assertThatExceptionOfType(ScoringException.class)
        .isThrownBy(() -> scorer.newRow().set("aera", 1))
        .withMessage(
            "no input column \"aera\"; the model's columns are area, garage, zip, photo, note")
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
