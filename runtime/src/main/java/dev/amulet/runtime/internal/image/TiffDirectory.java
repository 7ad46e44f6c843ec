package dev.amulet.runtime.internal.image;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first directory of a TIFF or BigTIFF file: its whole numbers by tag. Text, profiles and
 * everything else a picture does not need is passed over.
 */
final class TiffDirectory {
  private static final int BIG_TIFF = 43;
  private static final int MAX_ENTRIES = 4096;
  private static final int ASCII = 2;

  /** Bytes of one value by field type; 0 for types that do not exist. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

  private final byte[] file;
  private final Limits limits;
  private final boolean little;
  private final boolean big;
  private final Map<Integer, Entry> entries = new HashMap<>();

  private TiffDirectory(byte[] file, Limits limits) {
    this.file = file;
    this.limits = limits;
    this.little = file[0] == 'I';
    this.big = file[little ? 2 : 3] == BIG_TIFF;
  }

  /** Where the {@code count} values of a tag lie in the file, all of them inside it. */
  record Entry(int type, int count, int at) {}

  static TiffDirectory read(byte[] file, Limits limits) throws ImageException {
    TiffDirectory directory = new TiffDirectory(file, limits);
    directory.walk();
    return directory;
  }

  boolean littleEndian() {
    return little;
  }

  private void walk() throws ImageException {
    long at = big ? number(8, 8) : number(4, 4);
    long count = number(at, big ? 8 : 2);
    if (count < 0 || count > MAX_ENTRIES) {
      throw limits.corrupt(
          "has a directory of " + count + " entries, expected 1 to " + MAX_ENTRIES);
    }
    int entryBytes = big ? 20 : 12;
    long entry = at + (big ? 8 : 2);
    for (int i = 0; i < count; i++, entry += entryBytes) {
      int tag = (int) number(entry, 2);
      int type = (int) number(entry + 2, 2);
      long values = number(entry + 4, big ? 8 : 4);
      int valueBytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
      if (valueBytes == 0 || values <= 0 || values > file.length) {
        continue;
      }
      long bytes = values * valueBytes;
      if (type == ASCII || isMetadata(tag)) {
        limits.metadata(bytes);
      }
      long value = entry + (big ? 12 : 8);
      if (bytes > (big ? 8 : 4)) {
        value = number(value, big ? 8 : 4);
      }
      if (value >= 0 && value + bytes <= file.length) {
        // Of a tag that comes twice the last counts, as in Pillow.
        entries.put(tag, new Entry(type, (int) values, (int) value));
      }
    }
  }

  /** XMP, IPTC, Photoshop's resources, colour profile. */
  private static boolean isMetadata(int tag) {
    return tag == 700 || tag == 33723 || tag == 34377 || tag == 34675;
  }

  /** The tag's entry; null when it is absent or lies outside the file. */
  @Nullable Entry entry(int tag) {
    return entries.get(tag);
  }

  /** The tag's first value, or {@code otherwise} when it has none. */
  long value(int tag, long otherwise) throws ImageException {
    Entry entry = entries.get(tag);
    return entry == null ? otherwise : value(tag, entry, 0);
  }

  /** The tag's first {@code most} values, all of them when there are fewer; null when absent. */
  long @Nullable [] values(int tag, int most) throws ImageException {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return null;
    }
    long[] values = new long[Math.min(entry.count, most)];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(tag, entry, i);
    }
    return values;
  }

  private long value(int tag, Entry entry, int index) throws ImageException {
    int bytes = TYPE_BYTES[entry.type];
    switch (entry.type) {
      case 1, 3, 4, 7, 13, 16, 18 -> {
        long value = number(entry.at + (long) index * bytes, bytes);
        if (value >= 0) {
          return value;
        }
      }
      default -> {}
    }
    throw limits.corrupt(
        "has field " + tag + " of type " + entry.type + ", expected a whole number");
  }

  private long number(long at, int bytes) throws ImageException {
    if (at < 0 || at + bytes > file.length) {
      throw limits.truncated(
          "at byte " + file.length + ", expected a directory entry at byte " + at);
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (file[(int) at + (little ? bytes - 1 - i : i)] & 0xFF);
    }
    return value;
  }
}
