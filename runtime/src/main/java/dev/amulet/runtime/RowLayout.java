package dev.amulet.runtime;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.internal.source.InlineImage;
import dev.amulet.runtime.internal.transform.Cells;
import dev.amulet.runtime.text.DateTimeText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the cells of a row are read: types, missing markers and level look-ups. Immutable. */
final class RowLayout {
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "1", "1.0");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "0", "0.0");

  /** Beyond it a double skips whole numbers. */
  private static final long LARGEST_EXACT = 1L << 53;

  private final Schema schema;
  private final ColumnType[] types;
  private final @Nullable DateTimeText[] dates;
  private final List<Set<String>> missing = new ArrayList<>();
  private final List<Map<String, Integer>> levels = new ArrayList<>();

  /** Levels that are written as a number, so that a look-up by number makes no text. */
  private final List<NumberLevels> numberLevels = new ArrayList<>();

  RowLayout(Schema schema) {
    this.schema = schema;
    types = schema.columns().stream().map(Column::type).toArray(ColumnType[]::new);
    dates = new DateTimeText[types.length];
    for (Column column : schema.columns()) {
      if (column.type() == ColumnType.DATE_TIME) {
        dates[column.index()] =
            new DateTimeText(ZoneId.of(column.zone()), column.dateTimePatterns());
      }
      missing.add(Set.copyOf(column.missingMarkers()));
      Map<String, Integer> byText = new HashMap<>();
      for (int i = 0; i < column.levels().size(); i++) {
        byText.put(column.levels().get(i), i);
      }
      levels.add(byText);
      numberLevels.add(NumberLevels.of(column.levels()));
    }
  }

  Schema schema() {
    return schema;
  }

  ColumnType type(int column) {
    return types[column];
  }

  String name(int column) {
    return schema.columns().get(column).name();
  }

  String columnNames() {
    return schema.columns().stream().map(Column::name).collect(Collectors.joining(", "));
  }

  boolean isMissing(int column, String text) {
    return missing.get(column).contains(text);
  }

  double parseNumber(int column, String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isNaN(value) ? value : checkNumber(column, value);
    } catch (NumberFormatException e) {
      throw invalid(column, "\"" + shorten(text) + "\" is not a number");
    }
  }

  /**
   * Any finite number: the data type says what training saw, and a 2.5 where it saw whole numbers
   * is still a number that the model can use.
   */
  double checkNumber(int column, double value) {
    if (Double.isInfinite(value)) {
      throw invalid(column, "the number is infinite");
    }
    return value;
  }

  /** A whole number that becomes a double without a change. */
  double checkExact(int column, long value) {
    if (value > LARGEST_EXACT || value < -LARGEST_EXACT) {
      throw invalid(
          column,
          value + " has more digits than a number keeps (up to 2^53); round it to a double");
    }
    return value;
  }

  /** Epoch milliseconds of a date in text. */
  double parseTime(int column, String text) {
    DateTimeText reader = dates(column);
    long time = reader.parse(text);
    if (time == DateTimeText.NOT_A_DATE) {
      List<String> patterns = schema.columns().get(column).dateTimePatterns();
      throw invalid(
          column,
          "\""
              + shorten(text)
              + "\" is no date of the years 0 to 9999; expected ISO 8601 (2026-01-31,"
              + " 2026-01-31T23:59:59Z)"
              + (patterns.isEmpty() ? "" : " or the pattern " + String.join(" or ", patterns)));
    }
    return time;
  }

  double checkTime(int column, long epochMs) {
    if (epochMs < DateTimeText.MIN_EPOCH_MS || epochMs > DateTimeText.MAX_EPOCH_MS) {
      throw invalid(column, epochMs + " ms since 1970 is outside of the years 0 to 9999");
    }
    return epochMs;
  }

  /** The reader of a column that is known to hold dates. */
  DateTimeText dates(int column) {
    return Objects.requireNonNull(dates[column]);
  }

  int checkLevel(int column, int level) {
    int count = levels.get(column).size();
    if (level < Cells.MISSING_LEVEL || level >= count) {
      throw invalid(column, "level " + level + ", expected -1 (missing) or less than " + count);
    }
    return level;
  }

  double parseBoolean(int column, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return 1;
    }
    if (FALSE.contains(lower)) {
      return 0;
    }
    throw invalid(column, "\"" + shorten(text) + "\" is neither true nor false");
  }

  double checkBoolean(int column, double value) {
    if (value != 0 && value != 1) {
      throw invalid(column, value + " is neither 0 nor 1");
    }
    return value;
  }

  /** The images in a cell's text: several, separated by ';', where the column may. */
  List<String> references(int column, String text) {
    if (!schema.columns().get(column).severalImages() || InlineImage.isDataUri(text)) {
      return List.of(text);
    }
    return Arrays.stream(text.split(";"))
        .map(String::strip)
        .filter(reference -> !reference.isEmpty())
        .toList();
  }

  List<?> checkImages(int column, List<?> images) {
    if (images.size() > 1 && !schema.columns().get(column).severalImages()) {
      throw invalid(column, images.size() + " images in a cell that takes one");
    }
    for (int i = 0; i < images.size(); i++) {
      Object image = images.get(i);
      if (!(image instanceof byte[]) && !(image instanceof String text && !text.isBlank())) {
        String found = image == null ? "null" : image.getClass().getSimpleName();
        throw invalid(
            column,
            "image " + i + " is " + found + "; expected byte[] or a text that is not empty");
      }
    }
    return images;
  }

  int level(int column, String text) {
    Integer level = levels.get(column).get(text);
    return level != null ? level : numberLevels.get(column).level(text);
  }

  /** The level written as this number: whole numbers without a fraction, as a table writes them. */
  int level(int column, double value) {
    return numberLevels.get(column).level(value);
  }

  /** The level a whole number is written as. */
  int level(int column, long value) {
    boolean exact = value <= LARGEST_EXACT && value >= -LARGEST_EXACT;
    return exact ? level(column, (double) value) : level(column, Long.toString(value));
  }

  /** How a level of the schema is written. */
  String levelText(int column, int level) {
    return schema.columns().get(column).levels().get(level);
  }

  ScoringException invalid(int column, String message) {
    return new ScoringException(Reason.INVALID_VALUE, name(column), message);
  }

  private static String shorten(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
