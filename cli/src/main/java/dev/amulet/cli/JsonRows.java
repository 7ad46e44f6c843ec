package dev.amulet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows from JSON lines: one object per line, keys are column names in any order. A key that is
 * absent or null is a missing value; keys the model does not ask for are skipped; blank lines too.
 * Numbers, booleans and text go into the row as what they are, an array of texts as the several
 * images of a cell. A line that is no such object is a row that cannot be scored, and the next line
 * goes on.
 */
final class JsonRows implements RowFeed {
  /** An inline picture of the largest size allowed fits. */
  static final int LONGEST_LINE_BYTES = 64 << 20;

  private static final int DEEPEST = 64;

  private final ByteLines lines;
  private final String label;
  private final Schema schema;
  private final JsonFactory json =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST_LINE_BYTES)
                  .build())
          .build();

  private JsonRows(InputStream in, String label, Schema schema) {
    lines = new ByteLines(in, LONGEST_LINE_BYTES);
    this.label = label;
    this.schema = schema;
  }

  /**
   * Reads a stream, which is closed with this.
   *
   * @param label what error texts call it
   */
  static JsonRows of(InputStream in, String label, Schema schema) {
    return new JsonRows(in, label, schema);
  }

  @Override
  public boolean next(Row row) throws IOException {
    while (lines.next()) {
      row.clear();
      if (lines.tooLong()) {
        throw bad(
            "the line has "
                + Figures.bytes(lines.length())
                + ", expected at most "
                + Figures.bytes(LONGEST_LINE_BYTES));
      }
      int start = start();
      if (start < lines.length()) {
        read(start, row);
        return true;
      }
    }
    return false;
  }

  @Override
  public String place() {
    return label + " line " + lines.number();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /** Where the line's text begins, after a byte order mark and blanks. */
  private int start() {
    byte[] line = lines.bytes();
    int at = 0;
    if (lines.number() == 1 && lines.length() >= 3 && line[0] == (byte) 0xEF) {
      at = 3;
    }
    while (at < lines.length() && (line[at] == ' ' || line[at] == '\t')) {
      at++;
    }
    return at;
  }

  private void read(int start, Row row) throws IOException {
    int length = Math.toIntExact(lines.length()) - start;
    try (JsonParser parser = json.createParser(lines.bytes(), start, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw bad("expected a JSON object such as {\"column\": 1.5, ...} on each line");
      }
      int known = 0;
      List<String> others = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        int column = schema.indexOf(key);
        parser.nextToken();
        if (column >= 0) {
          known++;
          set(row, column, parser);
        } else {
          others.add(key);
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw bad("more text after the object; expected one object per line");
      }
      if (known == 0) {
        throw bad("none of the model's columns " + names() + "; found the keys " + others);
      }
    } catch (JsonProcessingException e) {
      int at = start + (e.getLocation() == null ? 0 : e.getLocation().getColumnNr());
      throw new ScoringException(
          Reason.INVALID_VALUE,
          null,
          "not JSON at column " + at + ": " + e.getOriginalMessage(),
          e);
    }
  }

  private void set(Row row, int column, JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_STRING -> row.set(column, parser.getText());
      case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> setNumber(row, column, parser);
      case VALUE_TRUE, VALUE_FALSE -> row.set(column, parser.getBooleanValue());
      case VALUE_NULL -> row.setMissing(column);
      case START_ARRAY -> setSeveral(row, column, parser);
      default -> throw bad(column, "is an object; expected text, a number, true, false or null");
    }
  }

  private void setNumber(Row row, int column, JsonParser parser) throws IOException {
    switch (schema.columns().get(column).type()) {
      case TEXT -> row.set(column, parser.getText());
      case CATEGORICAL -> setLevel(row, column, parser);
      // As from a CSV cell, which training read: the nearest double of however many digits.
      default -> row.set(column, parser.getDoubleValue());
    }
  }

  private static void setLevel(Row row, int column, JsonParser parser) throws IOException {
    switch (parser.getNumberType()) {
      case INT, LONG -> row.set(column, parser.getLongValue());
      case BIG_INTEGER -> row.set(column, parser.getText());
      default -> row.set(column, parser.getDoubleValue());
    }
  }

  private void setSeveral(Row row, int column, JsonParser parser) throws IOException {
    if (schema.columns().get(column).type() != ColumnType.IMAGE) {
      throw bad(column, "is an array, which only a column of images can be");
    }
    List<String> images = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw bad(column, "is an array of something else than texts");
      }
      images.add(parser.getText());
    }
    row.setImages(column, images);
  }

  private String names() {
    return schema.columns().stream().map(Column::name).collect(Collectors.joining(", "));
  }

  private ScoringException bad(int column, String message) {
    return new ScoringException(Reason.INVALID_VALUE, schema.columns().get(column).name(), message);
  }

  private static ScoringException bad(String message) {
    return new ScoringException(Reason.INVALID_VALUE, null, message);
  }
}
