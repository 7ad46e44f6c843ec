package dev.amulet.cli;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds what an INPUT argument stands for. */
final class Inputs {
  private static final Set<String> IMAGES =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "pbm", "pgm",
          "ppm", "pnm", "jp2", "exr", "hdr");

  /** How files of those formats begin, Latin-1, that often go without an extension. */
  private static final List<String> STARTS =
      List.of("\u00ff\u00d8\u00ff", "\u0089PNG\r\n\u001a\n", "GIF8", "RIFF", "II*\0", "MM\0*");

  private static final int DEEPEST = 16;

  private Inputs() {}

  static void requireFile(Path file, String what) {
    if (!Files.exists(file)) {
      throw CommandFailure.wrongInput(
          file
              + ": no such "
              + what
              + "; looked in "
              + file.toAbsolutePath().normalize().getParent());
    }
    if (Files.isDirectory(file)) {
      throw CommandFailure.wrongInput(file + ": is a folder; give the " + what + " file");
    }
  }

  /** A file that is about to be written must not be the one that is read. */
  static void requireOther(Path written, Path read) throws IOException {
    if (Files.exists(written) && Files.exists(read) && Files.isSameFile(written, read)) {
      throw CommandFailure.wrongInput(
          written + ": would be written over, but is the table that is read; give another --out");
    }
  }

  /** By its extension; a file without one by its first bytes, as a class folder's. */
  static boolean isImage(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    if (dot > 0) {
      return IMAGES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(8), StandardCharsets.ISO_8859_1);
      return STARTS.stream().anyMatch(start::startsWith);
    }
  }

  /** Images below a folder, by code point of their path from it, forward slashes. */
  static List<String> imagesBelow(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder, DEEPEST)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    List<String> images = new ArrayList<>();
    for (Path file : files) {
      String path = folder.relativize(file).toString().replace('\\', '/');
      boolean hidden = path.startsWith(".") || path.contains("/.") || path.contains("__MACOSX/");
      if (!hidden && isImage(file)) {
        images.add(path);
      }
    }
    images.sort(null);
    if (images.isEmpty()) {
      throw CommandFailure.wrongInput(
          folder
              + ": no images in this folder or below; give a CSV file, image files or a folder of them");
    }
    return images;
  }

  /** The one image column that a model made for bare images has. */
  static int onlyImageColumn(Schema schema, String input) {
    List<Column> columns = schema.columns();
    if (columns.size() == 1 && columns.get(0).type() == ColumnType.IMAGE) {
      return 0;
    }
    throw CommandFailure.wrongInput(
        input
            + ": images alone are not enough; the model needs the columns "
            + String.join(", ", columns.stream().map(Column::name).toList())
            + "\ngive a CSV file with these columns (a line of an example: ./amulet inspect AMULET)");
  }
}
