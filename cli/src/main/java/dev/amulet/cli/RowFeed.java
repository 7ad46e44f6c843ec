package dev.amulet.cli;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.csv.CsvRows;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** Rows to score, one after the other. */
interface RowFeed extends AutoCloseable {
  /** Bytes in which a stream shows what it is. */
  int LOOKED_AT = 4096;

  /** Bytes, as characters, that may come before: blanks and the byte order mark of UTF-8. */
  String BLANK_OR_MARK = " \t\r\n\u00EF\u00BB\u00BF";

  /**
   * Fills a row with the next one.
   *
   * @return false when there are no more
   * @throws dev.amulet.runtime.ScoringException when this row is bad; there may be more
   */
  boolean next(Row row) throws IOException;

  /** Where the last row stands, for error texts. */
  String place();

  @Override
  void close() throws IOException;

  /**
   * A table in a stream, which is closed with the feed: JSON lines if its first character is an
   * opening brace, else CSV.
   *
   * @param label what error texts call it
   */
  static RowFeed ofStream(InputStream stream, String label, Schema schema) throws IOException {
    BufferedInputStream in = new BufferedInputStream(stream);
    return startsWithBrace(in)
        ? JsonRows.of(in, label, schema)
        : of(CsvRows.open(in, label, schema), label);
  }

  /** A table in a file: JSON lines by its extension, else CSV. */
  static RowFeed ofFile(Path file, Schema schema) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return JsonRows.of(new FileInputStream(file.toFile()), file.toString(), schema);
    }
    return of(CsvRows.open(file, schema), file.toString());
  }

  private static boolean startsWithBrace(BufferedInputStream in) throws IOException {
    in.mark(LOOKED_AT);
    int first = in.read();
    for (int i = 1; i < LOOKED_AT && BLANK_OR_MARK.indexOf(first) >= 0; i++) {
      first = in.read();
    }
    in.reset();
    return first == '{';
  }

  private static RowFeed of(CsvRows csv, String label) {
    return new RowFeed() {
      @Override
      public boolean next(Row row) throws IOException {
        return csv.next(row);
      }

      @Override
      public String place() {
        return label + " line " + csv.line();
      }

      @Override
      public void close() throws IOException {
        csv.close();
      }
    };
  }

  /** One row per image reference. */
  static RowFeed ofImages(List<String> references, int column) {
    Iterator<String> remaining = references.iterator();
    return new RowFeed() {
      private String last = "";

      @Override
      public boolean next(Row row) {
        if (!remaining.hasNext()) {
          return false;
        }
        last = remaining.next();
        row.clear().set(column, last);
        return true;
      }

      @Override
      public String place() {
        return last;
      }

      @Override
      public void close() {}
    };
  }
}
