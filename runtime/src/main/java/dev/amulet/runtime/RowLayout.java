package dev.amulet.runtime;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.runtime.internal.source.InlineImage;
import dev.amulet.runtime.internal.transform.Cells;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How the cells of a row are read: types, missing markers and level look-ups. Immutable. */
final class RowLayout {
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "1", "1.0");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "0", "0.0");

  private final Schema schema;
  private final ColumnType[] types;
  private final List<Set<String>> missing = new ArrayList<>();
  private final List<Map<String, Integer>> levels = new ArrayList<>();

  /** Levels that are written as a number, so that a look-up by number makes no text. */
  private final List<NumberLevels> numberLevels = new ArrayList<>();

  RowLayout(Schema schema) {
    this.schema = schema;
    types = schema.columns().stream().map(Column::type).toArray(ColumnType[]::new);
    for (Column column : schema.columns()) {
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
      return Double.isNaN(value) ? value : checkFinite(column, value);
    } catch (NumberFormatException e) {
      throw invalid(column, "\"" + shorten(text) + "\" is not a number");
    }
  }

  double checkFinite(int column, double value) {
    if (Double.isInfinite(value)) {
      throw invalid(column, "the number is infinite");
    }
    return value;
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
    return levels.get(column).getOrDefault(text, Cells.UNSEEN_LEVEL);
  }

  /** The level written as this number: whole numbers without a fraction, as a table writes them. */
  int level(int column, double value) {
    return numberLevels.get(column).level(value);
  }

  private ScoringException invalid(int column, String message) {
    return new ScoringException(Reason.INVALID_VALUE, name(column), message);
  }

  private static String shorten(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
