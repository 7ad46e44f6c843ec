package dev.amulet.runtime.internal.image;

/** The five PNG row filters (PNG specification, section 9). */
final class PngFilter {
  private PngFilter() {}

  /** Undoes the filter named by byte 0 of {@code row}; both rows start with that byte. */
  static void undo(byte[] row, byte[] above, int pixelBytes, Limits limits) throws ImageException {
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + pixelBytes; i < row.length; i++) {
          row[i] += row[i - pixelBytes];
        }
      }
      case 2 -> {
        for (int i = 1; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> average(row, above, pixelBytes);
      case 4 -> paeth(row, above, pixelBytes);
      default -> throw limits.corrupt("has row filter " + (row[0] & 0xFF) + ", expected 0 to 4");
    }
  }

  private static void average(byte[] row, byte[] above, int pixelBytes) {
    int first = Math.min(row.length, 1 + pixelBytes);
    for (int i = 1; i < first; i++) {
      row[i] += (byte) ((above[i] & 0xFF) >> 1);
    }
    for (int i = first; i < row.length; i++) {
      row[i] += (byte) (((row[i - pixelBytes] & 0xFF) + (above[i] & 0xFF)) >> 1);
    }
  }

  private static void paeth(byte[] row, byte[] above, int pixelBytes) {
    int first = Math.min(row.length, 1 + pixelBytes);
    for (int i = 1; i < first; i++) {
      row[i] += above[i];
    }
    for (int i = first; i < row.length; i++) {
      int left = row[i - pixelBytes] & 0xFF;
      int up = above[i] & 0xFF;
      int corner = above[i - pixelBytes] & 0xFF;
      int fromLeft = Math.abs(up - corner);
      int fromUp = Math.abs(left - corner);
      int fromCorner = Math.abs(left + up - 2 * corner);
      if (fromLeft <= fromUp && fromLeft <= fromCorner) {
        row[i] += (byte) left;
      } else {
        row[i] += (byte) (fromUp <= fromCorner ? up : corner);
      }
    }
  }
}
