package dev.amulet.runtime.internal.image;

/** Expands the run lengths of a BMP (RLE8, RLE4) to one palette index per pixel. */
final class BmpRuns {
  private final Bytes bytes;
  private final Limits limits;
  private final boolean fourBits;
  private final int width;
  private final byte[] indices;
  private int at;
  private int x;

  BmpRuns(byte[] file, BmpHeader header, Limits limits) {
    this.bytes = new Bytes(file, header.data(), limits);
    this.limits = limits;
    this.fourBits = header.compression() == BmpHeader.RLE4;
    this.width = header.width();
    this.indices = new byte[header.width() * header.height()];
  }

  /** Stored rows in file order; pixels that no run names are 0. */
  byte[] expand() throws ImageException {
    boolean more = true;
    while (more && at < indices.length) {
      int count = bytes.u8();
      int value = bytes.u8();
      if (count > 0) {
        run(Math.min(count, Math.max(0, width - x)), value);
      } else {
        more = escape(value);
      }
    }
    if (at < indices.length) {
      throw limits.truncated("after " + at + " of " + indices.length + " pixels");
    }
    return indices;
  }

  private void run(int count, int value) {
    for (int i = 0; i < count; i++) {
      put(!fourBits ? value : i % 2 == 0 ? value >> 4 : value & 15);
    }
    x += count;
  }

  private boolean escape(int code) throws ImageException {
    limits.time();
    switch (code) {
      case 0 -> {
        at = (at + width - 1) / width * width;
        x = 0;
      }
      case 1 -> {
        return false;
      }
      case 2 -> {
        int right = bytes.u8();
        int up = bytes.u8();
        at = (int) Math.min(indices.length, at + right + (long) up * width);
        x = at % width;
      }
      default -> literal(code);
    }
    return true;
  }

  private void literal(int count) throws ImageException {
    int stored = fourBits ? count / 2 : count;
    for (int i = 0; i < stored; i++) {
      int value = bytes.u8();
      if (fourBits) {
        put(value >> 4);
        put(value & 15);
      } else {
        put(value);
      }
    }
    x += count;
    if (bytes.position() % 2 != 0 && bytes.remaining() > 0) {
      bytes.skip(1);
    }
  }

  private void put(int index) {
    if (at < indices.length) {
      indices[at++] = (byte) index;
    }
  }
}
