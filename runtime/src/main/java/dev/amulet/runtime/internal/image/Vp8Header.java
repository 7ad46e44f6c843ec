package dev.amulet.runtime.internal.image;

import org.jspecify.annotations.Nullable;

/** The header of a VP8 key frame (RFC 6386, sections 9 and 19.2). */
final class Vp8Header {
  private static final int SEGMENTS = 4;
  private static final int FIXED_BYTES = 10;

  private final int width;
  private final int height;
  private final Vp8Bits modes;
  private final Vp8Bits[] tokens;
  private final int[] tokenProbabilities = new int[Vp8TokenTables.size()];
  private final Segment[] segments = new Segment[SEGMENTS];
  private final int[] segmentProbabilities = {255, 255, 255};
  private boolean segmentMap;
  private boolean simpleFilter;
  private int sharpness;
  private int skipProbability;

  /** Steps of the coefficients, and filter levels of macroblocks with one mode and with sixteen. */
  record Segment(
      int lumaDc,
      int lumaAc,
      int meanDc,
      int meanAc,
      int chromaDc,
      int chromaAc,
      int filterLevel,
      int filterLevelSplit) {}

  private Vp8Header(int width, int height, Vp8Bits modes, int partitions) {
    this.width = width;
    this.height = height;
    this.modes = modes;
    this.tokens = new Vp8Bits[partitions];
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** The partition of modes, read up to the first macroblock. */
  Vp8Bits modes() {
    return modes;
  }

  /** The partition that holds the coefficients of a row of macroblocks. */
  Vp8Bits tokens(int row) {
    return tokens[row & tokens.length - 1];
  }

  int[] tokenProbabilities() {
    return tokenProbabilities;
  }

  Segment segment(int index) {
    return segments[index];
  }

  /** Whether each macroblock says its segment. */
  boolean segmentMap() {
    return segmentMap;
  }

  int segmentProbability(int node) {
    return segmentProbabilities[node];
  }

  boolean simpleFilter() {
    return simpleFilter;
  }

  int sharpness() {
    return sharpness;
  }

  /** -1 when macroblocks do not say whether they have coefficients. */
  int skipProbability() {
    return skipProbability;
  }

  static Vp8Header read(byte[] file, int from, int to, Limits limits) throws ImageException {
    if (to - from < FIXED_BYTES) {
      throw limits.truncated("inside the header of its picture");
    }
    Bytes bytes = new Bytes(file, from, limits);
    int tag = bytes.u8() | bytes.u16Little() << 8;
    int start = bytes.u8() << 16 | bytes.u8() << 8 | bytes.u8();
    if ((tag & 1) != 0 || start != 0x9D012A) {
      throw limits.corrupt("has a lossy picture that does not start with a key frame");
    }
    int width = bytes.u16Little() & 0x3FFF;
    int height = bytes.u16Little() & 0x3FFF;
    limits.size(width, height);
    int first = from + FIXED_BYTES;
    int firstEnd = first + (tag >> 5);
    if (firstEnd > to) {
      throw limits.truncated("inside its first partition");
    }
    Vp8Bits modes = new Vp8Bits(file, first, firstEnd, limits);
    // Colour space and clamping: one value each in use.
    modes.number(2);
    Vp8Header header = fields(modes, width, height);
    header.partitions(file, firstEnd, to, limits);
    return header;
  }

  /** The token partitions: their sizes, then their data, in bytes {@code [from,to)}. */
  private void partitions(byte[] file, int from, int to, Limits limits) throws ImageException {
    int at = from + 3 * (tokens.length - 1);
    if (at > to) {
      throw limits.truncated("inside the sizes of its partitions");
    }
    Bytes sizes = new Bytes(file, from, limits);
    for (int i = 0; i < tokens.length; i++) {
      int end = to;
      if (i < tokens.length - 1) {
        int low = sizes.u16Little();
        end = Math.min(to, at + (low | (sizes.u8() << 16)));
      }
      tokens[i] = new Vp8Bits(file, at, end, limits);
      at = end;
    }
  }

  private static Vp8Header fields(Vp8Bits bits, int width, int height) throws ImageException {
    boolean segmented = bits.flag();
    boolean map = segmented && bits.flag();
    boolean absolute = true;
    int[] quantizers = new int[SEGMENTS];
    int[] levels = new int[SEGMENTS];
    if (segmented && bits.flag()) {
      absolute = bits.flag();
      for (int i = 0; i < SEGMENTS; i++) {
        quantizers[i] = bits.optional(7);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        levels[i] = bits.optional(6);
      }
    }
    int[] segmentProbabilities = {255, 255, 255};
    for (int i = 0; map && i < segmentProbabilities.length; i++) {
      segmentProbabilities[i] = bits.flag() ? bits.number(8) : 255;
    }
    boolean simple = bits.flag();
    int level = bits.number(6);
    int sharpness = bits.number(3);
    int[] deltas = filterDeltas(bits);
    Vp8Header header = new Vp8Header(width, height, bits, 1 << bits.number(2));
    header.segmentMap = map;
    System.arraycopy(segmentProbabilities, 0, header.segmentProbabilities, 0, 3);
    header.simpleFilter = simple;
    header.sharpness = sharpness;
    int quantizer = bits.number(7);
    int[] stepDeltas = new int[5];
    for (int i = 0; i < stepDeltas.length; i++) {
      stepDeltas[i] = bits.optional(4);
    }
    for (int i = 0; i < SEGMENTS; i++) {
      boolean own = segmented && absolute;
      int q = quantizers[i] + (own ? 0 : quantizer);
      int base = levels[i] + (own ? 0 : level);
      // A frame without a level is not filtered, whatever its segments say.
      header.segments[i] = segment(q, stepDeltas, base, level == 0 ? null : deltas);
    }
    // Whether the probabilities below outlive this frame.
    bits.flag();
    for (int i = 0; i < header.tokenProbabilities.length; i++) {
      header.tokenProbabilities[i] =
          bits.bit(Vp8TokenTables.update(i)) == 1 ? bits.number(8) : Vp8TokenTables.initial(i);
    }
    header.skipProbability = bits.flag() ? bits.number(8) : -1;
    return header;
  }

  /** What is added to the level of a key frame's macroblock, and of one with sixteen modes. */
  private static int[] filterDeltas(Vp8Bits bits) throws ImageException {
    int[] reference = new int[SEGMENTS];
    int[] mode = new int[SEGMENTS];
    boolean used = bits.flag();
    if (used && bits.flag()) {
      for (int i = 0; i < SEGMENTS; i++) {
        reference[i] = bits.optional(6);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        mode[i] = bits.optional(6);
      }
    }
    return new int[] {reference[0], mode[0]};
  }

  private static Segment segment(int q, int[] deltas, int level, int @Nullable [] filterDeltas) {
    int whole = filterDeltas == null ? 0 : level + filterDeltas[0];
    int split = filterDeltas == null ? 0 : whole + filterDeltas[1];
    return new Segment(
        Vp8Tables.dcStep(q + deltas[0], 127),
        Vp8Tables.acStep(q),
        2 * Vp8Tables.dcStep(q + deltas[1], 127),
        Math.max(8, Vp8Tables.acStep(q + deltas[2]) * 155 / 100),
        Vp8Tables.dcStep(q + deltas[3], 117),
        Vp8Tables.acStep(q + deltas[4]),
        Math.max(0, Math.min(63, whole)),
        Math.max(0, Math.min(63, split)));
  }
}
