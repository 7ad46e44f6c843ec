package dev.amulet.runtime.internal.image;

import java.util.Arrays;

/**
 * The planes of a VP8 picture, in whole macroblocks: luma at full size, chroma at half, with a
 * margin of one row above and room to the left and right, so that prediction needs no special
 * cases.
 */
final class Vp8Frame {
  /** Samples before the first column of a row; only the nearest one is ever read. */
  static final int MARGIN = 4;

  private static final byte ABOVE = 127;
  private static final byte LEFT = (byte) 129;

  private final int across;
  private final int down;
  private final int lumaStride;
  private final int chromaStride;
  private final byte[] luma;
  private final byte[] blue;
  private final byte[] red;

  /** For {@code across * down} macroblocks of 16 by 16 pixels. */
  Vp8Frame(int across, int down) {
    this.across = across;
    this.down = down;
    this.lumaStride = 16 * across + 2 * MARGIN;
    this.chromaStride = 8 * across + 2 * MARGIN;
    this.luma = plane(lumaStride, 16 * down);
    this.blue = plane(chromaStride, 8 * down);
    this.red = plane(chromaStride, 8 * down);
  }

  private static byte[] plane(int stride, int rows) {
    byte[] plane = new byte[stride * (rows + 1)];
    Arrays.fill(plane, 0, stride, ABOVE);
    for (int y = 1; y <= rows; y++) {
      plane[y * stride + MARGIN - 1] = LEFT;
    }
    return plane;
  }

  int across() {
    return across;
  }

  int down() {
    return down;
  }

  int lumaStride() {
    return lumaStride;
  }

  int chromaStride() {
    return chromaStride;
  }

  byte[] luma() {
    return luma;
  }

  byte[] blue() {
    return blue;
  }

  byte[] red() {
    return red;
  }

  /** Index of a luma sample of the picture. */
  int lumaAt(int x, int y) {
    return (y + 1) * lumaStride + MARGIN + x;
  }

  /** Index of a chroma sample of the picture. */
  int chromaAt(int x, int y) {
    return (y + 1) * chromaStride + MARGIN + x;
  }
}
