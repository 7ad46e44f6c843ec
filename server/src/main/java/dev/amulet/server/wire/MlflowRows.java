package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Rows in the four JSON shapes of MLflow's scoring server. A column that a row does not have is
 * missing; one that the model does not have is an error.
 */
public final class MlflowRows {
  private static final List<String> SHAPES =
      List.of("dataframe_split", "dataframe_records", "instances", "inputs");

  private MlflowRows() {}

  /**
   * Reads a body.
   *
   * @throws RequestException when it has not exactly one of the shapes
   */
  public static void fill(JsonNode body, ModelVersion model, RowBatch batch) {
    List<String> found = SHAPES.stream().filter(body::has).toList();
    if (found.size() != 1) {
      throw RequestException.invalid(
          null, "expected exactly one of " + String.join(", ", SHAPES) + ", found " + found);
    }
    String shape = found.get(0);
    JsonNode value = body.get(shape);
    switch (shape) {
      case "dataframe_split" -> split(value, batch);
      case "inputs" -> {
        if (value.isObject()) {
          columns(value, batch);
        } else {
          rows(value, shape, model, batch);
        }
      }
      default -> rows(value, shape, model, batch);
    }
  }

  private static void split(JsonNode value, RowBatch batch) {
    JsonNode names = value.path("columns");
    JsonNode data = value.path("data");
    if (!names.isArray() || !data.isArray()) {
      throw RequestException.invalid("dataframe_split", "expected columns and data, both arrays");
    }
    List<Integer> columns = new ArrayList<>();
    for (JsonNode name : names) {
      columns.add(batch.column(name.asText(), "dataframe_split.columns[" + columns.size() + "]"));
    }
    if (new HashSet<>(columns).size() != columns.size()) {
      throw RequestException.invalid("dataframe_split.columns", "a name occurs twice");
    }
    for (JsonNode row : data) {
      addRow(row, columns, "dataframe_split.data[" + batch.rows().size() + "]", batch);
    }
  }

  private static void addRow(JsonNode row, List<Integer> columns, String place, RowBatch batch) {
    if (!row.isArray() || row.size() != columns.size()) {
      throw RequestException.invalid(
          place, "expected an array of " + columns.size() + " cells, one per column");
    }
    batch.add();
    int index = batch.rows().size() - 1;
    for (int i = 0; i < row.size(); i++) {
      batch.set(index, columns.get(i), RowBatch.cell(row.get(i), place + "[" + i + "]"));
    }
  }

  /** An array of objects by column name, of arrays in the model's order, or of single cells. */
  private static void rows(JsonNode value, String shape, ModelVersion model, RowBatch batch) {
    if (!value.isArray()) {
      throw RequestException.invalid(shape, "expected an array, found " + Json.kind(value));
    }
    int width = model.schema().columns().size();
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      all.add(i);
    }
    for (JsonNode row : value) {
      String place = shape + "[" + batch.rows().size() + "]";
      if (row.isObject() && !(row.has("b64") && row.size() == 1)) {
        addRecord(row, place, batch);
      } else if (row.isArray() && !shape.equals("dataframe_records")) {
        addRow(row, all, place, batch);
      } else if (width == 1 && !shape.equals("dataframe_records")) {
        batch.add();
        batch.set(batch.rows().size() - 1, 0, RowBatch.cell(row, place));
      } else {
        throw RequestException.invalid(
            place, "expected an object of cells by column, found " + Json.kind(row));
      }
    }
  }

  static void addRecord(JsonNode row, String place, RowBatch batch) {
    batch.add();
    int index = batch.rows().size() - 1;
    for (Map.Entry<String, JsonNode> cell : row.properties()) {
      String at = place + "." + cell.getKey();
      batch.set(index, batch.column(cell.getKey(), at), RowBatch.cell(cell.getValue(), at));
    }
  }

  /** An object of arrays by column name. */
  private static void columns(JsonNode value, RowBatch batch) {
    int rows = -1;
    for (Map.Entry<String, JsonNode> column : value.properties()) {
      String at = "inputs." + column.getKey();
      int index = batch.column(column.getKey(), at);
      JsonNode cells = column.getValue();
      int count = cells.isArray() ? cells.size() : 1;
      if (rows < 0) {
        rows = count;
        batch.add(rows);
      } else if (rows != count) {
        throw RequestException.invalid(
            at, "has " + count + " cells, the columns before have " + rows);
      }
      for (int i = 0; i < count; i++) {
        JsonNode cell = cells.isArray() ? cells.get(i) : cells;
        batch.set(i, index, RowBatch.cell(cell, at + "[" + i + "]"));
      }
    }
  }
}
