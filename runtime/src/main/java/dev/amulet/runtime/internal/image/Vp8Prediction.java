package dev.amulet.runtime.internal.image;

import java.util.Arrays;

/** Predicts macroblocks from their neighbours and adds their residue (RFC 6386, section 12). */
final class Vp8Prediction {
  /** Where the sample above and to the left is in {@code edge}: left ones go down from there. */
  private static final int CORNER = 4;

  private final Vp8Frame frame;

  /** Left samples from the bottom, the corner, four above, four above to the right. */
  private final int[] edge = new int[13];

  private final int[] work = new int[16];

  Vp8Prediction(Vp8Frame frame) {
    this.frame = frame;
  }

  void luma(Vp8Modes modes, int column, int row, short[] coefficients) {
    int at = frame.lumaAt(16 * column, 16 * row);
    int stride = frame.lumaStride();
    byte[] plane = frame.luma();
    if (!modes.split()) {
      whole(plane, at, stride, 16, modes.luma(), column > 0, row > 0);
      for (int i = 0; i < 16; i++) {
        int to = at + 4 * (i >> 2) * stride + 4 * (i & 3);
        Vp8Transform.add(coefficients, 16 * i, plane, to, stride, work);
      }
      return;
    }
    boolean lastColumn = column == frame.across() - 1;
    for (int i = 0; i < 16; i++) {
      int to = at + 4 * (i >> 2) * stride + 4 * (i & 3);
      int right = (i & 3) == 3 ? at - stride + 16 : to - stride + 4;
      boolean repeated = lastColumn && row > 0 && (i & 3) == 3;
      gather(plane, to, stride, right, repeated);
      block(modes.block(i), plane, to, stride);
      Vp8Transform.add(coefficients, 16 * i, plane, to, stride, work);
    }
  }

  void chroma(int mode, int column, int row, short[] coefficients) {
    int at = frame.chromaAt(8 * column, 8 * row);
    int stride = frame.chromaStride();
    for (int p = 0; p < 2; p++) {
      byte[] plane = p == 0 ? frame.blue() : frame.red();
      whole(plane, at, stride, 8, mode, column > 0, row > 0);
      for (int i = 0; i < 4; i++) {
        int to = at + 4 * (i >> 1) * stride + 4 * (i & 1);
        Vp8Transform.add(coefficients, 16 * (16 + 4 * p + i), plane, to, stride, work);
      }
    }
  }

  private static void whole(
      byte[] plane, int at, int stride, int size, int mode, boolean hasLeft, boolean hasAbove) {
    switch (mode) {
      case Vp8Modes.DC -> {
        byte mean = (byte) mean(plane, at, stride, size, hasLeft, hasAbove);
        for (int y = 0; y < size; y++) {
          Arrays.fill(plane, at + y * stride, at + y * stride + size, mean);
        }
      }
      case Vp8Modes.VERTICAL -> {
        for (int y = 0; y < size; y++) {
          System.arraycopy(plane, at - stride, plane, at + y * stride, size);
        }
      }
      case Vp8Modes.HORIZONTAL -> {
        for (int y = 0; y < size; y++) {
          int from = at + y * stride;
          Arrays.fill(plane, from, from + size, plane[from - 1]);
        }
      }
      default -> trueMotion(plane, at, stride, size);
    }
  }

