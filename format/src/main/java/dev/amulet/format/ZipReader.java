package dev.amulet.format;

import static dev.amulet.format.ZipLayout.CENTRAL_BYTES;
import static dev.amulet.format.ZipLayout.CENTRAL_SIGNATURE;
import static dev.amulet.format.ZipLayout.END_BYTES;
import static dev.amulet.format.ZipLayout.END_SIGNATURE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the structure of an amulet's zip: headers only, no data. */
final class ZipReader {
  private final ByteSource source;
  private final Where where;

  private ZipReader(ByteSource source, Where where) {
    this.source = source;
    this.where = where;
  }

  /** The entries in file order, after every header was compared with the one it must be. */
  static List<StoredEntry> read(ByteSource source, Where where)
      throws ArtifactException, IOException {
    return new ZipReader(source, where).read();
  }

  private List<StoredEntry> read() throws ArtifactException, IOException {
    long size = source.size();
    if (size < END_BYTES || size > ZipLayout.MAX_FILE_BYTES) {
      throw where.bad(
          "a file of "
              + size
              + " bytes, expected an amulet of "
              + END_BYTES
              + " bytes to 4 GiB; the file is not an amulet or was cut");
    }
    long endOffset = size - END_BYTES;
    ByteBuffer end = littleEndian(source.read(endOffset, END_BYTES));
    Where endRecord = where.at("end record");
    if (end.getInt(0) != END_SIGNATURE) {
      throw endRecord.bad(
          "the last 22 bytes are not a zip end record; the file is not an amulet, was cut, or has"
              + " bytes or a comment at its end");
    }
    int count = end.getShort(10) & 0xffff;
    long directoryBytes = end.getInt(12) & 0xffff_ffffL;
    if (count == 0 || count > ZipLayout.MAX_ENTRIES) {
      throw endRecord.bad(count + " entries, expected 1 to " + ZipLayout.MAX_ENTRIES);
    }
    long most = (long) count * (CENTRAL_BYTES + EntryName.MAX_CHARS);
    if (directoryBytes > Math.min(endOffset, most)) {
      throw endRecord.bad(
          "directory size "
              + directoryBytes
              + " bytes, expected at most "
              + Math.min(endOffset, most)
              + " for "
              + count
              + " entries");
    }
    long directoryOffset = endOffset - directoryBytes;
    ZipLayout.requireSame(
        end,
        ZipLayout.end(count, directoryOffset, directoryBytes),
        ZipLayout.END_FIELDS,
        endRecord);
    ByteBuffer directory = littleEndian(source.read(directoryOffset, (int) directoryBytes));
    List<StoredEntry> entries = entries(directory, count, directoryOffset);
    for (StoredEntry entry : entries) {
      ByteBuffer header = littleEndian(source.read(entry.headerOffset(), entry.headerBytes()));
      ZipLayout.requireSame(
          header, ZipLayout.localHeader(entry), ZipLayout.LOCAL_FIELDS, at(entry, "local header"));
    }
    return entries;
  }

  private List<StoredEntry> entries(ByteBuffer directory, int count, long directoryOffset)
      throws ArtifactException {
    List<StoredEntry> entries = new ArrayList<>(count);
    Map<String, String> byLowerCase = new HashMap<>();
    long position = 0;
    for (int i = 0; i < count; i++) {
      StoredEntry entry = next(directory, i, position, directoryOffset);
      String twin = byLowerCase.put(entry.name().toLowerCase(Locale.ROOT), entry.name());
      if (twin != null) {
        throw where
            .at("entry " + Where.quote(entry.name()))
            .bad(
                "the name occurs twice"
                    + (twin.equals(entry.name()) ? "" : ", also as " + Where.quote(twin))
                    + "; expected names that differ in more than upper and lower case");
      }
      entries.add(entry);
      position = entry.end();
    }
    if (directory.hasRemaining()) {
      throw where
          .at("central directory")
          .bad(
              directory.remaining() + " bytes after the last of " + count + " entries, expected 0");
    }
    if (position != directoryOffset) {
      throw where
          .at("central directory")
          .bad(
              "starts at "
                  + directoryOffset
                  + ", expected "
                  + position
                  + ", where the last entry ends");
    }
    return entries;
  }

  private StoredEntry next(ByteBuffer directory, int index, long position, long directoryOffset)
      throws ArtifactException {
    Where at = where.at("central directory entry " + index);
    int start = directory.position();
    if (directory.remaining() < CENTRAL_BYTES || directory.getInt(start) != CENTRAL_SIGNATURE) {
      throw at.bad("no central header at byte " + start + " of the directory, expected one");
    }
    int nameLength = directory.getShort(start + 28) & 0xffff;
    if (nameLength > EntryName.MAX_CHARS || nameLength > directory.remaining() - CENTRAL_BYTES) {
      throw at.bad("a name of " + nameLength + " bytes, expected at most " + EntryName.MAX_CHARS);
    }
    byte[] nameBytes = new byte[nameLength];
    directory.get(start + CENTRAL_BYTES, nameBytes);
    String name = new String(nameBytes, StandardCharsets.ISO_8859_1);
    EntryName.check(name, where);
    long size = directory.getInt(start + 24) & 0xffff_ffffL;
    if (size > ZipLayout.MAX_ENTRY_BYTES) {
      throw at.named(name).bad("size " + size + " bytes, expected less than 2 GiB");
    }
    StoredEntry entry = ZipLayout.entry(position, name, (int) size, directory.getInt(start + 16));
    int bytes = CENTRAL_BYTES + nameLength;
    ZipLayout.requireSame(
        littleEndian(directory.slice(start, bytes)),
        ZipLayout.centralHeader(entry),
        ZipLayout.CENTRAL_FIELDS,
        at.named(name));
    if (entry.end() > directoryOffset) {
      throw at.named(name)
          .bad(
              "ends at byte "
                  + entry.end()
                  + ", expected at most "
                  + directoryOffset
                  + ", where the directory starts");
    }
    directory.position(start + bytes);
    return entry;
  }

  private Where at(StoredEntry entry, String header) {
    return where.at("entry " + Where.quote(entry.name()) + " " + header);
  }

  private static ByteBuffer littleEndian(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
