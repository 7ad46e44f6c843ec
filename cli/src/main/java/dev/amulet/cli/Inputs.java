package dev.amulet.cli;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Schema;
import java.io.IOException;
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
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff");
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

  static boolean isImage(Path file) {
    String name = String.valueOf(file.getFileName());
    return IMAGES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  /** Images below a folder, by code point of their path from it, forward slashes. */
  static List<String> imagesBelow(Path folder) throws IOException {
    List<String> images = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder, DEEPEST)) {
      files
          .filter(file -> isImage(file) && Files.isRegularFile(file))
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(path -> !path.startsWith(".") && !path.contains("/."))
          .forEach(images::add);
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
