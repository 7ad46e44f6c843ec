package dev.amulet.runtime.internal.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Entries of zip archives, read in memory and never extracted. A few archives stay open, because
 * opening one reads its whole directory; one that has changed on disk is opened anew. Thread-safe.
 *
 * <p>Archives still open when this object becomes unreachable are closed by the garbage collector.
 */
public final class ZipImages {
  static final int MOST_OPEN = 8;

  /** By last use, oldest first. */
  private final Map<Path, Handle> open = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Reads one entry.
   *
   * @param archive without links in it
   * @param name exactly as the archive has it
   * @param shown the reference for error texts
   * @param limit most bytes, whatever the archive says the entry has
   */
  public byte[] read(Path archive, String name, String shown, int limit) throws IOException {
    Handle handle = acquire(archive, shown);
    try {
      return read(handle.zip, name, shown, limit);
    } catch (ZipException e) {
      throw new IOException("image " + shown + " is damaged in its archive: " + e.getMessage(), e);
    } finally {
      release(handle);
    }
  }

  private static byte[] read(ZipFile zip, String name, String shown, int limit) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    // A look-up of "photos" finds the folder "photos/" too.
    if (entry == null || !entry.getName().equals(name) || entry.isDirectory()) {
      throw new IOException("image " + shown + ": the archive has no file of exactly this name");
    }
    if (entry.getSize() > limit) {
      throw tooLarge(shown, limit);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw tooLarge(shown, limit);
      }
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if (crc.getValue() != entry.getCrc()) {
        throw new ZipException("its checksum is wrong");
      }
      return bytes;
    }
  }

  private static IOException tooLarge(String shown, int limit) {
    return new IOException("image " + shown + " is larger than the limit of " + limit + " bytes");
  }

  private synchronized Handle acquire(Path archive, String shown) throws IOException {
    Stamp stamp = Stamp.of(archive);
    Handle handle = open.get(archive);
    if (handle == null || !handle.stamp.equals(stamp)) {
      if (handle != null) {
        retire(handle);
        open.remove(archive);
      }
      try {
        handle = new Handle(new ZipFile(archive.toFile()), stamp);
      } catch (ZipException e) {
        throw new IOException(
            "image " + shown + ": the archive cannot be opened as a zip: " + e.getMessage(), e);
      }
      open.put(archive, handle);
      if (open.size() > MOST_OPEN) {
        Iterator<Handle> oldest = open.values().iterator();
        retire(oldest.next());
        oldest.remove();
      }
    }
    handle.users++;
    return handle;
  }

  private synchronized void release(Handle handle) throws IOException {
    handle.users--;
    if (handle.retired && handle.users == 0) {
      handle.zip.close();
    }
  }

  private static void retire(Handle handle) throws IOException {
    handle.retired = true;
    if (handle.users == 0) {
      handle.zip.close();
    }
  }

  synchronized int openArchives() {
    return open.size();
  }

  /** What tells that a file is not the one that was opened. */
  private record Stamp(long size, FileTime modified, @Nullable Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    }
  }

  /** Guarded by the cache's lock, but for the archive itself, which any thread may read. */
  private static final class Handle {
    final ZipFile zip;
    final Stamp stamp;
    int users;
    boolean retired;

    Handle(ZipFile zip, Stamp stamp) {
      this.zip = zip;
      this.stamp = stamp;
    }
  }
}
