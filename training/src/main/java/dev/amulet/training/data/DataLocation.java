package dev.amulet.training.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a DATA argument names.
 *
 * @param text as the user wrote it
 * @param address the http or https address to fetch the file from, or "" for a local one
 * @param file the local file or folder; of an address its last segment
 * @param inside path in the archive, "" for all of it
 */
record DataLocation(String text, String address, Path file, String inside) {
  // A path merges the slashes after the scheme.
  private static final Pattern ADDRESS = Pattern.compile("(?i)(https?):/+(.+)");
  private static final Pattern IN_ARCHIVE =
      Pattern.compile("(?is)(.+?\\.(?:zip|tar|tar\\.gz|tgz))!/?(.*)");

  static DataLocation of(Path data) {
    String text = data.toString();
    Matcher address = ADDRESS.matcher(text);
    boolean remote = address.matches();
    if (remote) {
      text = address.group(1).toLowerCase(Locale.ROOT) + "://" + address.group(2);
    }
    String inside = "";
    String outer = text;
    Matcher archive = IN_ARCHIVE.matcher(text);
    if (archive.matches()) {
      outer = archive.group(1);
      inside = FileNames.relative(archive.group(2));
    }
    return remote
        ? new DataLocation(text, outer, Path.of(lastSegment(outer)), inside)
        : new DataLocation(text, "", Path.of(outer), inside);
  }

  private static String lastSegment(String address) {
    String path = address.replaceFirst("[?#].*", "");
    String last = path.substring(path.lastIndexOf('/') + 1);
    return last.isEmpty() ? "data" : last;
  }

  boolean isRemote() {
    return !address.isEmpty();
  }

  /** File name without folders. */
  String fileName() {
    return String.valueOf(file.getFileName());
  }

  boolean isArchive() {
    return Archive.isArchive(fileName());
  }
}
