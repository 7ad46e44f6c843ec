package dev.amulet.runtime.internal.image;

/** LZW as TIFF 6.0 (section 13) has it: most significant bit first, code widths change early. */
final class TiffLzw extends TiffData {
  private static final int TABLE = 4096;
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int NONE = -1;

  private final Source source;
  private final short[] prefix = new short[TABLE];
  private final byte[] suffix = new byte[TABLE];
  private final byte[] pending = new byte[TABLE + 1];
  private int pendingCount;
  private int codeBits = 9;
  private int next = END + 1;
  private int last = NONE;
  private int lastByte;
  private int buffer;
  private int bufferBits;

  TiffLzw(Source source) {
    this.source = source;
  }

  @Override
  void start(int from, int to) {
    source.start(from, to);
    pendingCount = 0;
    bufferBits = 0;
    buffer = 0;
    clear();
  }

  private void clear() {
    codeBits = 9;
    next = END + 1;
    last = NONE;
  }

  @Override
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

  private int code() throws ImageException {
    while (bufferBits < codeBits) {
      buffer = (buffer << 8) | source.next();
      bufferBits += 8;
    }
    bufferBits -= codeBits;
    int code = buffer >>> bufferBits;
    buffer &= (1 << bufferBits) - 1;
    return code;
  }

  /** Leaves the bytes of one code in {@code pending}, last first. */
  private void expand(int code) throws ImageException {
    if (code == CLEAR) {
      clear();
      return;
    }
    if (code == END) {
      throw source.truncated();
    }
    if (last == NONE ? code > CLEAR : code > next) {
      throw source.limits().corrupt("has an LZW code before its definition");
    }
    int walk = code;
    if (last != NONE && code == next) {
      pending[pendingCount++] = (byte) lastByte;
      walk = last;
    }
    while (walk > CLEAR) {
      if (walk >= TABLE || pendingCount >= TABLE) {
        throw source.limits().corrupt("has an LZW code that repeats itself");
      }
      pending[pendingCount++] = suffix[walk];
      walk = prefix[walk];
    }
    lastByte = walk;
    pending[pendingCount++] = (byte) walk;
    if (last != NONE && next < TABLE) {
      suffix[next] = (byte) walk;
      prefix[next] = (short) last;
      next++;
      if (next + 1 == (1 << codeBits) && codeBits < 12) {
        codeBits++;
      }
    }
    last = code;
  }
}
