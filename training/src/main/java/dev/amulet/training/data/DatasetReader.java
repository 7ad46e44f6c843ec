package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table from a CSV or TSV file, or from a directory with one sub-directory per class.
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

  private static final Set<String> ARCHIVES = Set.of("zip", "tar", "gz", "tgz");

  private DatasetReader() {}

  /** Reads with the default missing markers. */
  public static Dataset read(Path data, @Nullable Path imageRoot) {
    return read(data, imageRoot, DEFAULT_MISSING_MARKERS);
  }

  /**
   * Reads a table.
   *
   * @param data a CSV or TSV file, or a directory of class directories
   * @param imageRoot folder that relative image references start from; null means the folder of the
   *     file, or the directory itself
   * @param missingMarkers cell text that means missing, besides the empty cell
   * @throws TrainingException when the file cannot be read as a table
   */
  public static Dataset read(Path data, @Nullable Path imageRoot, Set<String> missingMarkers) {
    if (imageRoot != null && !Files.isDirectory(imageRoot)) {
      throw new TrainingException(
          "--image-root "
              + imageRoot
              + ": no such folder; give the folder that the image paths"
              + " in the table start from");
    }
    if (!Files.exists(data)) {
      throw new TrainingException(
          data + ": no such file or folder; looked in " + data.toAbsolutePath().normalize());
    }
    try {
      if (Files.isDirectory(data)) {
        return ClassFolders.read(data, imageRoot);
      }
      return readFile(data, imageRoot, missingMarkers);
    } catch (IOException e) {
      throw new TrainingException(data + ": cannot be read (" + e + ")", e);
    }
  }

  private static Dataset readFile(Path file, @Nullable Path imageRoot, Set<String> missingMarkers)
      throws IOException {
    String fileName = file.getFileName().toString();
    String extension = FileNames.extension(fileName);
    if (ARCHIVES.contains(extension)) {
      throw new TrainingException(
          file + ": archives are not read yet; unpack it and give the CSV file or the folder");
    }
    if (FileNames.IMAGE_EXTENSIONS.contains(extension)) {
      throw new TrainingException(
          file
              + " is an image; give a CSV file with a column of image paths, or a folder with one"
              + " sub-folder per class");
    }
    Path parent = file.toAbsolutePath().normalize().getParent();
    Path root = imageRoot != null ? imageRoot : parent == null ? Path.of(".") : parent;
    CsvTable table = CsvTable.read(file, missingMarkers);
    return Dataset.ofColumns(
        FileNames.withoutExtension(fileName),
        root.toAbsolutePath().normalize(),
        table.header(),
        table.columns(),
        missingMarkers,
        Set.of(),
        table.notes());
  }
}
