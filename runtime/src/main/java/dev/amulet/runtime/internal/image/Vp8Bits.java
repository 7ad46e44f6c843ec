package dev.amulet.runtime.internal.image;

/** The arithmetic decoder of VP8 (RFC 6386, section 7) over one partition. */
final class Vp8Bits {
  private final byte[] file;
  private final int end;
  private final Limits limits;
  private int at;

  /** The interval's size less one: 127 to 254 between calls. */
  private int range = 254;

  private int value;

  /** Bits of {@code value} below the eight that are compared; negative when more are needed. */
  private int spare = -8;

  Vp8Bits(byte[] file, int from, int to, Limits limits) {
    this.file = file;
    this.at = from;
    this.end = to;
    this.limits = limits;
  }

  /** The next bit, which is 0 with {@code probability / 256}. */
  int bit(int probability) throws ImageException {
    if (spare < 0) {
      load();
    }
    int split = (range * probability) >> 8;
    int bit;
    int size;
    if (value >> spare > split) {
      value -= (split + 1) << spare;
      size = range - split;
      bit = 1;
    } else {
      size = split + 1;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(size) - 24;
    range = (size << shift) - 1;
    spare -= shift;
    return bit;
  }

  private void load() throws ImageException {
    if (at >= end) {
      throw limits.truncated("before all rows were read");
    }
    value = value << 8 | (file[at++] & 0xFF);
    spare += 8;
    if (at < end && spare < 8) {
      value = value << 8 | (file[at++] & 0xFF);
      spare += 8;
    }
  }

  boolean flag() throws ImageException {
    return bit(128) == 1;
  }

  /** An unsigned number of {@code bits} bits, the highest first. */
  int number(int bits) throws ImageException {
    int number = 0;
    for (int i = 0; i < bits; i++) {
      number = number << 1 | bit(128);
    }
    return number;
  }

  /** A magnitude of {@code bits} bits and a sign. */
  int signed(int bits) throws ImageException {
    int magnitude = number(bits);
    return flag() ? -magnitude : magnitude;
  }

  /** A flag, and {@link #signed} when it is set; 0 otherwise. */
  int optional(int bits) throws ImageException {
    return flag() ? signed(bits) : 0;
  }
}
