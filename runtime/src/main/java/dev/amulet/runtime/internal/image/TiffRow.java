package dev.amulet.runtime.internal.image;

/** One stored row of a tile, and how its samples become one byte each. */
final class TiffRow {
  private final int bits;
  private final int together;
  private final int step;
  private final boolean little;
  private final boolean differences;
  private final boolean scaled;
  private final byte[] bytes;

  TiffRow(TiffLayout layout, boolean little, boolean differences) {
    this.bits = layout.bitsPerSample();
    this.together = layout.planar() ? 1 : layout.samples();
    this.step = layout.samples();
    this.little = little;
    this.differences = differences && (bits == 8 || bits == 16);
    this.scaled = layout.photometric() != TiffLayout.PALETTE;
    this.bytes = new byte[(int) (((long) layout.tileWidth() * together * bits + 7) / 8)];
  }

  /** To be filled with the stored row before {@link #unpack}. */
  byte[] bytes() {
    return bytes;
  }

  /** Writes the samples of the first {@code columns} pixels from {@code at} on. */
  void unpack(int columns, byte[] samples, int at) {
    if (differences) {
      undoDifferences();
    }
    if (bits == 8 && together == step) {
      System.arraycopy(bytes, 0, samples, at, columns * step);
      return;
    }
    if (bits < 8 && 8 % bits == 0 && step == 1) {
      unpackSmall(columns, samples, at);
      return;
    }
    int to = at;
    int from = 0;
    for (int x = 0; x < columns; x++, to += step) {
      for (int s = 0; s < together; s++, from++) {
        samples[to + s] = (byte) sample(from);
      }
    }
  }

  /** 1, 2 or 4 bits, one sample a pixel. */
  private void unpackSmall(int columns, byte[] samples, int at) {
    int mask = (1 << bits) - 1;
    int factor = scaled ? 255 / mask : 1;
    for (int x = 0; x < columns; x++) {
      int bit = x * bits;
      int value = (bytes[bit >> 3] >> (8 - bits - (bit & 7))) & mask;
      samples[at + x] = (byte) (value * factor);
    }
  }

  private int sample(int index) {
    if (bits == 8) {
      return bytes[index];
    }
    if (bits == 16) {
      return bytes[2 * index + (little ? 1 : 0)];
    }
    long bit = (long) index * bits;
    int value = 0;
    for (int i = 0; i < bits; i++, bit++) {
      value = (value << 1) | ((bytes[(int) (bit >> 3)] >> (7 - (bit & 7))) & 1);
    }
    if (bits > 8) {
      return value >> (bits - 8);
    }
    return scaled ? value * 255 / ((1 << bits) - 1) : value;
  }

  private void undoDifferences() {
    if (bits == 8) {
      for (int i = together; i < bytes.length; i++) {
        bytes[i] += bytes[i - together];
      }
      return;
    }
    int low = little ? 0 : 1;
    for (int i = 2 * together; i + 1 < bytes.length; i += 2) {
      int before = i - 2 * together;
      int sum =
          (bytes[i + low] & 0xFF)
              + (bytes[before + low] & 0xFF)
              + ((bytes[i + 1 - low] + bytes[before + 1 - low]) << 8);
      bytes[i + low] = (byte) sum;
      bytes[i + 1 - low] = (byte) (sum >> 8);
    }
  }
}
