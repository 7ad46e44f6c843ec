package dev.amulet.runtime;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of a {@link DiskEmbeddingCache}: 8 bytes that name the format, then records, big-endian:
 *
 * <pre>
 * int     0x454D4252
 * int     length of the key in bytes, 1 to 1024
 * int     numbers in the vector, 0 to 4,194,304
 * byte[]  key, UTF-8
 * float[] vector
 * int     CRC-32C of all of the record before it
 * </pre>
 *
 * <p>Only the process that made a segment appends to it, each record in one write, so that whatever
 * is wrong with a file begins at its first bad record: what follows is not read.
 */
final class EmbeddingSegment {
  static final int HEADER_BYTES = 8;
  private static final long FORMAT = 0x414D554C_454D4231L;
  private static final int RECORD = 0x454D4252;
  private static final int FIXED_BYTES = 16;
  private static final int MAX_KEY_BYTES = 1024;
  private static final int MAX_FLOATS = 1 << 22;
  private static final int CHUNK_BYTES = 1 << 20;

  private EmbeddingSegment() {}

  /** Takes the records that a scan finds. */
  interface Found {
    void accept(String key, long offset, int bytes);
  }

  static byte[] header() {
    return ByteBuffer.allocate(HEADER_BYTES).putLong(FORMAT).array();
  }

  /** A record, or null when the key or the vector is too long for one. */
  static byte @Nullable [] record(String key, float[] vector) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > MAX_KEY_BYTES || vector.length > MAX_FLOATS) {
      return null;
    }
    ByteBuffer record = ByteBuffer.allocate(FIXED_BYTES + name.length + 4 * vector.length);
    record.putInt(RECORD).putInt(name.length).putInt(vector.length).put(name);
    record.asFloatBuffer().put(vector);
    record.putInt(record.capacity() - 4, crc(record));
    return record.array();
  }

  /** The vector of a record, or null when it is damaged or another key's. */
  static float @Nullable [] vector(byte[] bytes, String key) {
    ByteBuffer record = ByteBuffer.wrap(bytes);
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    if (length(record) != bytes.length
        || record.getInt(4) != name.length
        || record.getInt(bytes.length - 4) != crc(record)
        || !record.slice(12, name.length).equals(ByteBuffer.wrap(name))) {
      return null;
    }
    float[] vector = new float[record.getInt(8)];
    record.position(12 + name.length).asFloatBuffer().get(vector);
    return vector;
  }

  static byte[] read(Path file, long offset, int bytes) throws IOException {
    // Not a channel: an interrupted reader would find its file closed.
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] record = new byte[bytes];
      in.seek(offset);
      in.readFully(record);
      return record;
    }
  }

  /**
   * Reads the records from an offset on, up to the end or the first that is not whole.
   *
   * @return where the next scan of a file that grows begins
   */
  static long scan(Path file, long from, Found found) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long size = in.length();
      long offset = from;
      if (offset < HEADER_BYTES) {
        if (size < HEADER_BYTES || in.readLong() != FORMAT) {
          return 0;
        }
        offset = HEADER_BYTES;
      }
      while (size - offset >= FIXED_BYTES) {
        in.seek(offset);
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, size - offset)];
        in.readFully(chunk);
        int used = records(chunk, offset, found);
        if (used == 0) {
          int length = length(ByteBuffer.wrap(chunk));
          if (length <= CHUNK_BYTES || length > size - offset) {
            return offset;
          }
          used = records(read(file, offset, length), offset, found);
          if (used == 0) {
            return offset;
          }
        }
        offset += used;
      }
      return offset;
    }
  }

  /** Passes on the whole records at the start of some bytes; returns how many bytes they take. */
  private static int records(byte[] bytes, long offset, Found found) {
    int at = 0;
    while (bytes.length - at >= FIXED_BYTES) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, at, bytes.length - at).slice();
      int length = length(rest);
      if (length < 0 || length > rest.capacity()) {
        return at;
      }
      ByteBuffer record = rest.slice(0, length);
      if (record.getInt(length - 4) != crc(record)) {
        return at;
      }
      String key = new String(bytes, at + 12, record.getInt(4), StandardCharsets.UTF_8);
      found.accept(key, offset + at, length);
      at += length;
    }
    return at;
  }

  /** Length of the record that begins here, as it states itself, or -1 when none does. */
  private static int length(ByteBuffer record) {
    if (record.capacity() < FIXED_BYTES || record.getInt(0) != RECORD) {
      return -1;
    }
    int key = record.getInt(4);
    int floats = record.getInt(8);
    if (key < 1 || key > MAX_KEY_BYTES || floats < 0 || floats > MAX_FLOATS) {
      return -1;
    }
    return FIXED_BYTES + key + 4 * floats;
  }

  private static int crc(ByteBuffer record) {
    CRC32C crc = new CRC32C();
    crc.update(record.array(), record.arrayOffset(), record.capacity() - 4);
    return (int) crc.getValue();
  }
}
