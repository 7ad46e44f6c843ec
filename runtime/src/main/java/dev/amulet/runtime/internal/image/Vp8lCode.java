package dev.amulet.runtime.internal.image;

import java.util.Arrays;

/**
 * One prefix code of lossless WebP (RFC 9649, section 3.7.2): a table for its first 8 bits, and
 * counting for the rare longer ones.
 */
final class Vp8lCode {
  private static final int MAX_BITS = 15;
  private static final int TABLE_BITS = 8;
  private static final int LENGTH_SHIFT = 12;

  /** Symbol and, from bit 12 on, length; 0 where the code is longer. Empty for a single symbol. */
  private final short[] table;

  private final int tableBits;
  private final short[] sorted;
  private final short[] counts;
  private final int single;

  private Vp8lCode(short[] table, int tableBits, short[] sorted, short[] counts, int single) {
    this.table = table;
    this.tableBits = tableBits;
    this.sorted = sorted;
    this.counts = counts;
    this.single = single;
  }

  /** Memory the code holds, roughly. */
  int bytes() {
    return 64 + 2 * (table.length + sorted.length + counts.length);
  }

  static Vp8lCode of(byte[] lengths, int size, Limits limits) throws ImageException {
    short[] counts = new short[MAX_BITS + 1];
    int used = 0;
    int last = 0;
    for (int symbol = 0; symbol < size; symbol++) {
      if (lengths[symbol] != 0) {
        counts[lengths[symbol]]++;
        used++;
        last = symbol;
      }
    }
    if (used == 1) {
      return new Vp8lCode(new short[0], 0, new short[0], new short[0], last);
    }
    int free = 1;
    int longest = 0;
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      free = 2 * free - counts[bits];
      if (free < 0) {
        break;
      }
      longest = counts[bits] > 0 ? bits : longest;
    }
    if (used == 0 || free != 0) {
      throw limits.corrupt("has an incomplete prefix code");
    }
    int[] next = new int[MAX_BITS + 2];
    for (int bits = 1; bits <= MAX_BITS; bits++) {
      next[bits + 1] = next[bits] + counts[bits];
    }
    short[] sorted = new short[used];
    for (int symbol = 0; symbol < size; symbol++) {
      if (lengths[symbol] != 0) {
        sorted[next[lengths[symbol]]++] = (short) symbol;
      }
    }
    int tableBits = Math.min(longest, TABLE_BITS);
    return new Vp8lCode(table(sorted, counts, tableBits), tableBits, sorted, counts, 0);
  }

  private static short[] table(short[] sorted, short[] counts, int tableBits) {
    short[] table = new short[1 << tableBits];
    int code = 0;
    int index = 0;
    for (int bits = 1; bits <= tableBits; bits++, code <<= 1) {
      for (int i = 0; i < counts[bits]; i++, code++) {
        // Codes are sent from their first bit on, the table is looked up by the bits as they lie.
        int reversed = Integer.reverse(code) >>> (32 - bits);
        short entry = (short) (sorted[index++] | bits << LENGTH_SHIFT);
        for (int at = reversed; at < table.length; at += 1 << bits) {
          table[at] = entry;
        }
      }
    }
    return table;
  }

  int read(Vp8lBits bits) throws ImageException {
    if (table.length == 0) {
      return single;
    }
    int ahead = bits.peek();
    int entry = table[ahead & ((1 << tableBits) - 1)] & 0xFFFF;
    if (entry != 0) {
      bits.take(entry >> LENGTH_SHIFT);
      return entry & ((1 << LENGTH_SHIFT) - 1);
    }
    return readLong(bits, ahead);
  }

  private int readLong(Vp8lBits bits, int ahead) throws ImageException {
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= MAX_BITS; length++) {
      code |= ahead >> (length - 1) & 1;
      int count = counts[length];
      if (code - first < count) {
        bits.take(length);
        return sorted[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new IllegalStateException("a complete code has an entry for all bits");
  }

  private static final int[] ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** Reads a code for symbols 0 to {@code size - 1}. */
  static Vp8lCode read(Vp8lBits bits, int size, byte[] lengths, Limits limits)
      throws ImageException {
    Arrays.fill(lengths, 0, size, (byte) 0);
    if (bits.read(1) == 1) {
      boolean two = bits.read(1) == 1;
      simple(bits.read(bits.read(1) == 0 ? 1 : 8), size, lengths, limits);
      if (two) {
        simple(bits.read(8), size, lengths, limits);
      }
      return of(lengths, size, limits);
    }
    byte[] codeLengths = new byte[ORDER.length];
    int count = bits.read(4) + 4;
    for (int i = 0; i < count; i++) {
      codeLengths[ORDER[i]] = (byte) bits.read(3);
    }
    Vp8lCode code = of(codeLengths, codeLengths.length, limits);
    int left = bits.read(1) == 1 ? 2 + bits.read(2 + 2 * bits.read(3)) : size;
    if (left > size) {
      throw limits.corrupt("has a prefix code for " + left + " symbols, expected " + size);
    }
    int previous = 8;
    int symbol = 0;
    while (symbol < size && left-- > 0) {
      int length = code.read(bits);
      if (length < 16) {
        lengths[symbol++] = (byte) length;
        previous = length == 0 ? previous : length;
        continue;
      }
      int repeat =
          switch (length) {
            case 16 -> 3 + bits.read(2);
            case 17 -> 3 + bits.read(3);
            default -> 11 + bits.read(7);
          };
      if (symbol + repeat > size) {
        throw limits.corrupt("has a prefix code for more symbols than there are");
      }
      Arrays.fill(lengths, symbol, symbol + repeat, (byte) (length == 16 ? previous : 0));
      symbol += repeat;
    }
    return of(lengths, size, limits);
  }

  private static void simple(int symbol, int size, byte[] lengths, Limits limits)
      throws ImageException {
    if (symbol >= size) {
      throw limits.corrupt("has a prefix code for symbol " + symbol + " of " + size);
    }
    lengths[symbol] = 1;
  }
}
