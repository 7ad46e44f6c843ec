package dev.amulet.runtime.internal.image;

import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a PNG but its picture: size and sample layout, palette, transparency, orientation,
 * and where the first data chunk begins. Profiles, gamma and text are passed over.
 */
final class PngHeader {
  static final int GREY = 0;
  static final int TRUECOLOR = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int TRUECOLOR_ALPHA = 6;
  static final int IDAT = 0x49444154;

  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int TRNS = 0x74524E53;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  private final byte[] file;
  private final Limits limits;
  private int width;
  private int height;
  private int bitDepth;
  private int colorType;
  private boolean interlaced;
  private byte @Nullable [] palette;
  private byte @Nullable [] transparency;
  private int orientation = 1;
  private int firstData;

  private PngHeader(byte[] file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  static PngHeader read(byte[] file, Limits limits) throws ImageException {
    PngHeader header = new PngHeader(file, limits);
    header.walk();
    return header;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int bitDepth() {
    return bitDepth;
  }

  int colorType() {
    return colorType;
  }

  boolean interlaced() {
    return interlaced;
  }

  /** Red, green, blue per index; null when there is none. */
  byte @Nullable [] palette() {
    return palette;
  }

  /** The transparency chunk as it stands; null when there is none. */
  byte @Nullable [] transparency() {
    return transparency;
  }

  int orientation() {
    return orientation;
  }

  /** Position of the first data chunk's length field. */
  int firstData() {
    return firstData;
  }

  int samples() {
    return switch (colorType) {
      case GREY, PALETTE -> 1;
      case GREY_ALPHA -> 2;
      case TRUECOLOR -> 3;
      default -> 4;
    };
  }

  private void walk() throws ImageException {
    Bytes bytes = new Bytes(file, 8, limits);
    while (true) {
      // A file whose pixels are complete may end without its end chunk.
      if (firstData != 0 && bytes.remaining() < 12) {
        return;
      }
      int start = bytes.position();
      long length = bytes.u32Big();
      int type = (int) bytes.u32Big();
      if (width == 0 && type != IHDR) {
        throw limits.corrupt("starts with chunk " + name(type) + ", expected IHDR");
      }
      if (type == IEND) {
        if (firstData == 0) {
          throw limits.corrupt("has no picture data");
        }
        return;
      }
      if (firstData != 0 && length + 4 > bytes.remaining()) {
        return;
      }
      int data = bytes.position();
      if (type == IDAT && firstData == 0) {
        firstData = start;
      }
      bytes.skip(length + 4);
      chunk(type, data, (int) length);
    }
  }

  private void chunk(int type, int at, int length) throws ImageException {
    boolean critical = (type & 0x20000000) == 0;
    if (critical && type != IDAT) {
      checksum(type, at, length);
    }
    if (type == IHDR) {
      header(at, length);
    } else if (type == PLTE && firstData == 0) {
      palette = copy(at, Math.min(length, 768));
    } else if (type == TRNS && firstData == 0) {
      transparency = copy(at, Math.min(length, 256));
    } else if (!critical) {
      limits.metadata(length);
      if (type == EXIF) {
        orientation = ExifOrientation.read(file, at, at + length);
      }
    }
  }

  private void header(int at, int length) throws ImageException {
    if (width != 0 || length < 13) {
      throw limits.corrupt("has a second IHDR chunk or one of " + length + " bytes, expected 13");
    }
    Bytes bytes = new Bytes(file, at, limits);
    long wide = bytes.u32Big();
    long high = bytes.u32Big();
    limits.size(wide, high);
    width = (int) wide;
    height = (int) high;
    bitDepth = bytes.u8();
    colorType = bytes.u8();
    int compression = bytes.u8();
    int filter = bytes.u8();
    int interlace = bytes.u8();
    boolean depths =
        switch (colorType) {
          case GREY -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || wholeBytes();
          case PALETTE -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8;
          case TRUECOLOR, GREY_ALPHA, TRUECOLOR_ALPHA -> wholeBytes();
          default -> false;
        };
    if (!depths || compression != 0 || filter != 0 || interlace > 1) {
      throw limits.corrupt(
          "has colour type "
              + colorType
              + " with "
              + bitDepth
              + " bits, compression "
              + compression
              + ", filter "
              + filter
              + ", interlace "
              + interlace
              + ": no such combination");
    }
    interlaced = interlace == 1;
  }

  private boolean wholeBytes() {
    return bitDepth == 8 || bitDepth == 16;
  }

  private void checksum(int type, int at, int length) throws ImageException {
    CRC32 crc = new CRC32();
    crc.update(file, at - 4, length + 4);
    long stated = new Bytes(file, at + length, limits).u32Big();
    if (crc.getValue() != stated) {
      throw limits.corrupt("has a wrong checksum in chunk " + name(type));
    }
  }

  private byte[] copy(int at, int length) {
    byte[] copy = new byte[length];
    System.arraycopy(file, at, copy, 0, length);
    return copy;
  }

  private static String name(int type) {
    StringBuilder name = new StringBuilder();
    for (int shift = 24; shift >= 0; shift -= 8) {
      int c = (type >> shift) & 0xFF;
      name.append(c > 32 && c < 127 ? (char) c : '?');
    }
    return name.toString();
  }
}
