package dev.amulet.runtime.internal.image;

/** The inverse transforms of VP8 (RFC 6386, section 14). */
final class Vp8Transform {
  private Vp8Transform() {}

  /** Walsh-Hadamard: the sixteen means become the first coefficients of the luma blocks. */
  static void spreadMeans(short[] in, short[] out) {
    int[] work = new int[16];
    for (int i = 0; i < 4; i++) {
      int a0 = in[i] + in[12 + i];
      int a1 = in[4 + i] + in[8 + i];
      int a2 = in[4 + i] - in[8 + i];
      int a3 = in[i] - in[12 + i];
      work[i] = a0 + a1;
      work[8 + i] = a0 - a1;
      work[4 + i] = a3 + a2;
      work[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 4; i++) {
      int dc = work[4 * i] + 3;
      int a0 = dc + work[4 * i + 3];
      int a1 = work[4 * i + 1] + work[4 * i + 2];
      int a2 = work[4 * i + 1] - work[4 * i + 2];
      int a3 = dc - work[4 * i + 3];
      int at = 64 * i;
      out[at] = (short) ((a0 + a1) >> 3);
      out[at + 16] = (short) ((a3 + a2) >> 3);
      out[at + 32] = (short) ((a0 - a1) >> 3);
      out[at + 48] = (short) ((a3 - a2) >> 3);
    }
  }

  /** Adds the residue of a block of 4 by 4 coefficients to the prediction at {@code to}. */
  static void add(short[] in, int at, byte[] plane, int to, int stride, int[] work) {
    boolean any = false;
    for (int i = 1; i < 16; i++) {
      any |= in[at + i] != 0;
    }
    if (!any) {
      addMean(in[at], plane, to, stride);
      return;
    }
    for (int i = 0; i < 4; i++) {
      int a = in[at + i] + in[at + 8 + i];
      int b = in[at + i] - in[at + 8 + i];
      int c = sine(in[at + 4 + i]) - cosine(in[at + 12 + i]);
      int d = cosine(in[at + 4 + i]) + sine(in[at + 12 + i]);
      work[4 * i] = a + d;
      work[4 * i + 1] = b + c;
      work[4 * i + 2] = b - c;
      work[4 * i + 3] = a - d;
    }
    for (int i = 0; i < 4; i++) {
      int dc = work[i] + 4;
      int a = dc + work[8 + i];
      int b = dc - work[8 + i];
      int c = sine(work[4 + i]) - cosine(work[12 + i]);
      int d = cosine(work[4 + i]) + sine(work[12 + i]);
      int pixel = to + i * stride;
      plane[pixel] = clip((plane[pixel] & 0xFF) + ((a + d) >> 3));
      plane[pixel + 1] = clip((plane[pixel + 1] & 0xFF) + ((b + c) >> 3));
      plane[pixel + 2] = clip((plane[pixel + 2] & 0xFF) + ((b - c) >> 3));
      plane[pixel + 3] = clip((plane[pixel + 3] & 0xFF) + ((a - d) >> 3));
    }
  }

  private static void addMean(int mean, byte[] plane, int to, int stride) {
    int value = (mean + 4) >> 3;
    if (value == 0) {
      return;
    }
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int pixel = to + y * stride + x;
        plane[pixel] = clip((plane[pixel] & 0xFF) + value);
      }
    }
  }

  /** Times the square root of 2 and the cosine of 22.5 degrees, in 16-bit fixed point. */
  private static int cosine(int value) {
    return value + ((value * 20091) >> 16);
  }

  private static int sine(int value) {
    return (value * 35468) >> 16;
  }

  static byte clip(int value) {
    return (byte) (value < 0 ? 0 : Math.min(value, 255));
  }
}
