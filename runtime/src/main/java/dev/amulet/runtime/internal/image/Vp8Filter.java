package dev.amulet.runtime.internal.image;

/** The loop filter of VP8 (RFC 6386, section 15), with the arithmetic of libwebp. */
final class Vp8Filter {
  private final Vp8Frame frame;
  private final int sharpness;
  private final boolean simple;

  Vp8Filter(Vp8Frame frame, int sharpness, boolean simple) {
    this.frame = frame;
    this.sharpness = sharpness;
    this.simple = simple;
  }

  /** Filters the left and upper edge of a macroblock, and those inside it when {@code inner}. */
  void macroblock(int column, int row, int level, boolean inner) {
    int interior = level;
    if (sharpness > 0) {
      interior >>= sharpness > 4 ? 2 : 1;
      interior = Math.min(interior, 9 - sharpness);
    }
    interior = Math.max(interior, 1);
    int limit = 2 * level + interior;
    int variance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    Edge whole = new Edge(2 * (limit + 4) + 1, interior, variance, true);
    Edge inside = new Edge(2 * limit + 1, interior, variance, false);
    int stride = frame.lumaStride();
    int at = frame.lumaAt(16 * column, 16 * row);
    int chromaStride = frame.chromaStride();
    int chromaAt = frame.chromaAt(8 * column, 8 * row);
    for (int direction = 0; direction < 2; direction++) {
      boolean across = direction == 0;
      if (across ? column > 0 : row > 0) {
        planes(at, across ? 1 : stride, across ? stride : 1, chromaAt, across, whole);
      }
      if (inner) {
        int step = across ? 1 : stride;
        int along = across ? stride : 1;
        for (int i = 4; i < 16; i += 4) {
          edge(frame.luma(), at + i * step, step, along, 16, inside);
        }
        if (!simple) {
          int chromaStep = across ? 1 : chromaStride;
          int chromaAlong = across ? chromaStride : 1;
          int from = chromaAt + 4 * chromaStep;
          edge(frame.blue(), from, chromaStep, chromaAlong, 8, inside);
          edge(frame.red(), from, chromaStep, chromaAlong, 8, inside);
        }
      }
    }
  }

  /** Limits of one kind of edge: between macroblocks or inside one. */
  private record Edge(int limit, int interior, int variance, boolean outer) {}

  private void planes(int at, int step, int along, int chromaAt, boolean across, Edge limits) {
    edge(frame.luma(), at, step, along, 16, limits);
    if (!simple) {
      int chromaStep = across ? 1 : frame.chromaStride();
      int chromaAlong = across ? frame.chromaStride() : 1;
      edge(frame.blue(), chromaAt, chromaStep, chromaAlong, 8, limits);
      edge(frame.red(), chromaAt, chromaStep, chromaAlong, 8, limits);
    }
  }

  /** {@code step} leads over the edge, {@code along} to its next sample. */
  private void edge(byte[] s, int at, int step, int along, int count, Edge limits) {
    int from = at;
    for (int i = 0; i < count; i++, from += along) {
      int p1 = s[from - 2 * step] & 0xFF;
      int p0 = s[from - step] & 0xFF;
      int q0 = s[from] & 0xFF;
      int q1 = s[from + step] & 0xFF;
      if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limits.limit) {
        continue;
      }
      if (simple) {
        two(s, from, step, p1, p0, q0, q1);
        continue;
      }
      int p2 = s[from - 3 * step] & 0xFF;
      int q2 = s[from + 2 * step] & 0xFF;
      int most = limits.interior;
      boolean smooth =
          Math.abs((s[from - 4 * step] & 0xFF) - p2) <= most
              && Math.abs(p2 - p1) <= most
              && Math.abs(p1 - p0) <= most
              && Math.abs((s[from + 3 * step] & 0xFF) - q2) <= most
              && Math.abs(q2 - q1) <= most
              && Math.abs(q1 - q0) <= most;
      if (!smooth) {
        continue;
      }
      if (Math.abs(p1 - p0) > limits.variance || Math.abs(q1 - q0) > limits.variance) {
        two(s, from, step, p1, p0, q0, q1);
      } else if (limits.outer) {
        int a = signed(3 * (q0 - p0) + signed(p1 - q1));
        int a1 = (27 * a + 63) >> 7;
        int a2 = (18 * a + 63) >> 7;
        int a3 = (9 * a + 63) >> 7;
        s[from - 3 * step] = Vp8Transform.clip(p2 + a3);
        s[from - 2 * step] = Vp8Transform.clip(p1 + a2);
        s[from - step] = Vp8Transform.clip(p0 + a1);
        s[from] = Vp8Transform.clip(q0 - a1);
        s[from + step] = Vp8Transform.clip(q1 - a2);
        s[from + 2 * step] = Vp8Transform.clip(q2 - a3);
      } else {
        int a = 3 * (q0 - p0);
        int a1 = small((a + 4) >> 3);
        int a2 = small((a + 3) >> 3);
        int a3 = (a1 + 1) >> 1;
        s[from - 2 * step] = Vp8Transform.clip(p1 + a3);
        s[from - step] = Vp8Transform.clip(p0 + a2);
        s[from] = Vp8Transform.clip(q0 - a1);
        s[from + step] = Vp8Transform.clip(q1 - a3);
      }
    }
  }

  private static void two(byte[] s, int from, int step, int p1, int p0, int q0, int q1) {
    int a = 3 * (q0 - p0) + signed(p1 - q1);
    s[from - step] = Vp8Transform.clip(p0 + small((a + 3) >> 3));
    s[from] = Vp8Transform.clip(q0 - small((a + 4) >> 3));
  }

  private static int signed(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int small(int value) {
    return Math.max(-16, Math.min(15, value));
  }
}
