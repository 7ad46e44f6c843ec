package dev.amulet.runtime.internal.image;

import java.util.Arrays;

/**
 * Decodes a VP8 key frame (RFC 6386) to its planes: modes, coefficients and prediction of one
 * macroblock after the other, then the loop filter over the whole picture.
 */
final class Vp8Decoder {
  private final Vp8Header header;
  private final Limits limits;
  private final Vp8Frame frame;
  private final Vp8Modes modes;
  private final Vp8Tokens tokens;

  /** Per macroblock: filter level, and in bit 6 whether its inner edges are filtered too. */
  private final byte[] filters;

  Vp8Decoder(Vp8Header header, Limits limits) {
    this.header = header;
    this.limits = limits;
    int across = (header.width() + 15) / 16;
    int down = (header.height() + 15) / 16;
    this.frame = new Vp8Frame(across, down);
    this.modes = new Vp8Modes(header, across);
    this.tokens = new Vp8Tokens(header, across);
    this.filters = new byte[across * down];
  }

  Vp8Frame decode() throws ImageException {
    Vp8Prediction prediction = new Vp8Prediction(frame);
    short[] coefficients = tokens.coefficients();
    for (int row = 0; row < frame.down(); row++) {
      limits.time();
      modes.startRow();
      tokens.startRow(row);
      for (int column = 0; column < frame.across(); column++) {
        modes.read(column);
        Vp8Header.Segment segment = header.segment(modes.segment());
        boolean coded = !modes.skipped() && tokens.read(column, modes.split(), segment);
        if (modes.skipped()) {
          tokens.skip(column, modes.split());
        }
        boolean inner = modes.split() || coded;
        int level = modes.split() ? segment.filterLevelSplit() : segment.filterLevel();
        filters[row * frame.across() + column] = (byte) (level | (inner ? 64 : 0));
        prediction.luma(modes, column, row, coefficients);
        prediction.chroma(modes.chroma(), column, row, coefficients);
        if (!modes.skipped()) {
          Arrays.fill(coefficients, (short) 0);
        }
      }
    }
    filter();
    return frame;
  }

  private void filter() throws ImageException {
    Vp8Filter filter = new Vp8Filter(frame, header.sharpness(), header.simpleFilter());
    for (int row = 0; row < frame.down(); row++) {
      limits.time();
      for (int column = 0; column < frame.across(); column++) {
        int state = filters[row * frame.across() + column];
        if ((state & 63) != 0) {
          filter.macroblock(column, row, state & 63, (state & 64) != 0);
        }
      }
    }
  }
}
