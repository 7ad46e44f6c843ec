package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.data.Thumbnails;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The small pictures of a page, each kept once and known by its number. There is a limit to how
 * many a page holds, whatever the size of the table; beyond it rows go without.
 */
final class Pictures {
  static final int NONE = -1;
  static final int MOST = 700;
  private static final int SIDE_PX = 96;

  private final Dataset table;
  private final List<String> columns;
  private final Thumbnails thumbnails;
  private final List<String> kept = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  Pictures(TableProfile profile) {
    table = profile.dataset();
    columns = profile.inputs(ColumnType.IMAGE).stream().map(ColumnProfile::name).toList();
    thumbnails = new Thumbnails(table, SIDE_PX);
  }

  /** Whether the table has any. */
  boolean any() {
    return !columns.isEmpty();
  }

  /** The first picture of a row, or {@link #NONE}. */
  int of(int row) {
    for (String column : columns) {
      int number = of(row, column);
      if (number != NONE) {
        return number;
      }
    }
    return NONE;
  }

  /** The first picture of a row if the page has it already; makes no more. */
  int known(int row) {
    for (String column : columns) {
      String cell = table.cell(row, table.columnIndex(column));
      Integer number = cell == null ? null : numbers.get(cell);
      if (number != null && number != NONE) {
        return number;
      }
    }
    return NONE;
  }

  /** All pictures of a row: one for each image column that has one. */
  List<Integer> allOf(int row) {
    return columns.stream().map(column -> of(row, column)).filter(n -> n != NONE).toList();
  }

  private int of(int row, String column) {
    String cell = table.cell(row, table.columnIndex(column));
    if (cell == null) {
      return NONE;
    }
    Integer known = numbers.get(cell);
    if (known != null) {
      return known;
    }
    if (kept.size() >= MOST) {
      return NONE;
    }
    int number =
        thumbnails
            .of(cell)
            .map(
                image -> {
                  kept.add(image);
                  return kept.size() - 1;
                })
            .orElse(NONE);
    numbers.put(cell, number);
    return number;
  }

  /** Adds the pictures in the order of their numbers. */
  void writeTo(ArrayNode array) {
    kept.forEach(array::add);
  }
}
