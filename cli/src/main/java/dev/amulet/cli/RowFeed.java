package dev.amulet.cli;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.csv.CsvRows;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** Rows to score, one after the other. */
interface RowFeed extends AutoCloseable {
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

  static RowFeed of(CsvRows csv, String label) {
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
