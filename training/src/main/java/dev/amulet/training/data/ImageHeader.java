package dev.amulet.training.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the first bytes of an image file say: its format and its size in stored pixels (before any
 * EXIF rotation). The pixels are not decoded.
 */
record ImageHeader(String format, int width, int height) {
  private static final int HEAD_BYTES = 64 * 1024;
  private static final int MOST_BYTES = 64 * 1024 * 1024;
  private static final int IFD_ENTRY_BYTES = 12;
  private static final int TIFF_WIDTH = 256;
  private static final int TIFF_HEIGHT = 257;

  /** Reads the header of a file; empty when it is no image this class knows, or cut short. */
  static Optional<ImageHeader> read(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    Optional<ImageHeader> header = of(head);
    if (header.isPresent() || head.length < HEAD_BYTES || !knownStart(head)) {
      return header;
    }
    // Large metadata before the size: look through the whole file.
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(MOST_BYTES));
    }
  }

  /** Reads the header from the start of a file's bytes. */
  static Optional<ImageHeader> of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      return parse(in).filter(header -> header.width > 0 && header.height > 0);
    } catch (IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Optional<ImageHeader> parse(ByteBuffer in) {
    if (starts(in, 0, "\u00ff\u00d8\u00ff")) {
      return jpeg(in);
    }
    if (starts(in, 0, "\u0089PNG\r\n\u001a\n") && starts(in, 12, "IHDR")) {
      return image("PNG", in.getInt(16), in.getInt(20));
    }
    in.order(ByteOrder.LITTLE_ENDIAN);
    if (starts(in, 0, "GIF87a") || starts(in, 0, "GIF89a")) {
      return image("GIF", in.getShort(6) & 0xFFFF, in.getShort(8) & 0xFFFF);
    }
    if (starts(in, 0, "BM") && in.getInt(14) >= 40) {
      return image("BMP", in.getInt(18), Math.abs(in.getInt(22)));
    }
    if (starts(in, 0, "RIFF") && starts(in, 8, "WEBP")) {
      return webp(in);
    }
    if (starts(in, 0, "II*\0") || starts(in, 0, "MM\0*")) {
      return tiff(in.order(in.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN));
    }
    if (in.limit() > 2 && in.get(0) == 'P' && in.get(1) >= '1' && in.get(1) <= '6') {
      return pnm(in);
    }
    return Optional.empty();
  }

  private static boolean knownStart(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return starts(in, 0, "\u00ff\u00d8\u00ff") || starts(in, 0, "II*\0") || starts(in, 0, "MM\0*");
  }

  private static Optional<ImageHeader> jpeg(ByteBuffer in) {
    int at = 2;
    while (true) {
      if ((in.get(at) & 0xFF) != 0xFF) {
        // Junk between segments: decoders look for the next marker, and so does this.
        at++;
        continue;
      }
      int marker = in.get(at + 1) & 0xFF;
      if (marker == 0xFF || marker == 0) {
        at++;
      } else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        at += 2;
      } else if (marker == 0xD9 || marker == 0xDA) {
        return Optional.empty();
      } else if (marker >= 0xC0
          && marker <= 0xCF
          && marker != 0xC4
          && marker != 0xC8
          && marker != 0xCC) {
        return image("JPEG", in.getShort(at + 7) & 0xFFFF, in.getShort(at + 5) & 0xFFFF);
      } else {
        at += 2 + (in.getShort(at + 2) & 0xFFFF);
      }
    }
  }

  private static Optional<ImageHeader> webp(ByteBuffer in) {
    if (starts(in, 12, "VP8X")) {
      return image("WebP", 1 + unsigned24(in, 24), 1 + unsigned24(in, 27));
    }
    if (starts(in, 12, "VP8L")) {
      int bits = in.getInt(21);
      return image("WebP", 1 + (bits & 0x3FFF), 1 + ((bits >>> 14) & 0x3FFF));
    }
    if (starts(in, 12, "VP8 ")) {
      return image("WebP", in.getShort(26) & 0x3FFF, in.getShort(28) & 0x3FFF);
    }
    return Optional.empty();
  }

  private static Optional<ImageHeader> tiff(ByteBuffer in) {
    int ifd = in.getInt(4);
    int entries = in.getShort(ifd) & 0xFFFF;
    int width = 0;
    int height = 0;
    for (int i = 0; i < entries; i++) {
      int entry = ifd + 2 + i * IFD_ENTRY_BYTES;
      int tag = in.getShort(entry) & 0xFFFF;
      boolean isShort = in.getShort(entry + 2) == 3;
      int value = isShort ? in.getShort(entry + 8) & 0xFFFF : in.getInt(entry + 8);
      width = tag == TIFF_WIDTH ? value : width;
      height = tag == TIFF_HEIGHT ? value : height;
    }
    return image("TIFF", width, height);
  }

  private static Optional<ImageHeader> pnm(ByteBuffer in) {
    int[] size = new int[2];
    int at = 2;
    for (int i = 0; i < 2; i++) {
      while (Character.isWhitespace(in.get(at)) || in.get(at) == '#') {
        if (in.get(at) == '#') {
          while (in.get(at) != '\n') {
            at++;
          }
        }
        at++;
      }
      while (in.get(at) >= '0' && in.get(at) <= '9' && size[i] < 1_000_000) {
        size[i] = size[i] * 10 + in.get(at++) - '0';
      }
    }
    return image("PNM", size[0], size[1]);
  }

  private static Optional<ImageHeader> image(String format, int width, int height) {
    return Optional.of(new ImageHeader(format, width, height));
  }

  private static int unsigned24(ByteBuffer in, int at) {
    return (in.get(at) & 0xFF) | ((in.get(at + 1) & 0xFF) << 8) | ((in.get(at + 2) & 0xFF) << 16);
  }

  private static boolean starts(ByteBuffer in, int at, String latin1) {
    byte[] expected = latin1.getBytes(StandardCharsets.ISO_8859_1);
    if (in.limit() < at + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (in.get(at + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