  private static int mean(
      byte[] plane, int at, int stride, int size, boolean hasLeft, boolean hasAbove) {
    if (!hasLeft && !hasAbove) {
      return 128;
    }
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += hasAbove ? plane[at - stride + i] & 0xFF : 0;
      sum += hasLeft ? plane[at + i * stride - 1] & 0xFF : 0;
    }
    int count = hasLeft && hasAbove ? 2 * size : size;
    return (sum + count / 2) / count;
  }

  private static void trueMotion(byte[] plane, int at, int stride, int size) {
    int corner = plane[at - stride - 1] & 0xFF;
    for (int y = 0; y < size; y++) {
      int row = at + y * stride;
      int change = (plane[row - 1] & 0xFF) - corner;
      for (int x = 0; x < size; x++) {
        plane[row + x] = Vp8Transform.clip((plane[at - stride + x] & 0xFF) + change);
      }
    }
  }

  private void gather(byte[] plane, int at, int stride, int right, boolean repeated) {
    for (int i = 0; i < 4; i++) {
      edge[CORNER - 1 - i] = plane[at + i * stride - 1] & 0xFF;
      edge[CORNER + 1 + i] = plane[at - stride + i] & 0xFF;
      // Right of the last column libwebp repeats the last sample above the macroblock.
      edge[CORNER + 5 + i] = plane[repeated ? right - 1 : right + i] & 0xFF;
    }
    edge[CORNER] = plane[at - stride - 1] & 0xFF;
  }

  private void block(int mode, byte[] plane, int at, int stride) {
    switch (mode) {
      case Vp8Modes.DC -> {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
          sum += edge[i] + edge[CORNER + 1 + i];
        }
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            plane[at + y * stride + x] = (byte) (sum >> 3);
          }
        }
      }
      case Vp8Modes.TRUE_MOTION -> trueMotion(plane, at, stride, 4);
      case Vp8Modes.VERTICAL -> {
        for (int i = 0; i < 16; i++) {
          put(plane, at, stride, i, three(CORNER + 1 + (i & 3)));
        }
      }
      case Vp8Modes.HORIZONTAL -> {
        for (int i = 0; i < 16; i++) {
          int y = i >> 2;
          int value = y < 3 ? three(3 - y) : (edge[1] + 3 * edge[0] + 2) >> 2;
          put(plane, at, stride, i, value);
        }
      }
      default -> {
        for (int i = 0; i < 16; i++) {
          put(plane, at, stride, i, slanted(mode, i & 3, i >> 2));
        }
      }
    }
  }

  private static void put(byte[] plane, int at, int stride, int i, int value) {
    plane[at + (i >> 2) * stride + (i & 3)] = (byte) value;
  }

  private int slanted(int mode, int x, int y) {
    return switch (mode) {
      case Vp8Modes.LEFT_DOWN -> {
        int i = CORNER + 2 + x + y;
        yield x + y < 6 ? three(i) : (edge[11] + 3 * edge[12] + 2) >> 2;
      }
      case Vp8Modes.RIGHT_DOWN -> three(CORNER + x - y);
      case Vp8Modes.VERTICAL_RIGHT -> verticalRight(x, y);
      case Vp8Modes.VERTICAL_LEFT -> verticalLeft(x, y);
      case Vp8Modes.HORIZONTAL_DOWN -> horizontalDown(x, y);
      default -> horizontalUp(x, y);
    };
  }

  private int verticalRight(int x, int y) {
    int i = 2 * x - y;
    if (i < -1) {
      return three(CORNER + 1 + i);
    }
    return (i & 1) == 0 ? two(CORNER + (i >> 1)) : three(CORNER + ((i + 1) >> 1));
  }

  private int verticalLeft(int x, int y) {
    if (x == 3 && y >= 2) {
      return three(CORNER + 4 + y);
    }
    int i = CORNER + 1 + x + (y >> 1);
    return (y & 1) == 0 ? two(i) : three(i + 1);
  }

  private int horizontalDown(int x, int y) {
    int i = 2 * y - x;
    if (i < -1) {
      return three(CORNER - 1 - i);
    }
    return (i & 1) == 0 ? two(CORNER - 1 - (i >> 1)) : three(CORNER - ((i + 1) >> 1));
  }

  private int horizontalUp(int x, int y) {
    int i = x + 2 * y;
    if (i > 5) {
      return edge[0];
    }
    if (i == 5) {
      return (edge[1] + 3 * edge[0] + 2) >> 2;
    }
    return (i & 1) == 0 ? two(2 - (i >> 1)) : three(2 - (i >> 1));
  }

  /** Mean of edge samples {@code i} and {@code i + 1}. */
  private int two(int i) {
    return (edge[i] + edge[i + 1] + 1) >> 1;
  }

  /** Weighted mean of edge sample {@code i} and its two neighbours. */
  private int three(int i) {
    return (edge[i - 1] + 2 * edge[i] + edge[i + 1] + 2) >> 2;
  }
}
