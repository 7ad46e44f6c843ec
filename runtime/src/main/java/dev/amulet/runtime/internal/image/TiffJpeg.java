package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.TiffDecoder.Place;
import org.jspecify.annotations.Nullable;

/** JPEG data inside TIFF (Technical Note 2): one small JPEG per tile, which may share tables. */
final class TiffJpeg {
  private static final int TABLES = 347;

  private final byte[] file;
  private final TiffLayout layout;
  private final Limits limits;
  private final JpegDecoder jpeg;
  private final TiffDirectory.@Nullable Entry tables;
  private long left;

  TiffJpeg(
      byte[] file, TiffDirectory directory, TiffLayout layout, Limits limits, JpegDecoder jpeg) {
    this.file = file;
    this.layout = layout;
    this.limits = limits;
    this.jpeg = jpeg;
    this.tables = directory.entry(TABLES);
    this.left = 2L * file.length;
  }

  /** Decodes the tile in {@code [at, at + length)} into its place in the picture's samples. */
  void read(int at, int length, Place place, byte[] samples) throws ImageException {
    left -= length;
    if (left < 0) {
      throw limits.corrupt("has tiles that lie over each other");
    }
    byte[] stream = joined(at, length);
    JpegStructure structure = JpegStructure.read(stream, limits.inner());
    int bands = layout.planar() ? 1 : layout.samples();
    boolean fits =
        structure.components() == bands
            && structure.width() >= place.width()
            && structure.height() >= place.height()
            && structure.width() <= layout.tileWidth()
            && structure.height() <= layout.tileHeight();
    if (!fits) {
      throw limits.corrupt(
          "has a tile of "
              + structure.width()
              + " x "
              + structure.height()
              + " pixels with "
              + structure.components()
              + " samples, expected "
              + layout.tileWidth()
              + " x "
              + layout.tileHeight()
              + " with "
              + bands);
    }
    byte[] tile = jpeg.samples(structure, stream, limits);
    if (layout.photometric() == TiffLayout.YCBCR) {
      JpegColor.yccToRgb(tile, 3);
    }
    int step = layout.samples();
    for (int y = 0; y < place.height(); y++) {
      int from = y * structure.width() * bands;
      int to = ((place.top() + y) * layout.width() + place.left()) * step + place.plane();
      if (bands == step) {
        System.arraycopy(tile, from, samples, to, place.width() * step);
        continue;
      }
      for (int x = 0; x < place.width(); x++, to += step) {
        samples[to] = tile[from + x];
      }
    }
  }

  /** Start of image, the shared tables, the tile's own data. */
  private byte[] joined(int at, int length) throws ImageException {
    int shared = tables == null ? 0 : Math.max(0, tables.count() - 4);
    if (length < 4) {
      throw limits.truncated("inside a tile of " + length + " bytes");
    }
    byte[] stream = new byte[shared + length];
    stream[0] = file[at];
    stream[1] = file[at + 1];
    if (tables != null) {
      System.arraycopy(file, tables.at() + 2, stream, 2, shared);
    }
    System.arraycopy(file, at + 2, stream, 2 + shared, length - 2);
    if (stream[0] != (byte) 0xFF || stream[1] != (byte) 0xD8) {
      throw limits.corrupt("has a tile that is no JPEG");
    }
    return stream;
  }
}
