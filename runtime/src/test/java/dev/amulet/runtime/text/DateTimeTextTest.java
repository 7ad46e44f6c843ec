package dev.amulet.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.runtime.internal.image.Golden;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateTimeTextTest {
  private static final DateTimeText UTC = new DateTimeText(ZoneId.of("UTC"), List.of());

  /** Against Python's datetime and zoneinfo: golden/transforms.py. */
  @Test
  void isoTextsAreTheMomentsThatPythonReads() {
    JsonNode dates = Golden.read("transforms.json").get("dates");
    assertThat(dates.size()).isGreaterThan(60);
    for (JsonNode expected : dates) {
      DateTimeText reader = new DateTimeText(ZoneId.of(expected.get("zone").asText()), List.of());
      assertThat(reader.parse(expected.get("text").asText()))
          .as(expected.toString())
          .isEqualTo(expected.get("epoch_ms").asLong());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29, 2024-02-29T00:00:00Z",
    "2024-02-29T23:59, 2024-02-29T23:59:00Z",
    "2024-02-29 23:59:58, 2024-02-29T23:59:58Z",
    "2024-02-29t23:59:58.1z, 2024-02-29T23:59:58.100Z",
    "'2024-02-29T23:59:58,123456789Z', 2024-02-29T23:59:58.123Z",
    "2024-02-29T12:00+02, 2024-02-29T10:00:00Z",
    "2024-02-29T12:00+0230, 2024-02-29T09:30:00Z",
    "2024-02-29T12:00-02:30, 2024-02-29T14:30:00Z",
    "2024-02-29T12:00:00-02:30:15, 2024-02-29T14:30:15Z",
    "2024-02-29 12:00:00 +0000, 2024-02-29T12:00:00Z",
    "2024-02-29 12:00:00 UTC, 2024-02-29T12:00:00Z",
    "2024-02-29 12:00:00UTC, 2024-02-29T12:00:00Z",
    "0000-01-01, 0000-01-01T00:00:00Z",
    "0000-01-01T00:00:00+18:00, -0001-12-31T06:00:00Z",
    "9999-12-31T23:59:59.999-18:00, +10000-01-01T17:59:59.999Z"
  })
  void isoComesInManyForms(String text, String moment) {
    long time = UTC.parse(text);
    assertThat(Instant.ofEpochMilli(time)).isEqualTo(Instant.parse(moment));
    assertThat(time).isBetween(DateTimeText.MIN_EPOCH_MS, DateTimeText.MAX_EPOCH_MS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2024",
        "2024-02",
        "20240229",
        "2023-02-29",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-01-32",
        "2024-1-1",
        "12024-01-01",
        "-0001-01-01",
        "2024-01-01T",
        "2024-01-01  12:00",
        "2024-01-01T24:00",
        "2024-01-01T12",
        "2024-01-01T12:60",
        "2024-01-01T12:00:60",
        "2024-01-01T12:00:00.",
        "2024-01-01T12:00:00.1234567890",
        "2024-01-01T12:00 ",
        "2024-01-01T12:00+",
        "2024-01-01T12:00+1",
        "2024-01-01T12:00+19",
        "2024-01-01T12:00+02:60",
        "2024-01-01T12:00Zulu",
        "2024-01-01T12:00[UTC]",
        "31.01.2024",
        "\u0662\u0660\u0662\u0664-01-01"
      })
  void whatIsNoDateIsNotRead(String text) {
    assertThat(UTC.parse(text)).isEqualTo(DateTimeText.NOT_A_DATE);
  }

  @Test
  void patternsAreTriedInOrderAfterIso() {
    DateTimeText reader =
        new DateTimeText(
            ZoneId.of("Europe/Berlin"),
            List.of("d/M/uuuu", "M/d/uuuu H:mm", "d MMM uuuu", "uuuu.M.d HH:mm XXX"));
    assertThat(instant(reader, "2/1/2024")).isEqualTo("2024-01-01T23:00:00Z");
    assertThat(instant(reader, "2/1/2024 7:30")).isEqualTo("2024-02-01T06:30:00Z");
    assertThat(instant(reader, "1 Jul 2024")).isEqualTo("2024-06-30T22:00:00Z");
    assertThat(instant(reader, "2024.7.1 00:00 -01:00")).isEqualTo("2024-07-01T01:00:00Z");
    assertThat(instant(reader, "2024-07-01")).isEqualTo("2024-06-30T22:00:00Z");
    assertThat(reader.parse("30/2/2024")).as("strict").isEqualTo(DateTimeText.NOT_A_DATE);
    assertThat(reader.parse("1/1/12024")).isEqualTo(DateTimeText.NOT_A_DATE);
  }

  @Test
  void localTimesThatDoNotExistMoveOnAndTwofoldOnesAreTheFirst() {
    DateTimeText reader = new DateTimeText(ZoneId.of("Europe/Berlin"), List.of("d.M.uuuu H:mm"));
    assertThat(instant(reader, "2024-03-31T02:30")).isEqualTo("2024-03-31T01:30:00Z");
    assertThat(instant(reader, "31.3.2024 2:30")).isEqualTo("2024-03-31T01:30:00Z");
    assertThat(instant(reader, "2024-10-27T02:30")).isEqualTo("2024-10-27T00:30:00Z");
    assertThat(instant(reader, "27.10.2024 2:30")).isEqualTo("2024-10-27T00:30:00Z");
    assertThat(Instant.ofEpochMilli(reader.epochMs(LocalDateTime.parse("2024-10-27T02:30"))))
        .isEqualTo("2024-10-27T00:30:00Z");
  }

  private static Instant instant(DateTimeText reader, String text) {
    return Instant.ofEpochMilli(reader.parse(text));
  }
}
