package dev.amulet.training.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects rows of cells by column, null where missing; equal cells share one string. */
final class CellColumns {
  // Columns with more different cells than this are not worth sharing strings for.
  private static final int SHARED_CELLS = 10_000;

  private final Set<String> missingMarkers;
  private final List<List<String>> cells = new ArrayList<>();
  private final List<Map<String, String>> shared = new ArrayList<>();

  CellColumns(int columns, Set<String> missingMarkers) {
    this.missingMarkers = missingMarkers;
    for (int c = 0; c < columns; c++) {
      cells.add(new ArrayList<>());
      shared.add(new HashMap<>());
    }
  }

  void add(List<String> line) {
    for (int c = 0; c < cells.size(); c++) {
      String cell = line.get(c);
      boolean missing = cell.isEmpty() || missingMarkers.contains(cell);
      cells.get(c).add(missing ? null : share(cell, shared.get(c)));
    }
  }

  int rows() {
    return cells.get(0).size();
  }

  List<String[]> columns() {
    List<String[]> columns = new ArrayList<>();
    cells.forEach(column -> columns.add(column.toArray(String[]::new)));
    return columns;
  }

  private static String share(String cell, Map<String, String> shared) {
    if (shared.size() >= SHARED_CELLS) {
      return shared.getOrDefault(cell, cell);
    }
    String first = shared.putIfAbsent(cell, cell);
    return first == null ? cell : first;
  }
}
