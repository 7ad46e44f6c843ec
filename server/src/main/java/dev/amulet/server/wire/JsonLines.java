package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.ScoringException;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Rows as lines of JSON, one object of cells by column each, and results in the same order. A line
 * that is no row becomes an error in its place.
 */
public final class JsonLines {
  private JsonLines() {}

  /** Reads the lines; blank ones do not count. */
  public static void fill(Json json, byte[] text, RowBatch batch) {
    fill(json, text, batch, 0);
  }

  /**
   * As {@link #fill(Json, byte[], RowBatch)}, of a part.
   *
   * @param before lines that came before, for error texts
   */
  public static void fill(Json json, byte[] text, RowBatch batch, int before) {
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == '\n') {
        if (!isBlank(text, start, i)) {
          addLine(json, text, start, i - start, batch, before);
        }
        start = i + 1;
      }
    }
  }

  private static boolean isBlank(byte[] text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private static void addLine(
      Json json, byte[] text, int start, int length, RowBatch batch, int before) {
    int row = batch.rows().size();
    try {
      JsonNode line = json.read(text, start, length);
      if (!line.isObject()) {
        throw RequestException.invalid(null, "expected an object, found " + Json.kind(line));
      }
      MlflowRows.addRecord(line, "line " + (before + row + 1), batch);
    } catch (RequestException e) {
      if (e.kind() != RequestException.Kind.INVALID_REQUEST) {
        throw e;
      }
      if (batch.rows().size() == row) {
        batch.add();
      }
      String field = (e.field() == null ? "line " + (before + row + 1) : e.field()) + ": ";
      batch.fail(row, RowBatch.badRow(field + e.getMessage()));
    }
  }

  /** Writes the same error for each of so many rows. */
  public static byte[] failed(Json json, RequestException problem, int rows) {
    byte[] line =
        json.write(Json.object().put("error", problem.getMessage()).put("code", problem.code()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < rows; i++) {
      out.writeBytes(line);
      out.write('\n');
    }
    return out.toByteArray();
  }

  /** Writes {@code {"prediction": …}} or {@code {"error": …, "code": …}} per row. */
  public static byte[] write(Json json, ModelVersion model, List<ScoredRow> rows) {
    List<String> classes = model.schema().classes();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ScoredRow row : rows) {
      ObjectNode line = Json.object();
      Prediction prediction = row.prediction();
      ScoringException error = row.error();
      if (prediction != null && classes.isEmpty()) {
        line.set("prediction", Json.number(prediction.value()));
      } else if (prediction != null) {
        line.put("prediction", prediction.label());
        ArrayNode probabilities = line.putArray("probabilities");
        for (double probability : prediction.probabilities()) {
          probabilities.add(Json.number(probability));
        }
      } else if (error != null) {
        line.put("error", error.getMessage()).put("code", error.reason().name());
      }
      out.writeBytes(json.write(line));
      out.write('\n');
    }
    return out.toByteArray();
  }
}
