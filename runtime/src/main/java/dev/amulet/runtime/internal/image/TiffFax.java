package dev.amulet.runtime.internal.image;

import java.util.Arrays;

/**
 * CCITT fax lines as TIFF stores them: modified Huffman (compression 2), T.4 in one or two
 * dimensions (3) and T.6 (4). Rows come out as bits, 1 where the fax is black.
 */
final class TiffFax extends TiffData {
  private static final int MODIFIED_HUFFMAN = 2;
  private static final int T6 = 4;
  private static final int EOL_BITS = 12;
  private static final int PEEK_BITS = 13;

  /** Modes of T.6 that are no distance between changes. */
  private static final int PASS = 100;

  private static final int HORIZONTAL = 101;

  private final Source source;
  private final int kind;
  private final boolean mayBeTwoDimensional;
  private final int width;

  /** Where the colour changes in the line above: first to black, then to white, and so on. */
  private int[] above;

  private int[] changes;
  private int count;
  private int buffer;
  private int bits;

  /** Bits of zeros after the end: a look-ahead may see them, a code may not use them. */
  private int borrowed;

  TiffFax(Source source, int kind, boolean mayBeTwoDimensional, int width) {
    this.source = source;
    this.kind = kind;
    this.mayBeTwoDimensional = kind == T6 || mayBeTwoDimensional;
    this.width = width;
    this.above = new int[width + 8];
    this.changes = new int[width + 8];
  }

  @Override
  void start(int from, int to) {
    source.start(from, to);
    buffer = 0;
    bits = 0;
    borrowed = 0;
    Arrays.fill(changes, width);
  }

  @Override
  void read(byte[] row) throws ImageException {
    int[] swap = above;
    above = changes;
    changes = swap;
    count = 0;
    if (oneDimensional()) {
      runs();
    } else {
      differences();
    }
    Arrays.fill(changes, count, Math.min(count + 4, changes.length), width);
    Arrays.fill(row, (byte) 0);
    for (int i = 0; i + 1 <= count; i += 2) {
      int end = i + 1 < count ? changes[i + 1] : width;
      blacken(row, changes[i], end);
    }
  }

  private static void blacken(byte[] row, int from, int to) {
    int x = from;
    while (x < to) {
      if ((x & 7) == 0 && to - x >= 8) {
        row[x >> 3] = (byte) 0xFF;
        x += 8;
      } else {
        row[x >> 3] |= (byte) (0x80 >> (x & 7));
        x++;
      }
    }
  }

  /** Goes to the start of the next line; whether it is coded without the line above. */
  private boolean oneDimensional() throws ImageException {
    if (kind == MODIFIED_HUFFMAN) {
      take(bits & 7);
      return true;
    }
    if (kind == T6) {
      return false;
    }
    boolean found = false;
    if (peek(EOL_BITS - 1) == 0) {
      while (peek(EOL_BITS) == 0) {
        take(1);
      }
      found = peek(EOL_BITS) == 1;
      take(EOL_BITS);
    }
    if (!mayBeTwoDimensional) {
      return true;
    }
    if (!found) {
      throw damaged();
    }
    boolean one = peek(1) == 1;
    take(1);
    return one;
  }

  private void runs() throws ImageException {
    int at = 0;
    boolean black = false;
    while (at < width) {
      at += run(black);
      change(at);
      black = !black;
    }
  }

  private void differences() throws ImageException {
    int at = -1;
    int next = 0;
    boolean black = false;
    while (at < width) {
      while (next > 0 && above[next - 1] > at) {
        next--;
      }
      while (above[next] < width && (above[next] <= at || (next & 1) != (black ? 1 : 0))) {
        next++;
      }
      int mode = mode();
      if (mode == PASS) {
        at = next + 1 < above.length && above[next] < width ? above[next + 1] : width;
      } else if (mode == HORIZONTAL) {
        at = Math.max(at, 0) + run(black);
        change(at);
        at += run(!black);
        change(at);
      } else {
        int to = above[next] + mode;
        if (to < Math.max(at, 0)) {
          throw damaged();
        }
        at = to;
        change(at);
        black = !black;
      }
    }
  }

  private void change(int at) throws ImageException {
    if (at > width || count >= width + 4) {
      throw damaged();
    }
    changes[count++] = at;
  }

  /** {@link #PASS}, {@link #HORIZONTAL}, or how far right of the one above the change lies. */
  private int mode() throws ImageException {
    int ahead = peek(7);
    if (ahead >= 64) {
      return took(1, 0);
    }
    if (ahead >= 48) {
      return took(3, 1);
    }
    if (ahead >= 32) {
      return took(3, -1);
    }
    if (ahead >= 16) {
      return took(3, HORIZONTAL);
    }
    if (ahead >= 8) {
      return took(4, PASS);
    }
    return switch (ahead) {
      case 6, 7 -> took(6, 2);
      case 4, 5 -> took(6, -2);
      case 3 -> took(7, 3);
      case 2 -> took(7, -3);
      default -> throw damaged();
    };
  }

  private int took(int length, int mode) throws ImageException {
    take(length);
    return mode;
  }

  private int run(boolean black) throws ImageException {
    int run = 0;
    while (run <= width) {
      int entry = TiffFaxCodes.entry(black, peek(PEEK_BITS));
      if (entry == 0) {
        throw damaged();
      }
      take(entry & 15);
      int length = entry >> 4;
      run += length;
      if (length < 64) {
        return run;
      }
    }
    throw damaged();
  }

  private ImageException damaged() {
    return borrowed > bits - EOL_BITS
        ? source.truncated()
        : source.limits().corrupt("has fax lines with errors");
  }

  private int peek(int length) {
    while (bits < length) {
      int next = source.nextOrNone();
      borrowed += next < 0 ? 8 : 0;
      buffer = (buffer << 8) | Math.max(next, 0);
      bits += 8;
    }
    return (buffer >> (bits - length)) & ((1 << length) - 1);
  }

  private void take(int length) throws ImageException {
    bits -= length;
    if (bits < borrowed) {
      throw source.truncated();
    }
  }
}
