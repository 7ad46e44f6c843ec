package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.DataType;
import dev.amulet.training.TrainingException;
import dev.amulet.training.data.TypeDetector.Detected;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** The type the user set for a column, checked against its cells. */
final class TypeOverride {
  private static final String EVIDENCE = "set by column_types";

  private TypeOverride() {}

  static Detected apply(ColumnCells column, ColumnType type) {
    return switch (type) {
      case NUMERIC -> numeric(column);
      case BOOLEAN -> {
        require(
            column,
            type,
            cell -> Set.of("true", "false").contains(cell.toLowerCase(Locale.ROOT)),
            "true or false");
        yield Detected.of(type, DataType.BOOL, EVIDENCE);
      }
      case DATE_TIME ->
          DateTimes.patterns(column.distinct())
              .map(
                  patterns -> new Detected(type, DataType.TIME64, Set.of(), patterns, EVIDENCE, ""))
              .orElseThrow(
                  () ->
                      new TrainingException(
                          "column_types.%s=date_time: not every cell is a date, for example \"%s\""
                              .formatted(column.name(), first(column))));
      case CATEGORICAL, TEXT, IMAGE -> Detected.of(type, DataType.STRING, EVIDENCE);
      case COLUMN_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("no column type: " + type);
    };
  }

  private static Detected numeric(ColumnCells column) {
    Set<String> strays = new HashSet<>(column.failing(Numbers::isNumber));
    if (strays.size() == column.distinct().size()) {
      throw new TrainingException(
          "column_types.%s=numeric: no cell is a number, for example \"%s\""
              .formatted(column.name(), first(column)));
    }
    ColumnCells numbers = column.without(strays);
    String hint =
        strays.isEmpty()
            ? ""
            : "column \"%s\": %d cells are no numbers and are read as missing (%s)"
                .formatted(
                    column.name(),
                    column.present() - numbers.present(),
                    NearestName.listing(LabelOrder.sorted(strays)));
    return new Detected(
        ColumnType.NUMERIC,
        Numbers.narrowest(numbers.distinct()),
        strays,
        List.of(),
        EVIDENCE,
        hint);
  }

  private static void require(
      ColumnCells column, ColumnType type, Predicate<String> test, String expected) {
    List<String> failing = column.failing(test);
    if (!failing.isEmpty()) {
      throw new TrainingException(
          "column_types.%s=%s: a cell is \"%s\", expected %s"
              .formatted(
                  column.name(), type.name().toLowerCase(Locale.ROOT), failing.get(0), expected));
    }
  }

  private static String first(ColumnCells column) {
    return column.distinct().stream().findFirst().orElse("");
  }
}
