package dev.amulet.runtime.internal.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.MultiPixelPackedSampleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;

/**
 * CCITT fax data, decoded by the JDK's own TIFF reader, which gets to see a directory made here
 * from checked values and nothing else of the file's own.
 */
final class TiffFax {
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private TiffFax() {}

  /** Writes 0 or 255 per pixel: what the file stores, not yet turned over for "white is zero". */
  static void read(
      byte[] file,
      TiffDirectory directory,
      TiffLayout layout,
      long[] offsets,
      int[] lengths,
      Limits limits,
      byte[] samples)
      throws ImageException {
    byte[] tail = tail(file.length, directory, layout, offsets, lengths);
    byte[] head =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) 0x4949)
            .putShort((short) 42)
            .putInt(directoryAt(file.length))
            .array();
    SplicedStream stream = new SplicedStream(head, file, 8, file.length, tail, limits);
    ImageReader reader = JdkReaders.of("tiff");
    try {
      reader.setInput(stream, true, true);
      BufferedImage image = reader.read(0);
      // The colour model says which bit is white, whatever the reader made of the directory.
      boolean onIsWhite = (image.getColorModel().getRGB(1) & 0xFF) == 0xFF;
      boolean whiteIsZero = layout.photometric() == TiffLayout.WHITE_IS_ZERO;
      byte on = (byte) (onIsWhite != whiteIsZero ? 255 : 0);
      byte[] bits = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
      int stride = ((MultiPixelPackedSampleModel) image.getSampleModel()).getScanlineStride();
      for (int y = 0; y < layout.height(); y++) {
        int at = y * layout.width();
        for (int x = 0; x < layout.width(); x++) {
          int bit = bits[y * stride + (x >> 3)] >> (7 - (x & 7)) & 1;
          samples[at + x] = bit == 1 ? on : (byte) ~on;
        }
      }
    } catch (IOException | RuntimeException e) {
      ImageException stopped = stream.stopped();
      if (stopped != null) {
        throw stopped;
      }
      throw new ImageException(
          ImageException.Reason.CORRUPT, "TIFF fax data cannot be decoded: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  private static int directoryAt(int fileLength) {
    return (fileLength + 1) & ~1;
  }

  /** What follows the file's own bytes: the directory and its lists of tiles. */
  private static byte[] tail(
      int fileLength, TiffDirectory directory, TiffLayout layout, long[] offsets, int[] lengths)
      throws ImageException {
    int entries = layout.tiled() ? 13 : 12;
    int start = directoryAt(fileLength);
    int lists = start + 2 + 12 * entries + 4;
    int listBytes = 4 * offsets.length;
    ByteBuffer out =
        ByteBuffer.allocate(lists + 2 * listBytes - fileLength).order(ByteOrder.LITTLE_ENDIAN);
    out.position(start - fileLength);
    out.putShort((short) entries);
    entry(out, 256, LONG, 1, layout.width());
    entry(out, 257, LONG, 1, layout.height());
    entry(out, 258, SHORT, 1, 1);
    entry(out, 259, SHORT, 1, layout.compression());
    entry(out, 262, SHORT, 1, layout.photometric());
    entry(out, 266, SHORT, 1, layout.reversedBits() ? 2 : 1);
    int count = offsets.length;
    int first = count == 1 ? (int) offsets[0] : lists;
    int second = count == 1 ? lengths[0] : lists + listBytes;
    if (!layout.tiled()) {
      entry(out, 273, LONG, count, first);
    }
    entry(out, 277, SHORT, 1, 1);
    if (!layout.tiled()) {
      entry(out, 278, LONG, 1, layout.tileHeight());
      entry(out, 279, LONG, count, second);
    }
    entry(out, 292, LONG, 1, (int) directory.value(292, 0));
    entry(out, 293, LONG, 1, (int) directory.value(293, 0));
    if (layout.tiled()) {
      entry(out, 322, LONG, 1, layout.tileWidth());
      entry(out, 323, LONG, 1, layout.tileHeight());
      entry(out, 324, LONG, count, first);
      entry(out, 325, LONG, count, second);
    }
    out.putInt(0);
    for (long offset : offsets) {
      out.putInt((int) offset);
    }
    for (int length : lengths) {
      out.putInt(length);
    }
    return out.array();
  }

  private static void entry(ByteBuffer out, int tag, int type, int count, int value) {
    out.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
  }
}
