package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Warns of rows that are there twice, and of ids that are not unique. */
final class RepeatedRows {
  private static final double NEARLY_ALL = 0.9;
  private static final int LISTED = 3;

  private RepeatedRows() {}

  static List<String> warnings(Dataset dataset, List<ColumnProfile> columns) {
    List<String> warnings = new ArrayList<>();
    for (ColumnProfile column : columns) {
      boolean mayBeId =
          column.role() == Role.DROPPED
              && column.type() != ColumnType.IMAGE
              && RoleAssigner.saysId(column.name());
      if (mayBeId) {
        ids(ColumnCells.of(dataset, column.name()), warnings);
      }
    }
    if (columns.size() > 2) {
      copies(dataset, warnings);
    }
    return warnings;
  }

  private static void ids(ColumnCells cells, List<String> warnings) {
    int distinct = cells.distinct().size();
    if (distinct == cells.present() || distinct < NEARLY_ALL * cells.present()) {
      return;
    }
    List<String> twice =
        cells.counts().entrySet().stream()
            .filter(entry -> entry.getValue() > 1)
            .map(Map.Entry::getKey)
            .toList();
    warnings.add(
        "column \"%s\": %d ids come more than once (%s%s); are rows repeated? If they belong together: --group %s"
            .formatted(
                cells.name(),
                twice.size(),
                String.join(", ", twice.subList(0, Math.min(LISTED, twice.size()))),
                twice.size() > LISTED ? ", …" : "",
                cells.name()));
  }

  private static void copies(Dataset dataset, List<String> warnings) {
    Set<List<String>> seen = new HashSet<>();
    List<String> rows = new ArrayList<>();
    int width = dataset.columnNames().size();
    for (int row = 0; row < dataset.rows(); row++) {
      List<String> cells = new ArrayList<>(width);
      for (int column = 0; column < width; column++) {
        String cell = dataset.cell(row, column);
        cells.add(cell == null ? "" : cell);
      }
      if (!seen.add(cells)) {
        rows.add(String.valueOf(dataset.sourceRow(row) + 1));
      }
    }
    if (!rows.isEmpty()) {
      warnings.add(
          "%d rows are copies of earlier ones (row %s%s); in different folds they flatter the score"
              .formatted(
                  rows.size(),
                  String.join(", ", rows.subList(0, Math.min(LISTED, rows.size()))),
                  rows.size() > LISTED ? ", …" : ""));
    }
  }
}
