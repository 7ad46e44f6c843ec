package dev.amulet.runtime.internal.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Image files made on the spot, where the golden ones have none. */
final class DrawnFiles {
  private DrawnFiles() {}

  /** Smooth colours with some texture; every channel differs. */
  static BufferedImage picture(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / width;
        int green = 255 * y / height;
        int blue = (x * 7 + y * 3 + ((x * y) % 17) * 5) & 0xFF;
        image.setRGB(x, y, 0xFF000000 | (red << 16) | (green << 8) | blue);
      }
    }
    return image;
  }

  static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }

  static byte[] rgb(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < rgb.length / 3; i++) {
      int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
      rgb[3 * i] = (byte) (pixel >> 16);
      rgb[3 * i + 1] = (byte) (pixel >> 8);
      rgb[3 * i + 2] = (byte) pixel;
    }
    return rgb;
  }

  /** A JPEG with an EXIF block that says {@code orientation}, big- or little-endian. */
  static byte[] oriented(byte[] jpeg, int orientation, boolean little) throws IOException {
    byte[] tiff =
        little
            ? new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0}
            : new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0};
    tiff[little ? 18 : 19] = (byte) orientation;
    return withSegment(jpeg, 0xE1, concat("Exif\0\0".getBytes(StandardCharsets.US_ASCII), tiff));
  }

  /** A JPEG with one more segment after its start. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream segments = new DataOutputStream(out);
    segments.write(jpeg, 0, 2);
    segments.writeByte(0xFF);
    segments.writeByte(marker);
    segments.writeShort(data.length + 2);
    segments.write(data);
    segments.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /** A PNG of these rows (filter bytes included) and chunks before its data. */
  static byte[] png(int width, int height, int bits, int colorType, byte[] rows, Chunk... chunks)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream file = new DataOutputStream(out);
    file.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {(byte) bits, (byte) colorType, 0, 0, 0});
    new Chunk("IHDR", header.toByteArray()).write(file);
    for (Chunk chunk : chunks) {
      chunk.write(file);
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      deflater.write(rows);
    }
    new Chunk("IDAT", data.toByteArray()).write(file);
    new Chunk("IEND", new byte[0]).write(file);
    return out.toByteArray();
  }

  static final class Chunk {
    private final String type;
    private final byte[] data;

    Chunk(String type, byte[] data) {
      this.type = type;
      this.data = data;
    }

    private void write(DataOutputStream file) throws IOException {
      byte[] body = concat(type.getBytes(StandardCharsets.US_ASCII), data);
      CRC32 crc = new CRC32();
      crc.update(body);
      file.writeInt(data.length);
      file.write(body);
      file.writeInt((int) crc.getValue());
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
