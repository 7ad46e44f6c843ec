package dev.amulet.training.data;

import dev.amulet.runtime.ImageSource;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import dev.amulet.training.download.Downloads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A table of text cells in memory, and where its images are.
 *
 * <p>Cells are trimmed; a missing cell is null. Immutable and thread-safe; subsets share their
 * cells.
 */
public final class Dataset {
  private final String name;
  private final TableImages images;
  private final List<String> columnNames;
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<String[]> columns;
  private final int[] sourceRows;
  private final Set<String> missingMarkers;
  private final Set<String> labelColumns;
  private final List<String> notes;

  private Dataset(
      String name,
      TableImages images,
      List<String> columnNames,
      List<String[]> columns,
      int[] sourceRows,
      Set<String> missingMarkers,
      Set<String> labelColumns,
      List<String> notes) {
    this.name = name;
    this.images = images;
    this.columnNames = List.copyOf(columnNames);
    this.columns = columns;
    this.sourceRows = sourceRows;
    this.missingMarkers = missingMarkers;
    this.labelColumns = labelColumns;
    this.notes = notes;
    for (int i = 0; i < this.columnNames.size(); i++) {
      if (positions.put(this.columnNames.get(i), i) != null) {
        throw new IllegalArgumentException("duplicate column \"" + this.columnNames.get(i) + "\"");
      }
    }
  }

  /**
   * A table given row by row, its cells trimmed; null and empty cells are missing.
   *
   * @param root folder that relative image references start from
   */
  public static Dataset of(
      String name, Path root, List<String> columnNames, List<? extends List<String>> rows) {
    List<String[]> columns = new ArrayList<>();
    for (int c = 0; c < columnNames.size(); c++) {
      String[] cells = new String[rows.size()];
      for (int r = 0; r < cells.length; r++) {
        String cell = rows.get(r).get(c);
        cells[r] = cell == null || cell.isBlank() ? null : cell.strip();
      }
      columns.add(cells);
    }
    ProgressListener silent = ProgressListener.silent();
    TableImages images =
        TableImages.below(root, new RemoteImages(Downloads.ofUser(), silent), silent);
    return ofColumns(name, images, columnNames, columns, Set.of(), Set.of(), List.of());
  }

  /** Takes ownership of the columns, whose missing cells are null already. */
  static Dataset ofColumns(
      String name,
      TableImages images,
      List<String> columnNames,
      List<String[]> columns,
      Collection<String> missingMarkers,
      Set<String> labelColumns,
      List<String> notes) {
    int rows = columns.isEmpty() ? 0 : columns.get(0).length;
    int[] sourceRows = new int[rows];
    Arrays.setAll(sourceRows, i -> i);
    return new Dataset(
        name,
        images,
        columnNames,
        List.copyOf(columns),
        sourceRows,
        java.util.Collections.unmodifiableSet(new TreeSet<>(missingMarkers)),
        Set.copyOf(labelColumns),
        List.copyOf(notes));
  }

  /** Name of the file or folder it was read from, without extension. */
  public String name() {
    return name;
  }

  /** Folder that relative image references start from, or the archive that holds them. */
  public Path root() {
    return images.root();
  }

  /**
   * Reads the images that the cells name: files, parts of an archive, addresses. Cells of a
   * profiled table are read as they stand; others as {@link ColumnProfiler} would find them.
   */
  public ImageSource images() {
    return images;
  }

  /** The same, to look cells up in. */
  TableImages collection() {
    return images;
  }

  public List<String> columnNames() {
    return columnNames;
  }

  public int rows() {
    return sourceRows.length;
  }

  /** Position of this row in the table as it was read, from 0. */
  public int sourceRow(int row) {
    return sourceRows[row];
  }

  /** Cell text that was read as missing, besides the empty cell. */
  public Set<String> missingMarkers() {
    return missingMarkers;
  }

  /** Columns known to hold labels, never numbers: class-per-folder imports have one. */
  public Set<String> labelColumns() {
    return labelColumns;
  }

  /** What the reader had to say: sentences for the user, such as files it left out. */
  public List<String> notes() {
    return notes;
  }

  public boolean hasColumn(String column) {
    return positions.containsKey(column);
  }

  /**
   * Position of a column.
   *
   * @throws TrainingException when there is none of this name; suggests the nearest
   */
  public int columnIndex(String column) {
    Integer index = positions.get(column);
    if (index == null) {
      throw new TrainingException(
          "%s has no column \"%s\"%s; its columns: %s"
              .formatted(
                  name,
                  column,
                  NearestName.suggestion(column, columnNames),
                  NearestName.listing(columnNames)));
    }
    return index;
  }

  public @Nullable String cell(int row, int column) {
    return columns.get(column)[row];
  }

  /** A copy of one column, null where missing. */
  public String[] column(String column) {
    return columns.get(columnIndex(column)).clone();
  }

  /** These rows, in this order; a row may be taken more than once. */
  public Dataset subset(int[] rows) {
    List<String[]> taken = new ArrayList<>();
    for (String[] cells : columns) {
      String[] part = new String[rows.length];
      for (int i = 0; i < rows.length; i++) {
        part[i] = cells[rows[i]];
      }
      taken.add(part);
    }
    int[] sources = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      sources[i] = sourceRows[rows[i]];
    }
    return new Dataset(
        name, images, columnNames, taken, sources, missingMarkers, labelColumns, notes);
  }

  /** The same table with other cells in one column. */
  Dataset withColumn(String column, String[] cells) {
    if (cells.length != rows()) {
      throw new IllegalArgumentException(cells.length + " cells for " + rows() + " rows");
    }
    List<String[]> replaced = new ArrayList<>(columns);
    replaced.set(columnIndex(column), cells.clone());
    return new Dataset(
        name, images, columnNames, replaced, sourceRows, missingMarkers, labelColumns, notes);
  }

  /** The same table with something more to say. */
  Dataset withNotes(List<String> more) {
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new Dataset(
        name, images, columnNames, columns, sourceRows, missingMarkers, labelColumns, all);
  }

  /** The cells themselves, for readers in this package that leave them as they are. */
  String[] cells(int column) {
    return columns.get(column);
  }

  int distinct(int column) {
    Set<String> seen = new HashSet<>();
    for (String cell : columns.get(column)) {
      if (cell != null) {
        seen.add(cell);
      }
    }
    return seen.size();
  }

  @Override
  public String toString() {
    return name + " (" + rows() + " rows, " + columnNames.size() + " columns)";
  }
}
