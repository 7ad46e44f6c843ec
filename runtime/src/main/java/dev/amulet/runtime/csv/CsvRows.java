package dev.amulet.runtime.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows to score, read one at a time from delimited text: encoding and delimiter (comma, semicolon,
 * tab or bar) are found out, the first record is the header, columns come in any order, and columns
 * that the model does not ask for are skipped. Holds one record at a time.
 *
 * <p>Not safe for concurrent use.
 */
public final class CsvRows implements AutoCloseable {
  private static final int LISTED = 12;

  private final String label;
  private final TextInput text;
  private final Delimiter delimiter;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final int width;
  private final int[] fields;
  private long line;

  private CsvRows(TextInput text, String label, Schema schema) throws IOException {
    this.label = label;
    this.text = text;
    delimiter = Delimiter.detect(text);
    reader = delimiter.reader(text.reader());
    records = reader.iterator();
    CsvRecord header = nextRecord();
    if (header == null) {
      throw new CsvFormatException(
          label + ": empty; expected a header line with column names, then one line per row");
    }
    width = header.getFieldCount();
    fields = fields(header, schema);
  }

  /**
   * Opens a file.
   *
   * @throws CsvFormatException when it is no table, or has not the columns of the schema
   */
  public static CsvRows open(Path file, Schema schema) throws IOException {
    return open(TextInput.file(file), file.toString(), schema);
  }

  /**
   * Reads a stream, which it closes.
   *
   * @param label what error texts call it
   * @throws CsvFormatException when it is no table, or has not the columns of the schema
   */
  public static CsvRows open(InputStream in, String label, Schema schema) throws IOException {
    return open(TextInput.stream(in, label), label, schema);
  }

  private static CsvRows open(TextInput text, String label, Schema schema) throws IOException {
    try {
      return new CsvRows(text, label, schema);
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** Line the last record began on, from 1. */
  public long line() {
    return line;
  }

  /**
   * Reads the next record into a row, whose columns it sets all.
   *
   * @return false when there are no more
   * @throws dev.amulet.runtime.ScoringException when a cell does not fit its column; the next call
   *     goes on with the next record
   * @throws CsvFormatException when the text is broken here; there is no way on
   */
  public boolean next(Row row) throws IOException {
    CsvRecord cells = nextRecord();
    if (cells == null) {
      return false;
    }
    if (cells.getFieldCount() != width) {
      throw new CsvFormatException(
          "%s line %d: %d fields, the header has %d columns (separated by %s); quote cells that contain the separator, or add the missing fields"
              .formatted(label, line, cells.getFieldCount(), width, delimiter.label));
    }
    row.clear();
    for (int column = 0; column < fields.length; column++) {
      row.set(column, cells.getField(fields[column]));
    }
    return true;
  }

  private @Nullable CsvRecord nextRecord() throws IOException {
    try {
      if (!records.hasNext()) {
        return null;
      }
      CsvRecord cells = records.next();
      line = cells.getStartingLineNumber();
      return cells;
    } catch (CsvParseException e) {
      throw broken(e);
    } catch (UncheckedIOException e) {
      throw broken(e);
    }
  }

  private IOException broken(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return new CsvFormatException(
            label + " after line " + line + ": not UTF-8 text; save the table as CSV in UTF-8", e);
      }
    }
    if (e instanceof UncheckedIOException io && io.getCause() != null) {
      return io.getCause();
    }
    Throwable cause = e.getCause();
    return new CsvFormatException(
        label
            + ": "
            + e.getMessage()
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; check the quotes there: a cell that holds a quote is written \"like \"\"this\"\"\"",
        e);
  }

  private int[] fields(CsvRecord header, Schema schema) throws CsvFormatException {
    Map<String, Integer> positions = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < header.getFieldCount(); i++) {
      String name = header.getField(i).strip();
      names.add(name);
      if (positions.putIfAbsent(name, i) != null && schema.indexOf(name) >= 0) {
        throw new CsvFormatException(
            label + " line " + line + ": two columns are called \"" + name + "\"; keep one");
      }
    }
    List<String> missing =
        schema.columns().stream()
            .map(Column::name)
            .filter(name -> !positions.containsKey(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new CsvFormatException(
          "%s line %d: no column %s, which the model needs\nfound (separated by %s): %s\nadd it to the header and, where its value is not known, leave its cells empty"
              .formatted(label, line, listing(missing), delimiter.label, listing(names)));
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
    reader.close();
    text.close();
  }
}
