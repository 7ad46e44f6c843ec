package dev.amulet.runtime.internal.image;

/** Bits of lossless WebP data, least significant first. */
final class Vp8lBits {
  private final byte[] file;
  private final int end;
  private final Limits limits;
  private int at;
  private long buffer;
  private int count;

  /** Bits of zeros handed out after the end: a look-ahead may see them, a value may not. */
  private int borrowed;

  Vp8lBits(byte[] file, int from, int to, Limits limits) {
    this.file = file;
    this.at = from;
    this.end = to;
    this.limits = limits;
  }

  private void fill() {
    while (count <= 56) {
      if (at < end) {
        buffer |= (file[at++] & 0xFFL) << count;
      } else {
        borrowed += 8;
      }
      count += 8;
    }
  }

  /** The next 15 bits and more, not yet taken. */
  int peek() {
    if (count < 32) {
      fill();
    }
    return (int) buffer;
  }

  void take(int bits) throws ImageException {
    buffer >>>= bits;
    count -= bits;
    if (count < borrowed) {
      throw limits.truncated("before all pixels were read");
    }
  }

  /** The next 0 to 24 bits as a number. */
  int read(int bits) throws ImageException {
    int value = peek() & ((1 << bits) - 1);
    take(bits);
    return value;
  }
}
