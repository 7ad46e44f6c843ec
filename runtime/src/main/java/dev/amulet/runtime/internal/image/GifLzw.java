package dev.amulet.runtime.internal.image;

/** The LZW decoder of GIF data blocks. */
final class GifLzw {
  private static final int TABLE = 4096;
  private static final int NONE = -1;

  private final Bytes bytes;
  private final Limits limits;
  private final int clear;
  private final short[] prefix = new short[TABLE];
  private final byte[] suffix = new byte[TABLE];
  private final byte[] pending = new byte[TABLE + 1];
  private int pendingCount;
  private int codeBits;
  private int next;
  private int last = NONE;
  private int lastByte;
  private int buffer;
  private int bufferBits;
  private int blockLeft;

  GifLzw(Bytes bytes, Limits limits) throws ImageException {
    this.bytes = bytes;
    this.limits = limits;
    int bits = bytes.u8();
    if (bits < 1 || bits > 11) {
      throw limits.corrupt("has a code size of " + bits + " bits, expected 1 to 11");
    }
    this.clear = 1 << bits;
    reset();
  }

  private void reset() {
    codeBits = Integer.numberOfTrailingZeros(clear) + 1;
    next = clear + 2;
    last = NONE;
  }

  /** Fills {@code row} with the next palette indices. */
  void read(byte[] row) throws ImageException {
    int done = 0;
    while (done < row.length) {
      if (pendingCount == 0) {
        expand(code());
        continue;
      }
      row[done++] = pending[--pendingCount];
    }
  }

  /** Leaves the bytes of one code in {@code pending}, last first. */
  private void expand(int code) throws ImageException {
    if (code == clear) {
      reset();
      return;
    }
    if (code == clear + 1) {
      throw limits.truncated("before all rows were read");
    }
    if (last == NONE) {
      if (code > clear) {
        throw limits.corrupt("has a code before its definition");
      }
      pending[pendingCount++] = (byte) code;
      last = code;
      lastByte = code;
      return;
    }
    if (code > next) {
      throw limits.corrupt("has a code before its definition");
    }
    int walk = code;
    if (code == next) {
      pending[pendingCount++] = (byte) lastByte;
      walk = last;
    }
    while (walk > clear) {
      if (walk >= TABLE || pendingCount >= TABLE) {
        throw limits.corrupt("has a code that repeats itself");
      }
      pending[pendingCount++] = suffix[walk];
      walk = prefix[walk];
    }
    lastByte = walk;
    pending[pendingCount++] = (byte) walk;
    if (next < TABLE) {
      suffix[next] = (byte) walk;
      prefix[next] = (short) last;
      next++;
      if (next == (1 << codeBits) && codeBits < 12) {
        codeBits++;
      }
    }
    last = code;
  }

  private int code() throws ImageException {
    while (bufferBits < codeBits) {
      if (blockLeft == 0) {
        blockLeft = bytes.u8();
        if (blockLeft == 0) {
          throw limits.truncated("before all rows were read");
        }
      }
      buffer |= bytes.u8() << bufferBits;
      bufferBits += 8;
      blockLeft--;
    }
    int code = buffer & ((1 << codeBits) - 1);
    buffer >>>= codeBits;
    bufferBits -= codeBits;
    return code;
  }
}
