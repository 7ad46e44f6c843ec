package dev.amulet.training.data;

import dev.amulet.runtime.ImageFolder;
import java.util.Locale;
import java.util.Set;

/** Extensions and stems of file names. */
final class FileNames {
  /** Extensions of files and cells taken for images, lower case. */
  static final Set<String> IMAGE_EXTENSIONS = ImageFolder.EXTENSIONS;

  private static final int LONGEST_EXTENSION = 5;

  private FileNames() {}

  /** Lower-case extension of the last path segment, "" when there is none. */
  static String extension(String path) {
    int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    int dot = path.lastIndexOf('.');
    if (dot <= slash + 1 || path.length() - dot - 1 > LONGEST_EXTENSION) {
      return "";
    }
    return path.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  static boolean looksLikeImage(String path) {
    return ImageFolder.looksLikeImage(path);
  }

  static String withoutExtension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot <= 0 ? fileName : fileName.substring(0, dot);
  }
}
