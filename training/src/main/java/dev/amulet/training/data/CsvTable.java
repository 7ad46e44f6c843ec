package dev.amulet.training.data;

import dev.amulet.runtime.csv.CsvFormatException;
import dev.amulet.runtime.csv.CsvRecords;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.ZipException;

/**
 * A delimited text file as columns of trimmed cells, null where missing.
 *
 * <p>Read as {@link CsvRecords} reads rows to score; the first record is the header, unless it is
 * plainly a row.
 */
record CsvTable(List<String> header, List<String[]> columns, List<String> notes) {
  // A table that compresses better than this says nothing, or is made to fill the memory.
  private static final int MOST_RATIO = 200;
  private static final long ALWAYS_ALLOWED_BYTES = 64L << 20;

  /**
   * Reads a whole file.
   *
   * @param label what error texts call it
   */
  static CsvTable read(Path file, String label, Set<String> missingMarkers) throws IOException {
    try (CsvRecords records =
        label.equals(file.toString())
            ? CsvRecords.open(file)
            : CsvRecords.open(Files.newInputStream(file), label)) {
      return read(records, missingMarkers);
    } catch (CsvFormatException e) {
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads a table in an archive. */
  static CsvTable read(Archive archive, Archive.Entry entry, Set<String> missingMarkers)
      throws IOException {
    String label = archive.reference(entry.name());
    if (entry.bytes() > Math.max(ALWAYS_ALLOWED_BYTES, MOST_RATIO * entry.storedBytes())) {
      throw new TrainingException(
          "%s: uncompresses to more than %d times its size, as a decompression bomb does; unpack it and give the file"
              .formatted(label, MOST_RATIO));
    }
    try (CsvRecords records = CsvRecords.open(archive.stream(entry), label)) {
      return read(records, missingMarkers);
    } catch (CsvFormatException e) {
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    } catch (ZipException e) {
      throw new TrainingException(
          label + ": is damaged (" + e.getMessage() + "); copy or download the archive again", e);
    }
  }

  private static CsvTable read(CsvRecords records, Set<String> missingMarkers) throws IOException {
    String where = records.label();
    List<String> first = records.next();
    if (first == null) {
      throw new TrainingException(
          where
              + ": the file is empty; expected a header line with column"
              + " names, then one line per row");
    }
    long firstLine = records.line();
    List<String> line = records.next();
    boolean named = line == null || !isRow(first, line);
    List<String> header = named ? header(first, firstLine, records) : numbered(first.size());
    List<String> notes = new ArrayList<>();
    records.note().ifPresent(note -> notes.add(where + ": " + note));
    CellColumns cells = new CellColumns(header.size(), missingMarkers);
    if (!named) {
      notes.add(
          where
              + ": the first line is a row, not a header; the columns are called "
              + NearestName.listing(header)
              + "; a table to score needs these names in its first line");
      cells.add(first);
    }
    for (; line != null; line = records.next()) {
      requireWidth(line, header, records);
      cells.add(line);
    }
    if (cells.rows() == 0) {
      throw new TrainingException(
          where + ": a header line but no rows; columns found: " + NearestName.listing(header));
    }
    return new CsvTable(header, cells.columns(), List.copyOf(notes));
  }

  /** Whether the first line is no header: it names an image like the second, or is all numbers. */
  private static boolean isRow(List<String> first, List<String> second) {
    if (first.size() != second.size()) {
      return false;
    }
    boolean numbers = first.stream().allMatch(Numbers::isNumber);
    boolean fraction = first.stream().anyMatch(cell -> cell.indexOf('.') >= 0);
    for (int c = 0; c < first.size(); c++) {
      if (FileNames.looksLikeImage(first.get(c)) && FileNames.looksLikeImage(second.get(c))) {
        return true;
      }
    }
    return numbers && fraction && second.stream().allMatch(Numbers::isNumber);
  }

  private static List<String> numbered(int columns) {
    return IntStream.rangeClosed(1, columns).mapToObj(c -> "column_" + c).toList();
  }

  /** Cells of the first rows, by column; not checked, and none of a file that is broken. */
  static List<List<String>> firstRows(Path file, int rows) throws IOException {
    List<List<String>> columns = new ArrayList<>();
    try (CsvRecords records = CsvRecords.open(file)) {
      List<String> header = records.next();
      for (int c = 0; header != null && c < header.size(); c++) {
        columns.add(new ArrayList<>());
      }
      List<String> line = records.next();
      for (int r = 0; line != null && r < rows; r++, line = records.next()) {
        for (int c = 0; c < Math.min(line.size(), columns.size()); c++) {
          if (!line.get(c).isEmpty()) {
            columns.get(c).add(line.get(c));
          }
        }
      }
    } catch (CsvFormatException e) {
      // Whoever reads the rows in earnest says what is broken, and where.
      return List.of();
    }
    return columns;
  }

  private static List<String> header(List<String> line, long lineNumber, CsvRecords records) {
    Set<String> seen = new HashSet<>();
    for (int c = 0; c < line.size(); c++) {
      String name = line.get(c);
      String place =
          "%s line %d: column %d of %d (separated by %s)"
              .formatted(records.label(), lineNumber, c + 1, line.size(), records.separator());
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
    boolean few = line.size() < header.size();
    String place =
        few
            ? "column %d (\"%s\") is the first without one; add the missing fields"
                .formatted(line.size() + 1, header.get(line.size()))
            : "column %d has no name; quote cells that contain the separator"
                .formatted(header.size() + 1);
    throw new TrainingException(
        "%s line %d: %d fields, the header has %d columns (separated by %s); %s"
            .formatted(
                records.label(),
                records.line(),
                line.size(),
                header.size(),
                records.separator(),
                place));
  }
}
