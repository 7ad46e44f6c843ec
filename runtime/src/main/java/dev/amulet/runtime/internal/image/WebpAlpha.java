package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.WebpContainer.Chunk;

/** The transparency of a lossy WebP (RFC 9649, section 2.7.1.2): one byte per pixel. */
final class WebpAlpha {
  private static final int RAW = 0;
  private static final int LOSSLESS = 1;
  private static final int HORIZONTAL = 1;
  private static final int VERTICAL = 2;

  private WebpAlpha() {}

  static byte[] read(byte[] file, Chunk chunk, int width, int height, Limits limits)
      throws ImageException {
    int size = width * height;
    if (chunk.to() - chunk.from() < 1) {
      throw limits.truncated("inside its transparency");
    }
    int head = file[chunk.from()] & 0xFF;
    byte[] opacity = new byte[size];
    switch (head & 3) {
      case RAW -> {
        if (chunk.to() - chunk.from() - 1 < size) {
          throw limits.truncated("inside its transparency");
        }
        System.arraycopy(file, chunk.from() + 1, opacity, 0, size);
      }
      case LOSSLESS -> {
        Vp8lBits bits = new Vp8lBits(file, chunk.from() + 1, chunk.to(), limits);
        int[] argb = new Vp8lDecoder(bits, limits, size).picture(width, height);
        for (int i = 0; i < size; i++) {
          opacity[i] = (byte) (argb[i] >> 8);
        }
      }
      default -> throw limits.corrupt("has transparency of compression " + (head & 3));
    }
    unfilter(head >> 2 & 3, opacity, width);
    return opacity;
  }

  private static void unfilter(int filter, byte[] opacity, int width) {
    if (filter == 0) {
      return;
    }
    for (int i = 1; i < opacity.length; i++) {
      int predicted;
      if (i < width) {
        predicted = opacity[i - 1];
      } else if (i % width == 0 || filter == VERTICAL) {
        predicted = opacity[i - width];
      } else if (filter == HORIZONTAL) {
        predicted = opacity[i - 1];
      } else {
        predicted = gradient(opacity[i - 1], opacity[i - width], opacity[i - width - 1]);
      }
      opacity[i] += (byte) predicted;
    }
  }

  /** The remaining filter: left plus above minus corner. */
  private static int gradient(byte left, byte above, byte corner) {
    int sum = (left & 0xFF) + (above & 0xFF) - (corner & 0xFF);
    return Math.max(0, Math.min(255, sum));
  }
}
