package dev.amulet.training.data;

import dev.amulet.runtime.ImageFolder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/** Extensions and stems of file names. */
final class FileNames {
  /** Extensions of files and cells taken for images, lower case. */
  static final Set<String> IMAGE_EXTENSIONS = ImageFolder.EXTENSIONS;

  private static final Set<String> TABLE_EXTENSIONS = Set.of("csv", "tsv");
  private static final int LONGEST_EXTENSION = 5;
  private static final int LONGEST_SHOWN = 120;

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

  /** By the extension; of an address without its query. */
  static boolean looksLikeImage(String path) {
    return ImageFolder.looksLikeImage(isUrl(path) ? path.replaceFirst("[?#].*", "") : path);
  }

  /**
   * A relative path with forward slashes and without "." and ".." segments; "" when there is none
   * or it leads out of where it starts.
   */
  static String relative(String path) {
    String[] segments = path.replace('\\', '/').split("/", -1);
    if (segments.length > 1 && segments[0].isEmpty()) {
      return "";
    }
    Deque<String> stack = new ArrayDeque<>();
    for (String segment : segments) {
      if (segment.equals("..")) {
        if (stack.pollLast() == null) {
          return "";
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        stack.addLast(segment);
      }
    }
    return String.join("/", stack);
  }

  static boolean isTable(String path) {
    return TABLE_EXTENSIONS.contains(extension(path));
  }

  /** Whether a cell is an http or https address. */
  static boolean isUrl(String cell) {
    return cell.regionMatches(true, 0, "http://", 0, 7)
        || cell.regionMatches(true, 0, "https://", 0, 8);
  }

  /** For messages: a cell that holds a picture is long. */
  static String shortened(String cell) {
    return cell.length() <= LONGEST_SHOWN ? cell : cell.substring(0, LONGEST_SHOWN) + "…";
  }

  static String withoutExtension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot <= 0 ? fileName : fileName.substring(0, dot);
  }
}
