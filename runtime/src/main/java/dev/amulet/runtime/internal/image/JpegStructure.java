package dev.amulet.runtime.internal.image;

import java.io.ByteArrayOutputStream;

/**
 * The markers of a JPEG file, walked once before its pixels are decoded: size, components, number
 * of scans, where it ends, and a header without application data (no colour profile, no thumbnail,
 * no EXIF), which is all the reader gets to see.
 */
final class JpegStructure {
  private static final int MAX_TABLE_BYTES = 256 << 10;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int COM = 0xFE;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int APP15 = 0xEF;
  private static final int NO_TRANSFORM = -1;
  private static final int RGB_IDS = ('R' << 16) | ('G' << 8) | 'B';

  private final byte[] file;
  private final Limits limits;
  private final ByteArrayOutputStream header = new ByteArrayOutputStream(1024);
  private int width;
  private int height;
  private int components;
  private int componentIds;
  private boolean jfif;
  private int adobeTransform = NO_TRANSFORM;
  private int orientation = 1;
  private int firstScan;
  private int end;

  private JpegStructure(byte[] file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  static JpegStructure read(byte[] file, Limits limits) throws ImageException {
    JpegStructure structure = new JpegStructure(file, limits);
    structure.walk();
    return structure;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int components() {
    return components;
  }

  int orientation() {
    return orientation;
  }

  /** Start of image and the tables and frame before the first scan, without application data. */
  byte[] header() {
    return header.toByteArray();
  }

  /** Position of the first scan's marker in the file. */
  int firstScan() {
    return firstScan;
  }

  /** Position after the end-of-image marker. */
  int end() {
    return end;
  }

  /** Whether three components are YCbCr, or four YCCK: libjpeg's rule. */
  boolean luminanceChrominance() {
    if (components == 4) {
      return adobeTransform > 0;
    }
    if (jfif) {
      return true;
    }
    if (adobeTransform != NO_TRANSFORM) {
      return adobeTransform != 0;
    }
    return componentIds != RGB_IDS;
  }

  private void walk() throws ImageException {
    header.write(0xFF);
    header.write(SOI);
    int at = 2;
    while (true) {
      at = nextMarker(at);
      int marker = file[at - 1] & 0xFF;
      if (marker == EOI) {
        if (firstScan == 0) {
          throw limits.truncated("before its first scan");
        }
        end = at;
        return;
      }
      if (marker == SOI || marker == 0x01 || (marker >= 0xD0 && marker < SOI)) {
        continue;
      }
      int length = at + 2 <= file.length ? u16(at) : 0;
      if (at + 2 > file.length || at + length > file.length) {
        throw limits.truncated("inside segment " + Integer.toHexString(marker));
      }
      if (length < 2) {
        throw limits.corrupt("has a segment of " + length + " bytes, expected at least 2");
      }
      segment(marker, at, length);
      at += length;
      if (marker == SOS) {
        at = skipEntropyCoded(at);
      }
    }
  }

  /** Position after the next marker's two bytes. */
  private int nextMarker(int from) throws ImageException {
    int at = from;
    while (at + 1 < file.length) {
      int code = file[at + 1] & 0xFF;
      if (file[at] == (byte) 0xFF && code != 0 && code != 0xFF) {
        return at + 2;
      }
      at++;
    }
    throw limits.truncated("without an end-of-image marker");
  }

  /** Position of the next marker that is neither a stuffed zero nor a restart. */
  private int skipEntropyCoded(int from) throws ImageException {
    int at = from;
    while (at + 1 < file.length) {
      if (file[at++] == (byte) 0xFF) {
        int code = file[at] & 0xFF;
        if (code != 0 && code != 0xFF && (code < 0xD0 || code > 0xD7)) {
          return at - 1;
        }
      }
    }
    throw limits.truncated("inside a scan");
  }

  private void segment(int marker, int at, int length) throws ImageException {
    if (marker == COM || (marker >= APP0 && marker <= APP15)) {
      limits.metadata(length);
      application(marker, at + 2, at + length);
      return;
    }
    if (isFrame(marker)) {
      frame(marker, at, length);
    } else if (marker == SOS) {
      limits.scan();
      if (components == 0) {
        throw limits.corrupt("has a scan before its frame header");
      }
      if (firstScan == 0) {
        firstScan = at - 2;
      }
    }
    if (firstScan == 0) {
      header.write(0xFF);
      header.write(marker);
      header.write(file, at, length);
      if (header.size() > MAX_TABLE_BYTES) {
        throw limits.corrupt("has more than " + MAX_TABLE_BYTES + " bytes of tables");
      }
    }
  }

  /** SOF0 to SOF15 without DHT, JPG and DAC. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private void frame(int marker, int at, int length) throws ImageException {
    if (components != 0) {
      throw limits.corrupt("has two frame headers");
    }
    if (marker > 0xC2) {
      throw limits.unsupported(
          "uses coding process SOF"
              + (marker - 0xC0)
              + ", expected baseline or progressive Huffman");
    }
    if (length < 8) {
      throw limits.corrupt("has a frame header of " + length + " bytes");
    }
    if (file[at + 2] != 8) {
      throw limits.unsupported("has " + file[at + 2] + "-bit samples, expected 8");
    }
    height = u16(at + 3);
    width = u16(at + 5);
    limits.size(width, height);
    components = file[at + 7] & 0xFF;
    if (components != 1 && components != 3 && components != 4) {
      throw limits.unsupported("has " + components + " components, expected 1, 3 or 4");
    }
    if (length < 8 + 3 * components) {
      throw limits.corrupt("has a frame header of " + length + " bytes");
    }
    for (int i = 0; i < components; i++) {
      int id = file[at + 8 + 3 * i] & 0xFF;
      for (int before = 0; before < i; before++) {
        // Java 17's reader takes such a file, that of Java 25 does not: one answer for all.
        if (id == ((componentIds >> (8 * before)) & 0xFF)) {
          throw limits.unsupported("has two components with the number " + id);
        }
      }
      componentIds = (componentIds << 8) | id;
    }
  }

  private void application(int marker, int from, int to) {
    if (firstScan != 0) {
      return;
    }
    if (marker == APP0 && to - from >= 14 && matches(from, "JFIF\0")) {
      jfif = true;
    } else if (marker == APP14 && to - from >= 12 && matches(from, "Adobe")) {
      adobeTransform = file[from + 11] & 0xFF;
    } else if (marker == APP1 && orientation == 1 && to - from >= 6 && matches(from, "Exif\0")) {
      orientation = ExifOrientation.read(file, from + 6, to);
    }
  }

  private boolean matches(int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (file[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int u16(int at) {
    return ((file[at] & 0xFF) << 8) | (file[at + 1] & 0xFF);
  }
}
