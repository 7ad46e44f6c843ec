package dev.amulet.training.data;

import dev.amulet.training.TrainingException;
import dev.amulet.training.data.Archive.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the files of an archive while its index is read, and refuses what no data set needs. */
final class ArchiveListing {
  private static final int MOST_ENTRIES = 2_000_000;
  private static final int LONGEST_NAME = 4096;
  private static final int EXAMPLES = 3;

  private final TreeMap<String, Entry> entries = new TreeMap<>(LabelOrder.CODE_POINTS);
  private final List<String> unsafe = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private final List<String> twice = new ArrayList<>();
  private final Path file;
  private final long fileBytes;
  private long storedBytes;
  private int seen;

  /**
   * @param file what error texts call the archive
   * @param fileBytes length of the file that the ranges are in
   */
  ArchiveListing(Path file, long fileBytes) {
    this.file = file;
    this.fileBytes = fileBytes;
  }

  /** Counts what is no plain file, such as a folder. */
  void count() {
    if (++seen > MOST_ENTRIES) {
      throw new TrainingException(
          file + ": more than " + MOST_ENTRIES + " entries; split it into smaller archives");
    }
  }

  void add(Entry entry) {
    count();
    String name = FileNames.relative(entry.name());
    boolean plain =
        !name.isEmpty()
            && name.length() <= LONGEST_NAME
            && name.chars().noneMatch(c -> c < ' ')
            && !List.of(entry.name().replace('\\', '/').split("/")).contains("..");
    if (!plain) {
      unsafe.add(entry.name().replaceAll("\\p{Cntrl}", "?"));
      return;
    }
    if (hidden(name)) {
      return;
    }
    long end = entry.offset() + entry.storedBytes();
    if (entry.offset() < 0 || entry.storedBytes() < 0 || entry.bytes() < 0 || end > fileBytes) {
      throw new TrainingException(
          "%s: \"%s\" lies outside the file; it is cut short or damaged, copy it again"
              .formatted(file, name));
    }
    // Entries that share their bytes are how a small archive claims to be a huge one.
    storedBytes += entry.storedBytes();
    if (storedBytes > fileBytes) {
      throw new TrainingException(
          file + ": its entries overlap, as in a decompression bomb; pack the files again");
    }
    Entry normal =
        new Entry(
            name,
            entry.offset(),
            entry.storedBytes(),
            entry.bytes(),
            entry.deflated(),
            entry.crc());
    if (entries.putIfAbsent(name, normal) != null) {
      twice.add(name);
    }
  }

  /** A file that cannot be read here: a link, encrypted, or compressed in another way. */
  void addUnreadable(String name) {
    count();
    if (!hidden(FileNames.relative(name))) {
      unreadable.add(name);
    }
  }

  private static boolean hidden(String name) {
    return name.startsWith(".") || name.contains("/.") || name.startsWith("__MACOSX/");
  }

  SortedMap<String, Entry> entries() {
    return entries;
  }

  List<String> notes(Path archive) {
    List<String> notes = new ArrayList<>();
    note(notes, archive, unsafe, "with a path that leads out of the archive: left out");
    note(
        notes,
        archive,
        unreadable,
        "that is a link, encrypted or compressed another way: left out");
    note(notes, archive, twice, "of a name that is there already: left out");
    return List.copyOf(notes);
  }

  private static void note(List<String> notes, Path archive, List<String> names, String what) {
    if (!names.isEmpty()) {
      List<String> shown = names.subList(0, Math.min(EXAMPLES, names.size()));
      notes.add(
          "%s: %d × entry %s (%s%s)"
              .formatted(
                  archive.getFileName(),
                  names.size(),
                  what,
                  String.join(", ", shown),
                  names.size() > EXAMPLES ? ", …" : ""));
    }
  }
}
