package dev.amulet.runtime.csv;

import dev.amulet.runtime.Column;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Rows to score, read one at a time from delimited text as {@link CsvRecords} reads it: the first
 * record is the header, columns come in any order, and columns that the model does not ask for are
 * skipped. Holds one record at a time.
 *
 * <p>Not safe for concurrent use.
 */
public final class CsvRows implements AutoCloseable {
  private static final int LISTED = 12;

  private final CsvRecords records;
  private final int width;
  private final int[] fields;

  private CsvRows(CsvRecords records, Schema schema) throws IOException {
    this.records = records;
    List<String> header = records.next();
    if (header == null) {
      throw new CsvFormatException(
          records.label()
              + ": empty; expected a header line with column names, then one line per row");
    }
    width = header.size();
    fields = fields(header, schema);
  }

  /**
   * Opens a file.
   *
   * @throws CsvFormatException when it is no table, or has not the columns of the schema
   */
  public static CsvRows open(Path file, Schema schema) throws IOException {
    return open(CsvRecords.open(file), schema);
  }

  /**
   * Reads a stream, which it closes.
   *
   * @param label what error texts call it
   * @throws CsvFormatException when it is no table, or has not the columns of the schema
   */
  public static CsvRows open(InputStream in, String label, Schema schema) throws IOException {
    return open(CsvRecords.open(in, label), schema);
  }

  private static CsvRows open(CsvRecords records, Schema schema) throws IOException {
    try {
      return new CsvRows(records, schema);
    } catch (IOException | RuntimeException e) {
      records.close();
      throw e;
    }
  }

  /** Line the last record began on, from 1. */
  public long line() {
    return records.line();
  }

  /**
   * Reads the next record into a row, whose columns it sets all.
   *
   * @return false when there are no more
   * @throws ScoringException when the record has more or fewer cells than the header or a cell does
   *     not fit its column; the next call goes on with the next record
   * @throws CsvFormatException when the text is broken here; there is no way on
   */
  public boolean next(Row row) throws IOException {
    List<String> cells = records.next();
    if (cells == null) {
      return false;
    }
    row.clear();
    if (cells.size() != width) {
      throw new ScoringException(
          Reason.INVALID_VALUE,
          null,
          "%d fields, the header has %d columns (separated by %s); quote cells that contain the separator, or add the missing fields"
              .formatted(cells.size(), width, records.separator()));
    }
    for (int column = 0; column < fields.length; column++) {
      row.set(column, cells.get(fields[column]));
    }
    return true;
  }

  private int[] fields(List<String> header, Schema schema) throws CsvFormatException {
    String place = records.label() + " line " + records.line();
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      if (positions.putIfAbsent(name, i) != null && schema.indexOf(name) >= 0) {
        throw new CsvFormatException(place + ": two columns are called \"" + name + "\"; keep one");
      }
    }
    List<String> missing =
        schema.columns().stream()
            .map(Column::name)
            .filter(name -> !positions.containsKey(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new CsvFormatException(
          "%s: no column %s, which the model needs\nfound (separated by %s): %s\nadd it to the header and, where its value is not known, leave its cells empty"
              .formatted(place, listing(missing), records.separator(), listing(header)));
    }
    return schema.columns().stream().mapToInt(column -> position(positions, column)).toArray();
  }

  private static int position(Map<String, Integer> positions, Column column) {
    return positions.getOrDefault(column.name(), -1);
  }

  private static String listing(List<String> names) {
    String shown =
        names.stream()
            .limit(LISTED)
            .map(name -> "\"" + name + "\"")
            .collect(Collectors.joining(", "));
    return names.size() > LISTED ? shown + ", … (" + names.size() + " in all)" : shown;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
