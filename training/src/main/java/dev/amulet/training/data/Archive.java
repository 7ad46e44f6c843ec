package dev.amulet.training.data;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A zip, tar or gzipped tar file read in place: an index of its files, each a range of bytes that
 * is read when it is asked for. Nothing is written under a name from the archive. Of a gzipped tar,
 * which has no way in but from its start, an unnamed uncompressed copy is kept on disk while the
 * archive is in use.
 *
 * <p>Files whose names lead out of the archive, links, encrypted files and hidden ones ({@code
 * .name}, {@code __MACOSX}) are left out. Thread-safe; the file handle goes with the object.
 */
final class Archive {
  /** Between the archive's path and a path inside it. */
  static final String INSIDE = "!/";

  private static final int ZIP_MAGIC = 0x504B;
  private static final int GZIP_MAGIC = 0x1F8B;

  private final Path file;
  private final RandomAccessFile bytes;
  private final SortedMap<String, Entry> entries;
  private final List<String> notes;

  private Archive(Path file, RandomAccessFile bytes, ArchiveListing listing) {
    this.file = file;
    this.bytes = bytes;
    entries = listing.entries();
    notes = listing.notes(file);
  }

  /**
   * One file in the archive.
   *
   * @param name relative path, forward slashes
   * @param offset of its first stored byte
   * @param storedBytes length of its range
   * @param bytes length of the file itself
   * @param crc CRC-32 of the file, or -1 where the archive keeps none
   */
  record Entry(
      String name, long offset, long storedBytes, long bytes, boolean deflated, long crc) {}

  /** Whether a file name is that of an archive. */
  static boolean isArchive(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    return List.of(".zip", ".tar", ".tar.gz", ".tgz").stream().anyMatch(lower::endsWith);
  }

  /**
   * Reads the index.
   *
   * @throws TrainingException when the file is no such archive, is cut short or claims too much
   */
  static Archive open(Path file, ProgressListener progress) throws IOException {
    RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r");
    try {
      int magic = bytes.length() < 2 ? 0 : bytes.readUnsignedShort();
      if (magic == ZIP_MAGIC) {
        return new Archive(file, bytes, ZipListing.of(file));
      }
      if (magic != GZIP_MAGIC) {
        return new Archive(file, bytes, TarListing.of(file, file));
      }
      bytes.close();
      Path copy = GzipSpool.uncompress(file, progress);
      try {
        bytes = new RandomAccessFile(copy.toFile(), "r");
        return new Archive(file, bytes, TarListing.of(copy, file));
      } finally {
        // The open handle keeps the copy readable; its space is free again when that goes.
        Files.delete(copy);
      }
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  /** All files, by code point of their names. */
  SortedMap<String, Entry> entries() {
    return entries;
  }

  /** What was left out, for the user. */
  List<String> notes() {
    return notes;
  }

  @Nullable Entry entry(String name) {
    return entries.get(name);
  }

  /** A path inside, as users write it and tables hold it. */
  String reference(String inside) {
    return file + INSIDE + inside;
  }

  /** The first bytes of a file. */
  byte[] head(Entry entry, int count) throws IOException {
    try (InputStream in = stream(entry)) {
      return in.readNBytes(count);
    }
  }

  /** A whole file, checked against the archive's CRC-32. */
  byte[] read(Entry entry, long maxBytes) throws IOException {
    if (entry.bytes > maxBytes) {
      throw new IOException(
          "\"%s\" has %d bytes, the limit is %d"
              .formatted(reference(entry.name), entry.bytes, maxBytes));
    }
    byte[] content;
    try (InputStream in = stream(entry)) {
      content = in.readNBytes((int) entry.bytes);
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    if (content.length < entry.bytes || (entry.crc >= 0 && crc.getValue() != entry.crc)) {
      throw new IOException(
          "\""
              + reference(entry.name)
              + "\" is damaged: its bytes do not match the archive's index");
    }
    return content;
  }

  /** The bytes of a file, one after the other; never more than the index says. */
  InputStream stream(Entry entry) {
    InputStream stored = new Range(entry.offset, entry.storedBytes);
    if (!entry.deflated) {
      return stored;
    }
    Inflater inflater = new Inflater(true);
    return new InflaterInputStream(stored, inflater, 1 << 14) {
      private long left = entry.bytes;

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
          return length == 0 ? 0 : -1;
        }
        int count = super.read(into, offset, (int) Math.min(left, length));
        left -= Math.max(0, count);
        return count;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  private int read(long position, byte[] into, int offset, int length) throws IOException {
    synchronized (bytes) {
      bytes.seek(position);
      return bytes.read(into, offset, length);
    }
  }

  /** A range of the file as a stream. */
  private final class Range extends InputStream {
    private long position;
    private final long end;

    Range(long offset, long length) {
      position = offset;
      end = offset + length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (position >= end) {
        return length == 0 ? 0 : -1;
      }
      int count = Archive.this.read(position, into, offset, (int) Math.min(length, end - position));
      if (count < 0) {
        throw new EOFException(file + " ends before its index says");
      }
      position += count;
      return count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }
  }
}
