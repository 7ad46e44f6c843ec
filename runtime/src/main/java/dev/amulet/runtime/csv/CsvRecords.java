package dev.amulet.runtime.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Delimited text, one record at a time, the same for training and for scoring: encoding (by byte
 * order mark, else UTF-8, else Windows-1252) and separator (comma, semicolon, tab or bar) are found
 * out, cells are trimmed, spaces around quotes do not count, blank lines are skipped, and a quote
 * that is never closed is an error. Records may differ in length; the header is a record like any
 * other.
 *
 * <p>Not safe for concurrent use.
 */
public final class CsvRecords implements AutoCloseable {
  private final String label;
  private final TextInput text;
  private final Delimiter delimiter;
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private long line;

  private CsvRecords(TextInput text, String label) {
    this.label = label;
    this.text = text;
    delimiter = Delimiter.detect(text);
    reader = delimiter.reader(text.reader());
    records = reader.iterator();
  }

  /**
   * Opens a file, or what stands under a file's name, such as a pipe.
   *
   * @throws CsvFormatException when it is no text
   */
  public static CsvRecords open(Path file) throws IOException {
    if (Files.isRegularFile(file)) {
      return new CsvRecords(TextInput.file(file), file.toString());
    }
    // A pipe can be read once; and the streams of Files ask for a position, which it has not.
    return open(new FileInputStream(file.toFile()), file.toString());
  }

  /**
   * Reads a stream, which is closed with this.
   *
   * @param label what error texts call it
   * @throws CsvFormatException when it is no text
   */
  public static CsvRecords open(InputStream in, String label) throws IOException {
    return new CsvRecords(TextInput.stream(in, label), label);
  }

  /**
   * The cells of the next record, or null when there are no more.
   *
   * @throws CsvFormatException when the text is broken here; there is no way on
   */
  public @Nullable List<String> next() throws IOException {
    try {
      if (!records.hasNext()) {
        return null;
      }
      CsvRecord found = records.next();
      line = found.getStartingLineNumber();
      String[] cells = new String[found.getFieldCount()];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = found.getField(i).strip();
      }
      return Arrays.asList(cells);
    } catch (CsvParseException | UncheckedIOException e) {
      throw broken(e);
    }
  }

  /** Line the last record began on, from 1. */
  public long line() {
    return line;
  }

  /** What error texts call the source. */
  public String label() {
    return label;
  }

  /** What separates the cells, for error texts. */
  public String separator() {
    return delimiter.label;
  }

  /** What to tell the user when the encoding had to be guessed. */
  public Optional<String> note() {
    return text.note();
  }

  private IOException broken(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return new CsvFormatException(
            label
                + " after line "
                + line
                + ": bytes that are not "
                + text.encoding()
                + " text; save the table as CSV in UTF-8",
            e);
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

  @Override
  public void close() throws IOException {
    reader.close();
    text.close();
  }
}
