package dev.amulet.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The only way an amulet lays out a zip: given the names, sizes and checksums of the entries, every
 * other byte is determined. The writer emits these headers; the reader compares with them.
 */
final class ZipLayout {
  static final int PAGE = 4096;
  static final int MAX_ENTRIES = 4096;
  static final long MAX_ENTRY_BYTES = Integer.MAX_VALUE;
  static final long MAX_FILE_BYTES = 0xFFFF_FFFEL;

  static final int LOCAL_SIGNATURE = 0x04034b50;
  static final int CENTRAL_SIGNATURE = 0x02014b50;
  static final int END_SIGNATURE = 0x06054b50;
  static final int LOCAL_BYTES = 30;
  static final int CENTRAL_BYTES = 46;
  static final int END_BYTES = 22;

  /** Header of the one extra block, whose zeros bring the data to a page boundary. */
  static final int PADDING_ID = 0x4d41;

  static final int BLOCK_HEADER_BYTES = 4;

  private static final short VERSION = 20;
  private static final short DATE_1980_01_01 = 0x0021;

  /** Where a header's fields lie, and what an amulet wants of them, for error texts. */
  record Field(String name, int offset, int bytes, String expected) {}

  static final List<Field> LOCAL_FIELDS =
      List.of(
          new Field("signature", 0, 4, "a local header"),
          new Field("version needed", 4, 2, "version 2.0"),
          new Field("flags", 6, 2, "no encryption, no data descriptor"),
          new Field("method", 8, 2, "STORED, not compressed"),
          new Field("time", 10, 2, "the fixed time 00:00"),
          new Field("date", 12, 2, "the fixed date 1980-01-01"),
          new Field("crc-32", 14, 4, "as in the central directory"),
          new Field("compressed size", 18, 4, "as in the central directory"),
          new Field("size", 22, 4, "as in the central directory"),
          new Field("name length", 26, 2, "as in the central directory"),
          new Field("extra length", 28, 2, "one block that brings the data to a 4096 boundary"));

  static final List<Field> CENTRAL_FIELDS =
      List.of(
          new Field("signature", 0, 4, "a central header"),
          new Field("version made by", 4, 2, "version 2.0"),
          new Field("version needed", 6, 2, "version 2.0"),
          new Field("flags", 8, 2, "no encryption, no data descriptor"),
          new Field("method", 10, 2, "STORED, not compressed"),
          new Field("time", 12, 2, "the fixed time 00:00"),
          new Field("date", 14, 2, "the fixed date 1980-01-01"),
          new Field("crc-32", 16, 4, ""),
          new Field("compressed size", 20, 4, "equal to the size"),
          new Field("size", 24, 4, "equal to the compressed size"),
          new Field("name length", 28, 2, ""),
          new Field("extra length", 30, 2, "no extra block here"),
          new Field("comment length", 32, 2, "no comment"),
          new Field("disk", 34, 2, "one disk"),
          new Field("internal attributes", 36, 2, "none"),
          new Field("external attributes", 38, 4, "none"),
          new Field("local header offset", 42, 4, "where the entry before it ends, no gap"));

  static final List<Field> END_FIELDS =
      List.of(
          new Field("signature", 0, 4, "the end record in the last 22 bytes, nothing after it"),
          new Field("disk", 4, 2, "one disk"),
          new Field("disk of the directory", 6, 2, "one disk"),
          new Field("entries on this disk", 8, 2, "all entries"),
          new Field("entries", 10, 2, "all entries"),
          new Field("directory size", 12, 4, "the directory ends where the end record starts"),
          new Field("directory offset", 16, 4, "the directory starts where the last entry ends"),
          new Field("comment length", 20, 2, "no comment"));

  private ZipLayout() {}

  /** The entry with this name and content whose local header starts at an offset. */
  static StoredEntry entry(long headerOffset, String name, int size, int crc) {
    long unpadded = headerOffset + LOCAL_BYTES + name.length() + BLOCK_HEADER_BYTES;
    long dataOffset = (unpadded + PAGE - 1) / PAGE * PAGE;
    return new StoredEntry(name, headerOffset, dataOffset, size, crc);
  }

  /** Everything from the start of the local header to the start of the data. */
  static ByteBuffer localHeader(StoredEntry entry) {
    int bytes = entry.headerBytes();
    int extra = bytes - LOCAL_BYTES - entry.name().length();
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(LOCAL_SIGNATURE)
        .putShort(VERSION)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort(DATE_1980_01_01)
        .putInt(entry.crc())
        .putInt(entry.size())
        .putInt(entry.size())
        .putShort((short) entry.name().length())
        .putShort((short) extra)
        .put(entry.name().getBytes(StandardCharsets.US_ASCII))
        .putShort((short) PADDING_ID)
        .putShort((short) (extra - BLOCK_HEADER_BYTES))
        .rewind();
  }

  static ByteBuffer centralHeader(StoredEntry entry) {
    return ByteBuffer.allocate(CENTRAL_BYTES + entry.name().length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(CENTRAL_SIGNATURE)
        .putShort(VERSION)
        .putShort(VERSION)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort(DATE_1980_01_01)
        .putInt(entry.crc())
        .putInt(entry.size())
        .putInt(entry.size())
        .putShort((short) entry.name().length())
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0)
        .putInt((int) entry.headerOffset())
        .put(entry.name().getBytes(StandardCharsets.US_ASCII))
        .flip();
  }

  static ByteBuffer end(int entries, long directoryOffset, long directoryBytes) {
    return ByteBuffer.allocate(END_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(END_SIGNATURE)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) entries)
        .putShort((short) entries)
        .putInt((int) directoryBytes)
        .putInt((int) directoryOffset)
        .putShort((short) 0)
        .flip();
  }

  /**
   * Throws unless a header is byte for byte the one expected, naming the first field that is not.
   */
  static void requireSame(ByteBuffer found, ByteBuffer expected, List<Field> fields, Where where)
      throws ArtifactException {
    int different = found.mismatch(expected);
    if (different < 0) {
      return;
    }
    for (Field field : fields) {
      if (different < field.offset() + field.bytes()) {
        throw where.bad(
            field.name()
                + " "
                + hex(found, field)
                + ", expected "
                + hex(expected, field)
                + (field.expected().isEmpty() ? "" : ": " + field.expected()));
      }
    }
    throw where.bad(
        "byte "
            + different
            + " is 0x"
            + Integer.toHexString(found.get(different) & 0xff)
            + ", expected 0x"
            + Integer.toHexString(expected.get(different) & 0xff)
            + ": the name as in the central directory, then one zero-filled block of id 0x"
            + Integer.toHexString(PADDING_ID));
  }

  private static String hex(ByteBuffer header, Field field) {
    long value =
        field.bytes() == 2
            ? header.getShort(field.offset()) & 0xffffL
            : header.getInt(field.offset()) & 0xffff_ffffL;
    return "0x" + Long.toHexString(value);
  }
}
