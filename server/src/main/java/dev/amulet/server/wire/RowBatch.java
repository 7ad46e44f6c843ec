package dev.amulet.server.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import dev.amulet.server.model.ModelVersion;
import dev.amulet.server.model.RequestException;
import dev.amulet.server.model.RequestException.Kind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one request being filled, whatever the protocol wrote them in. A cell that does not fit
 * its column makes its row an error and leaves the others alone. Not safe for concurrent use.
 *
 * <p>A cell is null (missing), a text as in CSV, a number, a boolean, the bytes of an image, or a
 * list of texts and bytes that are the images of one cell.
 */
public final class RowBatch {
  /** Bytes that tell a file from a text. */
  private static final int SNIFFED = 512;

  private final ModelVersion model;
  private final int maxRows;
  private final List<Row> rows = new ArrayList<>();
  private final List<@Nullable ScoringException> errors = new ArrayList<>();

  public RowBatch(ModelVersion model, int maxRows) {
    this.model = model;
    this.maxRows = maxRows;
  }

  /** Begins a row; every column is missing until it is set. */
  public Row add() {
    return addRead(model.scorer().newRow());
  }

  /** Adds a row that was filled elsewhere. */
  public Row addRead(Row row) {
    if (rows.size() == maxRows) {
      throw new RequestException(
          Kind.TOO_LARGE, "more than " + maxRows + " rows; send them in several requests");
    }
    rows.add(row);
    errors.add(null);
    return row;
  }

  /** Begins several rows. */
  public void add(int count) {
    for (int i = 0; i < count; i++) {
      add();
    }
  }

  public List<Row> rows() {
    return rows;
  }

  /** Why rows could not be read, by row. */
  public List<@Nullable ScoringException> errors() {
    return errors;
  }

  /** Makes a row one that cannot be scored; the first reason counts. */
  public void fail(int row, ScoringException why) {
    if (errors.get(row) == null) {
      errors.set(row, why);
    }
  }

  /**
   * Position of an input column.
   *
   * @throws RequestException when the model has none of that name
   */
  public int column(String name, String field) {
    int index = model.schema().indexOf(name);
    if (index < 0) {
      throw RequestException.invalid(
          field,
          "no input column \""
              + name
              + "\"; the model's columns are "
              + String.join(", ", model.schema().columns().stream().map(Column::name).toList()));
    }
    return index;
  }

  /** Sets a cell; see the class for what it may be. */
  public void set(int row, int column, @Nullable Object cell) {
    try {
      set(rows.get(row), model.schema().columns().get(column), cell);
    } catch (ScoringException e) {
      fail(row, e);
    }
  }

  private static void set(Row row, Column column, @Nullable Object cell) {
    int index = column.index();
    if (cell == null) {
      row.setMissing(index);
    } else if (cell instanceof String text) {
      row.set(index, text);
    } else if (cell instanceof byte[] bytes) {
      setBytes(row, column, bytes);
    } else if (cell instanceof List<?> images) {
      row.setImages(index, images);
    } else if (column.type() == ColumnType.TEXT) {
      row.set(index, cell.toString());
    } else if (cell instanceof Boolean flag) {
      row.set(index, (boolean) flag);
    } else if (column.type() == ColumnType.DATE_TIME && cell instanceof Long time) {
      row.setTime(index, time.longValue());
    } else if (column.type() == ColumnType.NUMERIC) {
      row.set(index, ((Number) cell).doubleValue());
    } else if (cell instanceof Long whole) {
      row.set(index, whole.longValue());
    } else if (cell instanceof Float single) {
      row.set(index, single.floatValue());
    } else {
      row.set(index, ((Number) cell).doubleValue());
    }
  }

  private static void setBytes(Row row, Column column, byte[] bytes) {
    if (column.type() != ColumnType.IMAGE || isText(bytes)) {
      row.set(column.index(), new String(bytes, StandardCharsets.UTF_8));
    } else {
      row.setImage(column.index(), bytes);
    }
  }

  /**
   * Whether bytes for an image column are a reference, a {@code data:} URI or base64 and no file:
   * every image format has bytes among its first that no such text has.
   */
  static boolean isText(byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length, SNIFFED); i++) {
      if (bytes[i] < ' ') {
        return false; // Control characters, and bytes from 128 on, which are negative.
      }
    }
    return true;
  }

  /**
   * The cell that a JSON value stands for.
   *
   * @param field where it is, for error texts
   * @throws RequestException when it is an object or array that is no cell
   */
  public static @Nullable Object cell(JsonNode value, String field) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> null;
      case STRING -> value.textValue();
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> number(value);
      case OBJECT -> file(value, field);
      case ARRAY -> images(value, field);
      default ->
          throw RequestException.invalid(field, "expected a cell, found " + Json.kind(value));
    };
  }

  private static Object number(JsonNode value) {
    if (value.isBigInteger()) {
      BigInteger whole = value.bigIntegerValue();
      return whole.toString();
    }
    return value.isIntegralNumber() ? (Object) value.longValue() : (Object) value.doubleValue();
  }

  private static byte[] file(JsonNode value, String field) {
    JsonNode base64 = value.get("b64");
    if (base64 == null || value.size() != 1 || !base64.isTextual()) {
      throw RequestException.invalid(
          field, "expected a cell; an object can only be {\"b64\": \"…\"}");
    }
    try {
      return Base64.getDecoder().decode(base64.textValue());
    } catch (IllegalArgumentException e) {
      throw RequestException.invalid(field + ".b64", "not base64: " + e.getMessage());
    }
  }

  private static List<Object> images(JsonNode value, String field) {
    List<Object> images = new ArrayList<>();
    for (JsonNode image : value) {
      Object cell = cell(image, field + "[" + images.size() + "]");
      if (!(cell instanceof String || cell instanceof byte[])) {
        throw RequestException.invalid(
            field, "an array in a cell holds the images of the cell: texts, or {\"b64\": \"…\"}");
      }
      images.add(cell);
    }
    return images;
  }

  /** What a text of another kind than expected was, as an error of its row. */
  public static ScoringException badRow(String message) {
    return new ScoringException(Reason.INVALID_VALUE, null, message);
  }
}
