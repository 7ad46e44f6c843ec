package dev.amulet.runtime.internal.image;

import java.util.Arrays;

/** The coefficients of macroblocks (RFC 6386, sections 13 and 14). */
final class Vp8Tokens {
  private static final int LUMA_AFTER_MEAN = 0;
  private static final int MEAN = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;
  private static final int NODES = 11;
  private static final int CONTEXTS = 3;
  private static final int BANDS = 8;

  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[] BAND = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
  private static final int[][] EXTRA_BITS = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private final Vp8Header header;
  private final int[] probabilities;

  /** Whether blocks above had coefficients: per macroblock 4 luma, 2 and 2 chroma, 1 mean. */
  private final byte[] above;

  private final byte[] left = new byte[9];
  private final short[] mean = new short[16];
  private Vp8Bits bits;

  /** 16 luma blocks, 4 blue and 4 red ones, 16 coefficients each. */
  private final short[] coefficients = new short[24 * 16];

  Vp8Tokens(Vp8Header header, int across) {
    this.header = header;
    this.probabilities = header.tokenProbabilities();
    this.above = new byte[9 * across];
    this.bits = header.tokens(0);
  }

  /** Filled by {@link #read}; to be cleared before the next call. */
  short[] coefficients() {
    return coefficients;
  }

  void startRow(int row) {
    bits = header.tokens(row);
    Arrays.fill(left, (byte) 0);
  }

  /** Notes that the macroblock has no coefficients; a split one says nothing about means. */
  void skip(int column, boolean split) {
    int count = split ? 8 : 9;
    Arrays.fill(left, 0, count, (byte) 0);
    Arrays.fill(above, 9 * column, 9 * column + count, (byte) 0);
  }

  /** Reads the macroblock's coefficients; false when all of them are zero. */
  boolean read(int column, boolean split, Vp8Header.Segment segment) throws ImageException {
    int top = 9 * column;
    boolean coded = false;
    int type = LUMA;
    int first = 0;
    if (!split) {
      int context = above[top + 8] + left[8];
      Arrays.fill(mean, (short) 0);
      int end = block(MEAN, context, 0, segment.meanDc(), segment.meanAc(), mean, 0);
      left[8] = (byte) (end > 0 ? 1 : 0);
      above[top + 8] = left[8];
      Vp8Transform.spreadMeans(mean, coefficients);
      type = LUMA_AFTER_MEAN;
      first = 1;
    }
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int at = 16 * (4 * y + x);
        int context = above[top + x] + left[y];
        int end = block(type, context, first, segment.lumaDc(), segment.lumaAc(), coefficients, at);
        left[y] = (byte) (end > first ? 1 : 0);
        above[top + x] = left[y];
        coded |= end > 1 || coefficients[at] != 0;
      }
    }
    for (int plane = 0; plane < 2; plane++) {
      for (int i = 0; i < 4; i++) {
        int l = 4 + 2 * plane + (i >> 1);
        int a = top + 4 + 2 * plane + (i & 1);
        int at = 16 * (16 + 4 * plane + i);
        int context = above[a] + left[l];
        int end =
            block(CHROMA, context, 0, segment.chromaDc(), segment.chromaAc(), coefficients, at);
        left[l] = (byte) (end > 0 ? 1 : 0);
        above[a] = left[l];
        coded |= end > 1 || coefficients[at] != 0;
      }
    }
    return coded;
  }

  /** Reads one block from coefficient {@code first} on; the position after its last token. */
  private int block(int type, int context, int first, int dc, int ac, short[] out, int at)
      throws ImageException {
    int base = type * BANDS * CONTEXTS * NODES;
    int n = first;
    int p = base + (BAND[n] * CONTEXTS + context) * NODES;
    while (n < 16) {
      if (bits.bit(probabilities[p]) == 0) {
        return n;
      }
      while (bits.bit(probabilities[p + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        p = base + BAND[n] * CONTEXTS * NODES;
      }
      int value = 1;
      int next = 1;
      if (bits.bit(probabilities[p + 2]) == 1) {
        value = large(p);
        next = 2;
      }
      p = base + (BAND[n + 1] * CONTEXTS + next) * NODES;
      int signed = bits.flag() ? -value : value;
      out[at + ZIGZAG[n]] = (short) (signed * (n > 0 ? ac : dc));
      n++;
    }
    return 16;
  }

  private int large(int p) throws ImageException {
    if (bits.bit(probabilities[p + 3]) == 0) {
      if (bits.bit(probabilities[p + 4]) == 0) {
        return 2;
      }
      return 3 + bits.bit(probabilities[p + 5]);
    }
    if (bits.bit(probabilities[p + 6]) == 0) {
      if (bits.bit(probabilities[p + 7]) == 0) {
        return 5 + bits.bit(159);
      }
      int high = bits.bit(165);
      return 7 + 2 * high + bits.bit(145);
    }
    int high = bits.bit(probabilities[p + 8]);
    int category = 2 * high + bits.bit(probabilities[p + 9 + high]);
    int extra = 0;
    for (int probability : EXTRA_BITS[category]) {
      extra = 2 * extra + bits.bit(probability);
    }
    return extra + 3 + (8 << category);
  }
}
