package dev.amulet.runtime.internal.image;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the picture of a TIFF directory is stored, checked before anything is allocated for it.
 * Strips are tiles as wide as the picture.
 */
final class TiffLayout {
  static final int WHITE_IS_ZERO = 0;
  static final int BLACK_IS_ZERO = 1;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int CMYK = 5;
  static final int YCBCR = 6;

  static final int JPEG = 7;

  private static final int OLD_JPEG = 6;
  private static final int SHORT = 3;
  private static final int MAX_SAMPLE_BYTES = 8;
  private static final int MIN_TILE_SPARE_PX = 1 << 16;

  private final TiffDirectory directory;
  private final Limits limits;
  private final int width;
  private final int height;
  private final int compression;
  private final int photometric;
  private final int samples;
  private final int bits;
  private final boolean planar;
  private final int tileWidth;
  private final int tileHeight;
  private final boolean tiled;

  TiffLayout(TiffDirectory directory, Limits limits) throws ImageException {
    this.directory = directory;
    this.limits = limits;
    long wide = directory.value(256, 0);
    long high = directory.value(257, 0);
    limits.size(wide, high);
    width = (int) wide;
    height = (int) high;
    compression = (int) directory.value(259, 1);
    samples = (int) directory.value(277, 1);
    bits = bits();
    photometric = (int) directory.value(262, fax() || samples < 3 ? WHITE_IS_ZERO : RGB);
    planar = samples > 1 && directory.value(284, 1) == 2;
    checkSamples();
    tiled = directory.entry(324) != null;
    tileWidth = side(directory.value(tiled ? 322 : 256, 0), width);
    long rows = tiled ? directory.value(323, 0) : Math.min(directory.value(278, height), height);
    tileHeight = side(rows, height);
    long tilePixels = (long) tileWidth * tileHeight;
    if (tilePixels > (long) width * height + MIN_TILE_SPARE_PX) {
      throw limits.unsupported(
          "has tiles of " + tileWidth + " x " + tileHeight + " pixels, larger than its picture");
    }
    // Each JPEG tile costs its reader some kilobytes, however small it is.
    boolean jpeg = compression == JPEG;
    long mostTiles = (long) width * height / (jpeg ? 2048 : 16) + (jpeg ? 64 : 1024);
    if (tiles() > mostTiles) {
      throw limits.unsupported("has " + tiles() + " tiles, more than its size asks for");
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int compression() {
    return compression;
  }

  int photometric() {
    return photometric;
  }

  /** Samples of a pixel, alpha and others included. */
  int samples() {
    return samples;
  }

  int bits() throws ImageException {
    long[] all = directory.values(258, samples);
    if (all == null) {
      return 1;
    }
    for (long each : all) {
      if (each != all[0]) {
        throw limits.unsupported("has samples of " + all[0] + " and " + each + " bits");
      }
    }
    return (int) Math.min(all[0], Integer.MAX_VALUE);
  }

  int bitsPerSample() {
    return bits;
  }

  /** Whether each sample has tiles of its own. */
  boolean planar() {
    return planar;
  }

  int tileWidth() {
    return tileWidth;
  }

  int tileHeight() {
    return tileHeight;
  }

  int tilesAcross() {
    return (width + tileWidth - 1) / tileWidth;
  }

  /** Tiles of the whole picture, over all planes. */
  long tiles() {
    int down = (height + tileHeight - 1) / tileHeight;
    return (long) tilesAcross() * down * (planar ? samples : 1);
  }

  /** CCITT modified Huffman, T.4 or T.6. */
  boolean fax() {
    return compression >= 2 && compression <= 4;
  }

  /** Whether T.4 lines may be coded by what changes from the line above. */
  boolean twoDimensionalFax() throws ImageException {
    return compression == 3 && (directory.value(292, 0) & 1) == 1;
  }

  boolean reversedBits() throws ImageException {
    return directory.value(266, 1) == 2;
  }

  boolean differences() throws ImageException {
    long predictor = directory.value(317, 1);
    if (predictor > 2) {
      throw limits.unsupported("uses predictor " + predictor + ", expected 1 or 2");
    }
    return predictor == 2;
  }

  /** Samples that make the colour. */
  int colors() {
    return switch (photometric) {
      case WHITE_IS_ZERO, BLACK_IS_ZERO, PALETTE -> 1;
      case CMYK -> 4;
      default -> 3;
    };
  }

  /** 0 without alpha, 1 where colours are multiplied with it, 2 where they are not. */
  int alpha() throws ImageException {
    if (samples <= colors()) {
      return 0;
    }
    int extra = (int) directory.value(338, photometric == RGB && samples == 4 ? 2 : 0);
    return extra == 1 || extra == 2 ? extra : 0;
  }

  int orientation() throws ImageException {
    TiffDirectory.Entry entry = directory.entry(274);
    long value = entry != null && entry.type() == SHORT ? directory.value(274, 1) : 1;
    return value >= 1 && value <= 8 ? (int) value : 1;
  }

  /** First byte of each tile, plane by plane, rows from the top. */
  long[] offsets() throws ImageException {
    long[] offsets = directory.values(tiled ? 324 : 273, (int) tiles());
    if (offsets == null || offsets.length < tiles()) {
      throw limits.corrupt(
          "has " + (offsets == null ? 0 : offsets.length) + " tiles, expected " + tiles());
    }
    return offsets;
  }

  /** Bytes of the tiles that begin at {@code offsets}; at most up to the end of the file. */
  int[] lengths(long[] offsets, int fileLength) throws ImageException {
    long[] stated = directory.values(tiled ? 325 : 279, offsets.length);
    int[] lengths = new int[offsets.length];
    for (int i = 0; i < lengths.length; i++) {
      if (offsets[i] >= fileLength) {
        throw limits.truncated("at byte " + fileLength + ", expected data at byte " + offsets[i]);
      }
      long rest = fileLength - offsets[i];
      // Uncompressed data needs no length, and some writers state a wrong one.
      boolean known = compression != 1 && stated != null && i < stated.length && stated[i] > 0;
      lengths[i] = (int) (known ? Math.min(Objects.requireNonNull(stated)[i], rest) : rest);
    }
    return lengths;
  }

  long @Nullable [] colorMap() throws ImageException {
    return directory.values(320, 3 << 8);
  }

  private int side(long stated, int most) throws ImageException {
    if (stated <= 0) {
      throw limits.corrupt("has strips or tiles of " + stated + " pixels");
    }
    if (stated > Math.max(most, 4096)) {
      throw limits.unsupported("has tiles of " + stated + " pixels, larger than its picture");
    }
    return (int) stated;
  }

  private void checkSamples() throws ImageException {
    boolean known = photometric >= 0 && photometric <= YCBCR && photometric != 4;
    if (!known) {
      throw limits.unsupported(
          "has colours of kind " + photometric + ", expected grey, RGB, palette, CMYK or YCbCr");
    }
    boolean jpeg = compression == JPEG;
    if (compression == OLD_JPEG) {
      throw limits.unsupported("uses the obsolete JPEG compression 6, expected 7");
    }
    if (photometric == YCBCR && !jpeg) {
      throw limits.unsupported("has YCbCr colours without JPEG compression");
    }
    long format = directory.value(339, 1);
    if (format != 1 && format != 4) {
      throw limits.unsupported("has signed or floating-point samples, expected unsigned ones");
    }
    boolean depth = bits >= 1 && bits <= 16 && (photometric != PALETTE || bits <= 8);
    if (!depth || (jpeg && bits != 8) || (fax() && bits != 1)) {
      String expected = jpeg ? "8" : fax() ? "1" : "1 to 16";
      throw limits.unsupported("has " + bits + "-bit samples, expected " + expected);
    }
    boolean fits = samples >= colors() && samples * ((bits + 7) / 8) <= MAX_SAMPLE_BYTES;
    if (!fits || (fax() && samples != 1)) {
      throw limits.unsupported("has " + samples + " samples of " + bits + " bits a pixel");
    }
  }
}
