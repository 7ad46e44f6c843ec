package dev.amulet.runtime.internal.image;

/** How each macroblock of a key frame is predicted (RFC 6386, section 11). */
final class Vp8Modes {
  static final int DC = 0;
  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;
  static final int LEFT_DOWN = 4;
  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private final Vp8Header header;
  private final Vp8Bits bits;

  /** Modes of the blocks above the macroblock, four per macroblock, and left of it. */
  private final byte[] above;

  private final byte[] left = new byte[4];
  private final byte[] blocks = new byte[16];
  private int segment;
  private boolean skipped;
  private boolean split;
  private int luma;
  private int chroma;

  Vp8Modes(Vp8Header header, int across) {
    this.header = header;
    this.bits = header.modes();
    this.above = new byte[4 * across];
  }

  int segment() {
    return segment;
  }

  /** No coefficients are sent. */
  boolean skipped() {
    return skipped;
  }

  /** Each of the sixteen blocks has its own mode. */
  boolean split() {
    return split;
  }

  /** The mode of the whole macroblock, when it is not split. */
  int luma() {
    return luma;
  }

  int block(int index) {
    return blocks[index];
  }

  int chroma() {
    return chroma;
  }

  void startRow() {
    for (int i = 0; i < left.length; i++) {
      left[i] = DC;
    }
  }

  /** Reads the modes of the next macroblock of the row. */
  void read(int column) throws ImageException {
    segment = 0;
    if (header.segmentMap()) {
      boolean high = bits.bit(header.segmentProbability(0)) == 1;
      segment = (high ? 2 : 0) + bits.bit(header.segmentProbability(high ? 2 : 1));
    }
    skipped = header.skipProbability() >= 0 && bits.bit(header.skipProbability()) == 1;
    split = bits.bit(145) == 0;
    if (split) {
      blocks(4 * column);
    } else {
      luma = whole();
      for (int i = 0; i < 4; i++) {
        above[4 * column + i] = (byte) luma;
        left[i] = (byte) luma;
      }
    }
    chroma = chromaMode();
  }

  private int whole() throws ImageException {
    if (bits.bit(156) == 1) {
      return bits.bit(128) == 1 ? TRUE_MOTION : HORIZONTAL;
    }
    return bits.bit(163) == 1 ? VERTICAL : DC;
  }

  private int chromaMode() throws ImageException {
    if (bits.bit(142) == 0) {
      return DC;
    }
    if (bits.bit(114) == 0) {
      return VERTICAL;
    }
    return bits.bit(183) == 1 ? TRUE_MOTION : HORIZONTAL;
  }

  private void blocks(int column) throws ImageException {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int mode = mode(Vp8Tables.blockModeAt(above[column + x], left[y]));
        above[column + x] = (byte) mode;
        left[y] = (byte) mode;
        blocks[4 * y + x] = (byte) mode;
      }
    }
  }

  private int mode(int table) throws ImageException {
    if (!at(table, 0)) {
      return DC;
    }
    if (!at(table, 1)) {
      return TRUE_MOTION;
    }
    if (!at(table, 2)) {
      return VERTICAL;
    }
    if (!at(table, 3)) {
      if (!at(table, 4)) {
        return HORIZONTAL;
      }
      return at(table, 5) ? VERTICAL_RIGHT : RIGHT_DOWN;
    }
    if (!at(table, 6)) {
      return LEFT_DOWN;
    }
    if (!at(table, 7)) {
      return VERTICAL_LEFT;
    }
    return at(table, 8) ? HORIZONTAL_UP : HORIZONTAL_DOWN;
  }

  private boolean at(int table, int node) throws ImageException {
    return bits.bit(Vp8Tables.blockMode(table + node)) == 1;
  }
}
