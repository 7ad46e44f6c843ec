package dev.amulet.training.data;

import dev.amulet.runtime.ImageSource;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import dev.amulet.training.download.Downloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table from a CSV or TSV file, from a directory with one sub-directory per class, or from
 * a zip, tar or tar.gz archive of either; each of them may be at an http or https address. {@code
 * archive.zip!/part} names a folder or table inside an archive, which is read in place.
 *
 * <p>A class directory gives two columns, {@code image} (path relative to the directory, forward
 * slashes) and {@code label} (name of the class directory, {@code a/b} when nested), ordered by
 * code point. Missing markers do not apply to labels: a class may be called {@code NA}.
 */
public final class DatasetReader {
  /**
   * Cell text read as missing unless the user says otherwise; the empty cell always is.
   *
   * <p>Compared exactly, after trimming. {@code none} and {@code None} are left out on purpose:
   * they are real levels of many columns (garage: none).
   */
  public static final Set<String> DEFAULT_MISSING_MARKERS =
      Set.of("NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "?");

  private static final long MOST_DOWNLOADED_BYTES = 64L << 30;

  private static final int SAMPLED_ROWS = 1000;

  private final @Nullable Path imageRoot;
  private final Set<String> missingMarkers;
  private final Downloads downloads;
  private final ProgressListener progress;
  private final @Nullable RemoteImages remote;

  DatasetReader(
      @Nullable Path imageRoot,
      Set<String> missingMarkers,
      Downloads downloads,
      ProgressListener progress,
      boolean fetchesImages) {
    this.imageRoot = imageRoot;
    this.missingMarkers = missingMarkers;
    this.downloads = downloads;
    this.progress = progress;
    remote = fetchesImages ? new RemoteImages(downloads, progress) : null;
  }

  /** Reads with the default missing markers, silently. */
  public static Dataset read(Path data, @Nullable Path imageRoot) {
    return read(data, imageRoot, ProgressListener.silent());
  }

  /** Reads with the default missing markers. */
  public static Dataset read(Path data, @Nullable Path imageRoot, ProgressListener progress) {
    return read(data, imageRoot, DEFAULT_MISSING_MARKERS, progress);
  }

  /**
   * Reads with the default missing markers.
   *
   * @param answer how long a server may keep still
   */
  public static Dataset read(
      Path data, @Nullable Path imageRoot, Duration answer, ProgressListener progress) {
    return new DatasetReader(
            imageRoot, DEFAULT_MISSING_MARKERS, Downloads.ofUser().waiting(answer), progress, true)
        .read(data);
  }

  /**
   * Reads a table.
   *
   * @param data a CSV or TSV file, a directory of class directories, an archive of either, a part
   *     of one, or the address of one of these
   * @param imageRoot folder that relative image references start from; null means the folder of the
   *     file, or the directory or archive itself
   * @param missingMarkers cell text that means missing, besides the empty cell
   * @param progress hears of long reads and downloads, also while images are looked up later
   * @throws TrainingException when the file cannot be read as a table
   */
  public static Dataset read(
      Path data, @Nullable Path imageRoot, Set<String> missingMarkers, ProgressListener progress) {
    return new DatasetReader(imageRoot, missingMarkers, Downloads.ofUser(), progress, true)
        .read(data);
  }

  /** Whether data need no target named: folders and archives of folders have labels. */
  public static boolean mayHaveLabels(Path data) {
    DataLocation location = DataLocation.of(data);
    return location.isArchive() || (!location.isRemote() && Files.isDirectory(location.file()));
  }

  /** Whether data are in an archive or at an address, so that no plain file or folder is meant. */
  public static boolean isPackedOrRemote(Path data) {
    DataLocation location = DataLocation.of(data);
    return location.isRemote() || (location.isArchive() && !Files.isDirectory(location.file()));
  }

  /**
   * Reads rows to score from an archive or an address: its table, else one row per image, in a
   * column {@code image}. Images at addresses that cells name are not fetched.
   *
   * @throws TrainingException when there is neither
   */
  public static Dataset readToScore(
      Path data, @Nullable Path imageRoot, ProgressListener progress) {
    DatasetReader reader =
        new DatasetReader(imageRoot, DEFAULT_MISSING_MARKERS, Downloads.ofUser(), progress, false);
    DataLocation location = DataLocation.of(data);
    if (!location.isArchive()) {
      return reader.read(data);
    }
    try {
      Archive archive = Archive.open(reader.file(location), progress);
      Optional<Dataset> table = reader.tableIn(archive, location);
      return table.isPresent() ? table.get() : reader.imagesIn(archive, location);
    } catch (IOException e) {
      throw new TrainingException(location.text() + ": cannot be read (" + e + ")", e);
    }
  }

  /**
   * Where the images of a table to score are: below its folder, in archives that its cells name,
   * and below a folder beside it when whole columns lead there. Addresses are not fetched.
   */
  public static ImageSource imagesOf(Path table, ProgressListener progress) throws IOException {
    DatasetReader reader =
        new DatasetReader(null, DEFAULT_MISSING_MARKERS, Downloads.ofUser(), progress, false);
    Path parent = table.toAbsolutePath().normalize().getParent();
    TableImages images = reader.imagesBelow(parent == null ? Path.of("") : parent);
    if (FileNames.isTable(table.toString()) && Files.isRegularFile(table)) {
      CsvTable.firstRows(table, SAMPLED_ROWS).forEach(images::widen);
    }
    return images;
  }

  private Dataset imagesIn(Archive archive, DataLocation location) {
    String prefix = location.inside().isEmpty() ? "" : location.inside() + "/";
    String[] names =
        archive.entries().keySet().stream()
            .filter(name -> name.startsWith(prefix) && FileNames.looksLikeImage(name))
            .toArray(String[]::new);
    if (names.length == 0) {
      throw new TrainingException(
          location.text() + ": neither a table nor images in it; give a CSV file or images");
    }
    return Dataset.ofColumns(
        name(location),
        source(new ArchiveImages(archive, prefix)),
        List.of(ClassFolders.IMAGE),
        List.<String[]>of(names),
        Set.of(),
        Set.of(),
        archive.notes());
  }

  Dataset read(Path data) {
    if (imageRoot != null && !Files.isDirectory(imageRoot)) {
      throw new TrainingException(
          "--image-root "
              + imageRoot
              + ": no such folder; give the folder that the image paths"
              + " in the table start from");
    }
    DataLocation location = DataLocation.of(data);
    Path file = file(location);
    try {
      if (Files.isDirectory(file)) {
        return ClassFolders.read(
            file, imageRoot, imagesBelow(imageRoot == null ? file : imageRoot));
      }
      return location.isArchive() ? readArchive(file, location) : readTable(file, location);
    } catch (IOException e) {
      throw new TrainingException(location.text() + ": cannot be read (" + e + ")", e);
    }
  }

  private Path file(DataLocation location) {
    Path file = location.isRemote() ? download(location) : location.file();
    if (!Files.exists(file)) {
      String looked = file.isAbsolute() ? "" : "; looked in " + file.toAbsolutePath().normalize();
      throw new TrainingException(file + ": no such file or folder" + looked);
    }
    return file;
  }

  private Path download(DataLocation location) {
    try {
      return downloads.current(
          location.address(),
          MOST_DOWNLOADED_BYTES,
          (done, total) -> progress.progress("downloading " + location.fileName(), done, total));
    } catch (IOException e) {
      throw new TrainingException(
          "%s: cannot be downloaded: %s; check the address and the network, or download it and give the file"
              .formatted(location.address(), e.getMessage()),
          e);
    }
  }

  private TableImages imagesBelow(Path root) {
    return TableImages.below(root, remote, progress);
  }

  private Dataset readTable(Path file, DataLocation location) throws IOException {
    if (FileNames.IMAGE_EXTENSIONS.contains(FileNames.extension(location.fileName()))) {
      throw new TrainingException(
          location.text()
              + " is an image; give a CSV file with a column of image paths, or a folder with one"
              + " sub-folder per class");
    }
    Path parent = location.isRemote() ? null : file.toAbsolutePath().normalize().getParent();
    Path root = imageRoot != null ? imageRoot : parent == null ? Path.of("") : parent;
    TableImages images =
        imageRoot == null && location.isRemote() && remote != null
            ? TableImages.at(location.address(), remote, progress)
            : imagesBelow(root);
    CsvTable table = CsvTable.read(file, location.text(), missingMarkers);
    List<String> notes = new ArrayList<>(table.notes());
    if (imageRoot == null && !location.isRemote()) {
      widen(images, table, notes);
    }
    return dataset(table, FileNames.withoutExtension(location.fileName()), images, notes);
  }

  /** A table beside its images: whole columns may lead out of its folder. */
  private static void widen(TableImages images, CsvTable table, List<String> notes) {
    for (int c = 0; c < table.header().size(); c++) {
      String column = table.header().get(c);
      List<String> cells =
          java.util.Arrays.stream(table.columns().get(c)).filter(cell -> cell != null).toList();
      images
          .widen(cells)
          .ifPresent(
              folder ->
                  notes.add(
                      "column \"%s\" leads out of the table's folder: read below %s, and nowhere else"
                          .formatted(column, folder)));
    }
  }

  private Dataset readArchive(Path file, DataLocation location) throws IOException {
    Archive archive = Archive.open(file, progress);
    Optional<Dataset> table = tableIn(archive, location);
    if (table.isPresent()) {
      return table.get();
    }
    String prefix = location.inside().isEmpty() ? "" : location.inside() + "/";
    ArchiveImages images = new ArchiveImages(archive, prefix);
    return ClassFolders.read(images, prefix, name(location), source(images))
        .withNotes(archive.notes());
  }

  /** The table in an archive, empty when its folders are to be read. */
  private Optional<Dataset> tableIn(Archive archive, DataLocation location) throws IOException {
    String part = location.inside();
    if (archive.entry(part) != null) {
      return Optional.of(readTableIn(archive, part, location));
    }
    String prefix = part.isEmpty() ? "" : part + "/";
    List<String> inside =
        archive.entries().keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    if (inside.isEmpty() && !part.isEmpty()) {
      throw new TrainingException(
          "%s: nothing called \"%s\" in the archive%s"
              .formatted(
                  archive.file(), part, NearestName.suggestion(part, archive.entries().keySet())));
    }
    List<String> tables = inside.stream().filter(FileNames::isTable).toList();
    boolean classes = ClassFolders.classes(archive, prefix) > 1;
    // A list of class names beside class folders is not the table.
    if (tables.size() == 1 && (!classes || namesImages(archive, tables.get(0), location))) {
      return Optional.of(readTableIn(archive, tables.get(0), location));
    }
    if (!classes && !tables.isEmpty()) {
      throw new TrainingException(
          "%s holds %d tables (%s); give the one to read, such as %s"
              .formatted(
                  archive.file(),
                  tables.size(),
                  NearestName.listing(tables),
                  archive.reference(tables.get(0))));
    }
    return Optional.empty();
  }

  private boolean namesImages(Archive archive, String table, DataLocation location)
      throws IOException {
    Dataset dataset = readTableIn(archive, table, location);
    for (String column : dataset.columnNames()) {
      ColumnCells cells = ColumnCells.of(dataset, column);
      List<String> sample = cells.distinct().stream().limit(50).toList();
      long found =
          sample.stream().filter(cell -> dataset.collection().find(cell).isPresent()).count();
      if (found > 0 && 2 * found >= sample.size()) {
        return true;
      }
    }
    return false;
  }

  private Dataset readTableIn(Archive archive, String table, DataLocation location)
      throws IOException {
    Archive.Entry entry = archive.entry(table);
    if (entry == null || !FileNames.isTable(table)) {
      throw new TrainingException(
          archive.reference(table)
              + ": is no CSV or TSV file; give a table or a folder in the archive");
    }
    ArchiveImages images =
        new ArchiveImages(archive, table.substring(0, table.lastIndexOf('/') + 1));
    CsvTable read = CsvTable.read(archive, entry, missingMarkers);
    List<String> notes = new ArrayList<>(archive.notes());
    notes.addAll(read.notes());
    TableImages source = imageRoot == null ? source(images) : imagesBelow(imageRoot);
    return dataset(read, name(location), source, notes);
  }

  private TableImages source(ArchiveImages images) {
    return TableImages.in(images, remote, progress);
  }

  private static String name(DataLocation location) {
    String last =
        location.inside().isEmpty()
            ? location.fileName().replaceFirst("(?i)\\.tar\\.gz$", "")
            : location.inside().substring(location.inside().lastIndexOf('/') + 1);
    return FileNames.withoutExtension(last);
  }

  private Dataset dataset(CsvTable table, String name, TableImages images, List<String> notes) {
    return Dataset.ofColumns(
        name, images, table.header(), table.columns(), missingMarkers, labels(table), notes);
  }

  /**
   * The labels of class folders that were written to a table, as splitting does: each the folder
   * that the row's image is in. They stay labels, whatever they look like.
   */
  private static Set<String> labels(CsvTable table) {
    int image = table.header().indexOf(ClassFolders.IMAGE);
    int label = table.header().indexOf(ClassFolders.LABEL);
    if (image < 0 || label < 0) {
      return Set.of();
    }
    String[] paths = table.columns().get(image);
    String[] labels = table.columns().get(label);
    for (int row = 0; row < paths.length; row++) {
      String path = paths[row] == null ? "" : "/" + paths[row].replace('\\', '/');
      int slash = path.lastIndexOf('/');
      if (labels[row] == null
          || slash < 1
          || !path.substring(0, slash).endsWith("/" + labels[row])) {
        return Set.of();
      }
    }
    return Set.of(ClassFolders.LABEL);
  }
}
