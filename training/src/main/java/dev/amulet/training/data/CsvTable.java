package dev.amulet.training.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A delimited text file as columns of trimmed cells, null where missing.
 *
 * <p>The encoding and the delimiter (comma, semicolon, tab or bar) are found out; the first record
 * is the header.
 */
record CsvTable(List<String> header, List<String[]> columns, List<String> notes) {
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final int SAMPLED_RECORDS = 100;
  // Columns with more different cells than this are not worth sharing strings for.
  private static final int SHARED_CELLS = 10_000;

  /**
   * Parses a whole file.
   *
   * @param where name of the file in error messages
   */
  static CsvTable parse(byte[] bytes, String where, Set<String> missingMarkers) {
    TextEncoding encoding = TextEncoding.detect(bytes, where);
    char delimiter = delimiter(encoding, bytes);
    List<String> notes = new ArrayList<>();
    encoding.note().ifPresent(note -> notes.add(where + ": " + note));
    try (CsvReader<CsvRecord> reader = reader(encoding.reader(bytes), delimiter)) {
      return parse(reader, where, delimiter, missingMarkers, notes);
    } catch (CsvParseException e) {
      throw new TrainingException(where + ": " + describe(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CsvTable parse(
      CsvReader<CsvRecord> reader,
      String where,
      char delimiter,
      Set<String> missingMarkers,
      List<String> notes) {
    List<String> header = null;
    List<List<String>> cells = new ArrayList<>();
    List<Map<String, String>> shared = new ArrayList<>();
    for (CsvRecord line : reader) {
      if (header == null) {
        header = header(line, where, delimiter);
        for (int c = 0; c < header.size(); c++) {
          cells.add(new ArrayList<>());
          shared.add(new HashMap<>());
        }
        continue;
      }
      requireWidth(line, header, where, delimiter);
      for (int c = 0; c < header.size(); c++) {
        String cell = line.getField(c).strip();
        boolean missing = cell.isEmpty() || missingMarkers.contains(cell);
        cells.get(c).add(missing ? null : share(cell, shared.get(c)));
      }
    }
    if (header == null) {
      throw new TrainingException(
          where
              + ": the file is empty; expected a header line with column"
              + " names, then one line per row");
    }
    if (cells.get(0).isEmpty()) {
      throw new TrainingException(
          where + ": a header line but no rows; columns found: " + NearestName.listing(header));
    }
    List<String[]> columns = new ArrayList<>();
    for (List<String> column : cells) {
      columns.add(column.toArray(String[]::new));
    }
    return new CsvTable(header, columns, notes);
  }

  private static List<String> header(CsvRecord line, String where, char delimiter) {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int c = 0; c < line.getFieldCount(); c++) {
      String name = line.getField(c).strip();
      String place =
          "%s line %d: column %d of %d (separated by %s)"
              .formatted(
                  where,
                  line.getStartingLineNumber(),
                  c + 1,
                  line.getFieldCount(),
                  named(delimiter));
      if (name.isEmpty()) {
        throw new TrainingException(
            place + " has no name; name every column in the header line, or remove the column");
      }
      if (!seen.add(name)) {
        throw new TrainingException(
            place
                + " is called \""
                + name
                + "\" like column "
                + (names.indexOf(name) + 1)
                + "; give every column its own name");
      }
      names.add(name);
    }
    return List.copyOf(names);
  }

  private static void requireWidth(
      CsvRecord line, List<String> header, String where, char delimiter) {
    if (line.getFieldCount() == header.size()) {
      return;
    }
    throw new TrainingException(
        ("%s line %d: %d fields, the header has %d columns (separated by %s);"
                + " quote cells that contain the separator, or add the missing fields")
            .formatted(
                where,
                line.getStartingLineNumber(),
                line.getFieldCount(),
                header.size(),
                named(delimiter)));
  }

  private static String share(String cell, Map<String, String> shared) {
    if (shared.size() >= SHARED_CELLS) {
      return shared.getOrDefault(cell, cell);
    }
    String first = shared.putIfAbsent(cell, cell);
    return first == null ? cell : first;
  }

  private static CsvReader<CsvRecord> reader(Reader text, char delimiter) {
    return CsvReader.builder()
        .fieldSeparator(delimiter)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .trimWhitespacesAroundQuotes(true)
        .ofCsvRecord(text);
  }

  /** The delimiter whose header width most sampled records share; then the widest header. */
  private static char delimiter(TextEncoding encoding, byte[] bytes) {
    char best = DELIMITERS[0];
    double bestShare = 0;
    int bestWidth = 1;
    for (char candidate : DELIMITERS) {
      int width = 0;
      int records = 0;
      int agreeing = 0;
      try (CsvReader<CsvRecord> reader = reader(encoding.reader(bytes), candidate)) {
        for (CsvRecord line : reader) {
          if (records++ == 0) {
            width = line.getFieldCount();
          }
          agreeing += line.getFieldCount() == width ? 1 : 0;
          if (records == SAMPLED_RECORDS) {
            break;
          }
        }
      } catch (CsvParseException e) {
        // Judged by the records before the broken one; the chosen delimiter's error is reported.
        records++;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      double share = records == 0 ? 0 : (double) agreeing / records;
      if (width > 1 && (share > bestShare || (share == bestShare && width > bestWidth))) {
        best = candidate;
        bestShare = share;
        bestWidth = width;
      }
    }
    return best;
  }

  private static String named(char delimiter) {
    return switch (delimiter) {
      case ',' -> "comma";
      case ';' -> "semicolon";
      case '\t' -> "tab";
      default -> "\"" + delimiter + "\"";
    };
  }

  private static String describe(CsvParseException e) {
    Throwable cause = e.getCause();
    String detail = cause == null ? "" : " (" + cause.getMessage() + ")";
    return e.getMessage()
        + detail
        + "; check the quotes there: a cell that holds a quote is written \"like \"\"this\"\"\"";
  }
}
