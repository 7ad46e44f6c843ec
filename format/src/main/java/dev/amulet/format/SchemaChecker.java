package dev.amulet.format;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnStatistics;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalQueries;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules of the columns. */
final class SchemaChecker {
  /** Of the years that two digits mean, and with no two equal parts. */
  private static final ZonedDateTime SAMPLE =
      ZonedDateTime.of(2021, 10, 23, 14, 35, 46, 123_456_789, ZoneOffset.UTC);

  private SchemaChecker() {}

  static void check(Schema schema, Where where) throws ArtifactException {
    int count = schema.getColumnsCount();
    if (count == 0 || count > Limits.COLUMNS) {
      throw where.at("schema.columns").bad(count + " columns, expected 1 to " + Limits.COLUMNS);
    }
    Set<String> names = new HashSet<>();
    int targets = 0;
    int inputs = 0;
    for (int i = 0; i < count; i++) {
      Column column = schema.getColumns(i);
      Where at = where.at("schema.columns", i).named(column.getName());
      if (column.getName().isEmpty()) {
        throw at.bad("an empty name, expected the name of a column");
      }
      if (!names.add(column.getName())) {
        throw at.bad("the name occurs twice, expected distinct names");
      }
      if (column.getRole() == Role.TARGET && ++targets > 1) {
        throw at.bad("a second column of role TARGET, expected at most one");
      }
      levels(column, at);
      statistics(column, at);
      if (column.getRole() == Role.INPUT) {
        inputs++;
        input(column, at);
      }
    }
    if (inputs == 0) {
      throw where.at("schema.columns").bad("no column of role INPUT, expected at least one");
    }
  }

  private static void levels(Column column, Where where) throws ArtifactException {
    int count = column.getLevelsCount();
    if (count > 0 && column.getType() != ColumnType.CATEGORICAL) {
      throw where
          .at("levels")
          .bad(count + " levels of a column of type " + column.getType() + ", expected none");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String level = column.getLevels(i);
      if (level.isEmpty()) {
        throw where.at("levels", i).bad("empty; the empty cell is a missing one, not a level");
      }
      if (!seen.add(level)) {
        throw where.at("levels", i).named(level).bad("occurs twice, expected distinct levels");
      }
    }
  }

  private static void statistics(Column column, Where where) throws ArtifactException {
    ColumnStatistics statistics = column.getStatistics();
    int counts = statistics.getLevelCountsCount();
    if (counts != 0 && counts != column.getLevelsCount()) {
      throw where
          .at("statistics.level_counts")
          .bad(counts + " counts for " + column.getLevelsCount() + " levels, expected one each");
    }
    if (statistics.getMin() > statistics.getMax()) {
      throw where
          .at("statistics")
          .bad("min " + statistics.getMin() + " is above max " + statistics.getMax());
    }
  }

  private static void input(Column column, Where where) throws ArtifactException {
    if (!fits(column.getType(), column.getDataType())) {
      throw where
          .at("data_type")
          .bad(
              column.getDataType()
                  + " does not fit the type "
                  + column.getType()
                  + "; expected INT32, INT64, FLOAT32 or FLOAT64 for NUMERIC, BOOL for BOOLEAN,"
                  + " TIME64 for DATE_TIME, STRING for TEXT and IMAGE, any of them but TIME64 for"
                  + " CATEGORICAL");
    }
    if (column.hasImage() != (column.getType() == ColumnType.IMAGE)) {
      throw where
          .at("image")
          .bad(
              column.hasImage()
                  ? "set on a column of type " + column.getType() + ", expected on IMAGE only"
                  : "not set, expected what a missing image and several images do");
    }
    if (column.hasDateTime() != (column.getType() == ColumnType.DATE_TIME)) {
      throw where
          .at("date_time")
          .bad(
              column.hasDateTime()
                  ? "set on a column of type " + column.getType() + ", expected on DATE_TIME only"
                  : "not set, expected the zone of cells without an offset");
    }
    if (column.hasDateTime()) {
      dateTime(column.getDateTime().getZone(), column.getDateTime().getPatternsList(), where);
    }
  }

  private static void dateTime(String zone, List<String> patterns, Where where)
      throws ArtifactException {
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw where
          .at("date_time.zone")
          .bad("the zone " + Where.quote(zone) + " is unknown, expected an IANA zone", e);
    }
    for (int i = 0; i < patterns.size(); i++) {
      Where at = where.at("date_time.patterns", i).named(patterns.get(i));
      try {
        DateTimeFormatter format =
            DateTimeFormatter.ofPattern(patterns.get(i), Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
        LocalDate date = format.parse(format.format(SAMPLE)).query(TemporalQueries.localDate());
        if (!SAMPLE.toLocalDate().equals(date)) {
          throw at.bad("gives no date, expected year (uuuu), month and day");
        }
      } catch (IllegalArgumentException e) {
        throw at.bad("not a java.time pattern", e);
      } catch (DateTimeException e) {
        throw at.bad("gives no date, expected year (uuuu), month and day", e);
      }
    }
  }

  private static boolean fits(ColumnType type, DataType data) {
    return switch (type) {
      case NUMERIC ->
          data == DataType.INT32
              || data == DataType.INT64
              || data == DataType.FLOAT32
              || data == DataType.FLOAT64;
      case CATEGORICAL -> data != DataType.TIME64;
      case TEXT, IMAGE -> data == DataType.STRING;
      case DATE_TIME -> data == DataType.TIME64;
      case BOOLEAN -> data == DataType.BOOL;
      default -> false;
    };
  }
}
