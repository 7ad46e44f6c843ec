package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A score request in H2O's form, its rows read. Cells may be typed, not only texts.
 *
 * @param copied names of the columns that lead the answer
 * @param copies their cells, by row
 * @param fieldNames whether the answer names its columns
 * @param contributions of what, or null for none
 * @param intervals whether prediction intervals are asked for
 * @param heatmaps whether activation maps are (ours)
 * @param rowErrors whether a row that fails leaves the others their scores (ours)
 */
public record H2oRequest(
    List<String> copied,
    List<List<String>> copies,
    boolean fieldNames,
    @Nullable FeatureSpace contributions,
    boolean intervals,
    boolean heatmaps,
    boolean rowErrors) {

  /** Nothing but scores. */
  public static H2oRequest plain() {
    return new H2oRequest(List.of(), List.of(), true, null, false, false, false);
  }

  /** What the runtime is asked for. */
  public ScoreOptions options() {
    ScoreOptions.Builder options = ScoreOptions.builder();
    if (contributions != null) {
      options.contributions(contributions);
    }
    if (intervals) {
      options.intervals();
    }
    if (heatmaps) {
      options.activationMaps();
    }
    return options.build();
  }

  /**
   * Reads a request.
   *
   * @param files uploaded files by name, which cells of media fields name; empty for none
   * @throws RequestException when it is not in that form, or lacks a column of the model
   */
  public static H2oRequest read(
      JsonNode body, ModelVersion model, RowBatch batch, Map<String, byte[]> files) {
    List<String> fields = texts(body, "fields");
    Set<String> names = new LinkedHashSet<>(fields);
    if (names.size() != fields.size()) {
      throw RequestException.invalid("fields", "a name occurs twice");
    }
    for (Column column : model.schema().columns()) {
      if (!names.contains(column.name())) {
        throw RequestException.invalid(
            "fields", "the model's column \"" + column.name() + "\" is missing");
      }
    }
    Set<String> media = new LinkedHashSet<>(texts(body, "mediaFields"));
    if (!names.containsAll(media)) {
      throw RequestException.invalid("mediaFields", "not all of them are in fields");
    }
    JsonNode rows = body.path("rows");
    if (!rows.isArray()) {
      throw RequestException.invalid("rows", "expected an array, found " + Json.kind(rows));
    }
    Copies copies = Copies.of(body, fields);
    int index = 0;
    for (JsonNode row : rows) {
      String place = "rows[" + index + "]";
      if (!row.isArray() || row.size() != fields.size()) {
        throw RequestException.invalid(
            place, "expected an array of " + fields.size() + " cells, one per field");
      }
      batch.add();
      for (int i = 0; i < fields.size(); i++) {
        fill(model, batch, row.get(i), place + "[" + i + "]", fields.get(i), media, files);
      }
      copies.add(row);
      index++;
    }
    return new H2oRequest(
        copies.names,
        copies.cells,
        !flag(body, "noFieldNamesInOutput"),
        space(body),
        flag(body, "requestPredictionIntervals"),
        flag(body, "requestHeatmap"),
        flag(body, "rowErrors"));
  }

  private static void fill(
      ModelVersion model,
      RowBatch batch,
      JsonNode value,
      String place,
      String field,
      Set<String> media,
      Map<String, byte[]> files) {
    int column = model.schema().indexOf(field);
    if (column < 0) {
      return; // Extra columns are allowed; they may be copied to the answer.
    }
    int row = batch.rows().size() - 1;
    Object cell = RowBatch.cell(value, place);
    if (media.contains(field) && cell instanceof String name && !name.isBlank()) {
      cell = uploaded(name, files, place);
    } else if (cell instanceof String text
        && model.schema().columns().get(column).type() == ColumnType.NUMERIC) {
      cell = text.equalsIgnoreCase("true") ? "1" : text.equalsIgnoreCase("false") ? "0" : text;
    }
    batch.set(row, column, cell);
  }

  private static Object uploaded(String names, Map<String, byte[]> files, String place) {
    byte[] whole = files.get(names);
    if (whole != null) {
      return whole;
    }
    List<byte[]> several = new ArrayList<>();
    for (String name : names.split(";", -1)) {
      byte[] file = files.get(name.strip());
      if (file == null) {
        throw RequestException.invalid(
            place, "no uploaded file is called \"" + name.strip() + "\"");
      }
      several.add(file);
    }
    return several;
  }

  private static @Nullable FeatureSpace space(JsonNode body) {
    JsonNode type = body.path("requestShapleyValueType");
    String text = type.isNull() ? "NONE" : type.asText("NONE");
    return switch (text) {
      case "ORIGINAL" -> FeatureSpace.ORIGINAL;
      case "TRANSFORMED" -> FeatureSpace.TRANSFORMED;
      case "NONE", "" -> null;
      default ->
          throw RequestException.invalid(
              "requestShapleyValueType", "expected ORIGINAL, TRANSFORMED or NONE");
    };
  }

  private static boolean flag(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw RequestException.invalid(name, "expected true or false, found " + Json.kind(value));
    }
    return value.booleanValue();
  }

  private static List<String> texts(JsonNode body, String name) {
    JsonNode value = body.path(name);
    List<String> texts = new ArrayList<>();
    if (value.isMissingNode() || value.isNull()) {
      return texts;
    }
    if (!value.isArray()) {
      throw RequestException.invalid(name, "expected an array, found " + Json.kind(value));
    }
    for (JsonNode text : value) {
      if (!text.isTextual()) {
        throw RequestException.invalid(
            name + "[" + texts.size() + "]", "expected a text, found " + Json.kind(text));
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /** The cells that an answer repeats: input columns in the request's order, then an id. */
  private static final class Copies {
    private final List<String> names = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private final List<List<String>> cells = new ArrayList<>();

    static Copies of(JsonNode body, List<String> fields) {
      Copies copies = new Copies();
      Map<String, Integer> index = new HashMap<>();
      for (int i = 0; i < fields.size(); i++) {
        index.put(fields.get(i), i);
      }
      JsonNode idField = body.path("idField");
      String id = idField.isTextual() ? idField.textValue() : "";
      boolean generated = false;
      for (String name : texts(body, "includeFieldsInOutput")) {
        Integer position = index.get(name);
        if (position != null) {
          copies.names.add(name);
          copies.positions.add(position);
        } else if (name.equals(id)) {
          generated = true;
        } else {
          throw RequestException.invalid(
              "includeFieldsInOutput", "\"" + name + "\" is not in fields and not the idField");
        }
      }
      if (generated) {
        copies.names.add(id);
        copies.positions.add(-1);
      }
      return copies;
    }

    void add(JsonNode row) {
      List<String> copy = new ArrayList<>(positions.size());
      for (int position : positions) {
        copy.add(position < 0 ? UUID.randomUUID().toString() : row.get(position).asText(""));
      }
      cells.add(copy);
    }
  }
}
