package dev.amulet.runtime;

import dev.amulet.runtime.internal.image.Golden;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Drawn pictures as PNG files without compression, so that their bytes depend on no version of
 * zlib.
 */
final class DrawnPng {
  private DrawnPng() {}

  /** Coloured blocks on a gradient; another name, another picture. */
  static byte[] of(String name, int width, int height) {
    return draw(name, width, height, false);
  }

  /** The same picture, left and right exchanged. */
  static byte[] mirrored(String name, int width, int height) {
    return draw(name, width, height, true);
  }

  private static byte[] draw(String name, int width, int height, boolean mirrored) {
    long seed = Golden.fnv1a64(name);
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (int y = 0; y < height; y++) {
      rows.write(0);
      for (int i = 0; i < width; i++) {
        int x = mirrored ? width - 1 - i : i;
        for (int c = 0; c < 3; c++) {
          int block = (int) (Golden.mix(seed, (y / 6 * 64L + x / 6) * 3 + c) >>> 57);
          rows.write(block + 127 * (c == 1 ? y : x) / (c == 1 ? height : width));
        }
      }
    }
    return file(width, height, rows.toByteArray());
  }

  private static byte[] file(int width, int height, byte[] rows) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeLong(0x89504E470D0A1A0AL);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(header);
      fields.writeInt(width);
      fields.writeInt(height);
      fields.write(new byte[] {8, 2, 0, 0, 0});
      chunk(out, "IHDR", header.toByteArray());
      chunk(out, "IDAT", stored(rows));
      chunk(out, "IEND", new byte[0]);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A zlib stream of one stored block. */
  private static byte[] stored(byte[] rows) throws IOException {
    if (rows.length > 0xFFFF) {
      throw new IllegalArgumentException("a picture of " + rows.length + " bytes is too large");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {0x78, 0x01, 0x01});
    out.writeShort(Short.reverseBytes((short) rows.length));
    out.writeShort(Short.reverseBytes((short) ~rows.length));
    out.write(rows);
    Adler32 adler = new Adler32();
    adler.update(rows);
    out.writeInt((int) adler.getValue());
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
