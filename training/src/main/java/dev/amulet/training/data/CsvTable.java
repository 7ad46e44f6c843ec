package dev.amulet.training.data;

import dev.amulet.runtime.csv.CsvFormatException;
import dev.amulet.runtime.csv.CsvRecords;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A delimited text file as columns of trimmed cells, null where missing.
 *
 * <p>Read as {@link CsvRecords} reads rows to score; the first record is the header.
 */
record CsvTable(List<String> header, List<String[]> columns, List<String> notes) {
  // Columns with more different cells than this are not worth sharing strings for.
  private static final int SHARED_CELLS = 10_000;

  /** Reads a whole file. */
  static CsvTable read(Path file, Set<String> missingMarkers) throws IOException {
    try (CsvRecords records = CsvRecords.open(file)) {
      return read(records, missingMarkers);
    } catch (CsvFormatException e) {
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    }
  }

  private static CsvTable read(CsvRecords records, Set<String> missingMarkers) throws IOException {
    String where = records.label();
    List<String> header = null;
    List<List<String>> cells = new ArrayList<>();
    List<Map<String, String>> shared = new ArrayList<>();
    for (List<String> line = records.next(); line != null; line = records.next()) {
      if (header == null) {
        header = header(line, records);
        for (int c = 0; c < header.size(); c++) {
          cells.add(new ArrayList<>());
          shared.add(new HashMap<>());
        }
        continue;
      }
      requireWidth(line, header, records);
      for (int c = 0; c < header.size(); c++) {
        String cell = line.get(c);
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
    List<String> notes = records.note().map(note -> where + ": " + note).stream().toList();
    return new CsvTable(header, columns, notes);
  }

  private static List<String> header(List<String> line, CsvRecords records) {
    Set<String> seen = new HashSet<>();
    for (int c = 0; c < line.size(); c++) {
      String name = line.get(c);
      String place =
          "%s line %d: column %d of %d (separated by %s)"
              .formatted(records.label(), records.line(), c + 1, line.size(), records.separator());
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
                + (line.indexOf(name) + 1)
                + "; give every column its own name");
      }
    }
    return List.copyOf(line);
  }

  private static void requireWidth(List<String> line, List<String> header, CsvRecords records) {
    if (line.size() == header.size()) {
      return;
    }
    throw new TrainingException(
        ("%s line %d: %d fields, the header has %d columns (separated by %s);"
                + " quote cells that contain the separator, or add the missing fields")
            .formatted(
                records.label(), records.line(), line.size(), header.size(), records.separator()));
  }

  private static String share(String cell, Map<String, String> shared) {
    if (shared.size() >= SHARED_CELLS) {
      return shared.getOrDefault(cell, cell);
    }
    String first = shared.putIfAbsent(cell, cell);
    return first == null ? cell : first;
  }
}
