package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.training.TrainingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides which columns are inputs: first what the user says, then what the cells show. */
final class RoleAssigner {
  private static final int FEWEST_ROWS_OF_ID = 20;
  private static final double NEARLY_ALL = 0.9;
  private static final double CODE_DISTINCT_SHARE = 0.5;
  private static final double CODE_SHAPE_SHARE = 0.9;
  private static final Pattern ID_NAME =
      Pattern.compile(
          "(?i)(.*[_\\-. ])?(id|idx|index|key|uuid|guid|row|rowid|no|nr|serial)|unnamed: ?\\d+");
  private static final Pattern CAMEL_ID_NAME = Pattern.compile(".*[a-z](Id|ID|Key|Index)");
  private static final Pattern LETTERS = Pattern.compile("\\p{L}+");
  private static final Pattern DIGITS = Pattern.compile("\\d+");

  private final Map<String, Role> roles = new LinkedHashMap<>();
  private final Map<String, String> reasons = new LinkedHashMap<>();
  private final ProfileOptions options;

  RoleAssigner(Dataset dataset, ProfileOptions options, @Nullable String target) {
    this.options = options;
    assign(dataset, target, Role.TARGET, "--target");
    assign(dataset, options.foldColumn(), Role.FOLD, "--fold-column");
    assign(dataset, options.groupColumn(), Role.GROUP, "--group");
    assign(dataset, options.weightColumn(), Role.WEIGHT, "--weight");
    assign(dataset, options.timeColumn(), Role.TIME, "--time");
    for (String column : options.drop()) {
      assign(dataset, column, Role.DROPPED, "--drop");
    }
    for (String column : options.keep()) {
      dataset.columnIndex(column);
      if (roles.get(column) == Role.DROPPED) {
        throw new TrainingException(
            "column \"" + column + "\" is named by both --keep and --drop; keep one of them");
      }
    }
    for (String column : options.columnTypes().keySet()) {
      dataset.columnIndex(column);
    }
    if (!options.keep().isEmpty()) {
      for (String column : dataset.columnNames()) {
        if (!options.keep().contains(column) && !roles.containsKey(column)) {
          roles.put(column, Role.DROPPED);
          reasons.put(column, "not named by --keep");
        }
      }
    }
  }

  private void assign(Dataset dataset, @Nullable String column, Role role, String option) {
    if (column == null) {
      return;
    }
    dataset.columnIndex(column);
    String earlier = reasons.get(column);
    if (earlier != null && roles.get(column) != role) {
      throw new TrainingException(
          "column \"%s\" is named by both %s and %s; keep one of them"
              .formatted(column, earlier.replace("given by ", ""), option));
    }
    roles.put(column, role);
    reasons.put(column, "given by " + option);
  }

  /** The role the user gave, INPUT where none. */
  Role given(String column) {
    return roles.getOrDefault(column, Role.INPUT);
  }

  String reason(String column) {
    return reasons.getOrDefault(column, "");
  }

  /** Why a column that could be an input is no use as one; null when it is. */
  @Nullable String uselessness(ColumnCells column, ColumnType type) {
    if (column.present() == 0) {
      return "every cell is missing";
    }
    if (column.distinct().size() == 1 && column.missing() == 0) {
      return "every cell is \"" + column.distinct().iterator().next() + "\"";
    }
    boolean chosen =
        options.keep().contains(column.name()) || options.columnTypes().containsKey(column.name());
    if (chosen) {
      return null;
    }
    return switch (type) {
      case CATEGORICAL -> wordId(column);
      case NUMERIC -> numberId(column);
      default -> null;
    };
  }

  private static @Nullable String wordId(ColumnCells column) {
    int distinct = column.distinct().size();
    if (distinct < FEWEST_ROWS_OF_ID) {
      return null;
    }
    if (distinct == column.present()) {
      return "every cell is different, so it is an id";
    }
    if (distinct >= NEARLY_ALL * column.present() && saysId(column.name())) {
      return "nearly all cells are different and the name says id";
    }
    if (distinct > CODE_DISTINCT_SHARE * column.present()
        && shapeShare(column) >= CODE_SHAPE_SHARE) {
      return ("%d different codes in %d cells, so it is an id; rows that share one may belong"
              + " together: --group %s keeps them in one fold")
          .formatted(distinct, column.present(), column.name());
    }
    return null;
  }

  /** Share of the different cells of the commonest shape, such as A_9 of HAM_0000550. */
  private static double shapeShare(ColumnCells column) {
    Map<String, Integer> shapes = new LinkedHashMap<>();
    for (String cell : column.distinct()) {
      boolean code = cell.indexOf(' ') < 0 && cell.chars().anyMatch(Character::isDigit);
      String shape = DIGITS.matcher(LETTERS.matcher(cell).replaceAll("A")).replaceAll("9");
      shapes.merge(code ? shape : "", code ? 1 : 0, Integer::sum);
    }
    int commonest = shapes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return (double) commonest / column.distinct().size();
  }

  private static @Nullable String numberId(ColumnCells column) {
    int different = column.distinct().size();
    if (different < NEARLY_ALL * column.rows()
        || !column.distinct().stream().allMatch(Numbers::isInteger)) {
      return null;
    }
    if (saysId(column.name())) {
      return (different == column.rows() ? "every integer is" : "nearly all integers are")
          + " different and the name says id";
    }
    return different == column.rows() && column.rows() >= FEWEST_ROWS_OF_ID && consecutive(column)
        ? "integers that count the rows up by one"
        : null;
  }

  /** Whether the name is that of a key. */
  static boolean saysId(String name) {
    return ID_NAME.matcher(name).matches() || CAMEL_ID_NAME.matcher(name).matches();
  }

  private static boolean consecutive(ColumnCells column) {
    double previous = Double.NaN;
    for (String cell : column.cells()) {
      double value = Double.parseDouble(cell);
      if (value != previous + 1 && !Double.isNaN(previous)) {
        return false;
      }
      previous = value;
    }
    return true;
  }
}
