package dev.amulet.runtime.internal.image;

/** The orientation tag of an EXIF block, and what it does to a picture. */
final class ExifOrientation {
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int UPRIGHT = 1;

  private ExifOrientation() {}

  /**
   * Reads the TIFF structure in {@code [from,to)}. Anything that is not a well-formed orientation
   * from 1 to 8 counts as 1: metadata never makes a picture unreadable.
   */
  static int read(byte[] file, int from, int to) {
    if (to - from < 14) {
      return UPRIGHT;
    }
    boolean little = file[from] == 'I' && file[from + 1] == 'I';
    boolean big = file[from] == 'M' && file[from + 1] == 'M';
    if ((!little && !big) || number(file, from + 2, 2, little) != 42) {
      return UPRIGHT;
    }
    long directory = from + number(file, from + 4, 4, little);
    if (directory < from || directory + 2 > to) {
      return UPRIGHT;
    }
    long entries = number(file, (int) directory, 2, little);
    for (long i = 0; i < entries; i++) {
      long entry = directory + 2 + 12 * i;
      if (entry + 12 > to) {
        return UPRIGHT;
      }
      int at = (int) entry;
      if (number(file, at, 2, little) == TAG) {
        long value = number(file, at + 8, 2, little);
        boolean valid = number(file, at + 2, 2, little) == SHORT && value >= 1 && value <= 8;
        return valid ? (int) value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  private static long number(byte[] file, int at, int bytes, boolean little) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      int next = file[at + (little ? bytes - 1 - i : i)] & 0xFF;
      value = (value << 8) | next;
    }
    return value;
  }

  /** The picture turned upright; the same object when it already is. */
  static Pixels apply(int orientation, Pixels stored) {
    if (orientation == UPRIGHT) {
      return stored;
    }
    int w = stored.width();
    int h = stored.height();
    // Position in the stored picture of the upright one's first pixel, and of one step right, down.
    int last = w * h - 1;
    return switch (orientation) {
      case 2 -> turned(stored, w, h, w - 1, -1, w);
      case 3 -> turned(stored, w, h, last, -1, -w);
      case 4 -> turned(stored, w, h, last - (w - 1), 1, -w);
      case 5 -> turned(stored, h, w, 0, w, 1);
      case 6 -> turned(stored, h, w, last - (w - 1), -w, 1);
      case 7 -> turned(stored, h, w, last, -w, -1);
      case 8 -> turned(stored, h, w, w - 1, w, -1);
      default -> throw new IllegalArgumentException("no orientation is called " + orientation);
    };
  }

  private static Pixels turned(
      Pixels stored, int width, int height, int start, int right, int down) {
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      int pixel = start + y * down;
      for (int x = 0; x < width; x++, pixel += right, at += 3) {
        to[at] = from[pixel * 3];
        to[at + 1] = from[pixel * 3 + 1];
        to[at + 2] = from[pixel * 3 + 2];
      }
    }
    return new Pixels(width, height, to);
  }
}
