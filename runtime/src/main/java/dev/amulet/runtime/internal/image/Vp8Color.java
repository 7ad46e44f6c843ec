package dev.amulet.runtime.internal.image;

/** From the planes of a VP8 picture to RGB, with libwebp's smooth upsampling and fixed point. */
final class Vp8Color {
  private Vp8Color() {}

  static byte[] rgb(Vp8Frame frame, int width, int height, Limits limits) throws ImageException {
    byte[] rgb = new byte[3 * width * height];
    int chromaWidth = (width + 1) / 2;
    int chromaHeight = (height + 1) / 2;
    int[] blue = new int[width];
    int[] red = new int[width];
    for (int y = 0; y < height; y++) {
      limits.time();
      int near = y >> 1;
      int far = (y & 1) == 0 ? near - 1 : near + 1;
      far = Math.max(0, Math.min(chromaHeight - 1, far));
      int nearAt = frame.chromaAt(0, near);
      int farAt = frame.chromaAt(0, far);
      upsample(frame.blue(), nearAt, farAt, chromaWidth, blue);
      upsample(frame.red(), nearAt, farAt, chromaWidth, red);
      int from = frame.lumaAt(0, y);
      int at = 3 * y * width;
      for (int x = 0; x < width; x++, at += 3) {
        int luma = ((frame.luma()[from + x] & 0xFF) * 19077) >> 8;
        int u = blue[x];
        int v = red[x];
        rgb[at] = clip(luma + ((v * 26149) >> 8) - 14234);
        rgb[at + 1] = clip(luma - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
        rgb[at + 2] = clip(luma + ((u * 33050) >> 8) - 17685);
      }
    }
    return rgb;
  }

  /** Weights 9, 3, 3, 1, rounded in two steps: {@code near} is the row that counts three times. */
  private static void upsample(byte[] plane, int near, int far, int count, int[] out) {
    int nearLeft = plane[near] & 0xFF;
    int farLeft = plane[far] & 0xFF;
    out[0] = (3 * nearLeft + farLeft + 2) >> 2;
    int x = 1;
    for (int i = 1; i < count; i++) {
      int nearRight = plane[near + i] & 0xFF;
      int farRight = plane[far + i] & 0xFF;
      int sum = nearLeft + nearRight + farLeft + farRight + 8;
      out[x++] = (((sum + 2 * (nearRight + farLeft)) >> 3) + nearLeft) >> 1;
      if (x < out.length) {
        out[x++] = (((sum + 2 * (nearLeft + farRight)) >> 3) + nearRight) >> 1;
      }
      nearLeft = nearRight;
      farLeft = farRight;
    }
    if (x < out.length) {
      out[x] = (3 * nearLeft + farLeft + 2) >> 2;
    }
  }

  private static byte clip(int value) {
    return (byte) (value < 0 ? 0 : Math.min(value >> 6, 255));
  }
}
