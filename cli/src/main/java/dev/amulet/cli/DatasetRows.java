package dev.amulet.cli;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Schema;
import dev.amulet.training.data.Dataset;
import java.util.List;

/** Rows of a table that was read whole, because it lies in an archive or at an address. */
final class DatasetRows implements RowFeed {
  private final Dataset table;
  private final String label;
  private final int[] positions;
  private int next;

  /**
   * Looks the model's columns up. Images without a table do for a model that needs one image column
   * only, whatever its name.
   */
  DatasetRows(Dataset table, String label, Schema schema) {
    this.table = table;
    this.label = label;
    boolean imagesOnly = table.columnNames().equals(List.of("image"));
    positions =
        imagesOnly && !(schema.columns().size() == 1 && schema.indexOf("image") == 0)
            ? new int[] {Inputs.onlyImageColumn(schema, label)}
            : schema.columns().stream()
                .mapToInt(column -> table.columnIndex(column.name()))
                .toArray();
  }

  @Override
  public boolean next(Row row) {
    if (next == table.rows()) {
      return false;
    }
    int current = next++;
    row.clear();
    for (int column = 0; column < positions.length; column++) {
      row.set(column, table.cell(current, positions[column]));
    }
    return true;
  }

  @Override
  public String place() {
    return label + " row " + next;
  }

  @Override
  public void close() {}
}
