package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.ImageDecoder.Decoded;

/**
 * Decodes the first picture of a TIFF or BigTIFF file: strips or tiles, samples together or in
 * planes.
 */
final class TiffDecoder {
  private final byte[] file;
  private final Limits limits;
  private final TiffDirectory directory;
  private final TiffLayout layout;

  /** One byte per sample, {@code [height,width,samples]}. */
  private final byte[] samples;

  private TiffDecoder(byte[] file, Limits limits, TiffDirectory directory, TiffLayout layout) {
    this.file = file;
    this.limits = limits;
    this.directory = directory;
    this.layout = layout;
    this.samples = new byte[layout.width() * layout.height() * layout.samples()];
  }

  static Decoded decode(byte[] file, Limits limits, AlphaMode alpha, JpegDecoder jpeg)
      throws ImageException {
    TiffDirectory directory = TiffDirectory.read(file, limits);
    TiffLayout layout = new TiffLayout(directory, limits);
    TiffDecoder decoder = new TiffDecoder(file, limits, directory, layout);
    decoder.read(jpeg);
    byte[] rgb = TiffColor.rgb(layout, decoder.samples, alpha, limits);
    return new Decoded(new Pixels(layout.width(), layout.height(), rgb), layout.orientation());
  }

  private void read(JpegDecoder jpeg) throws ImageException {
    long[] offsets = layout.offsets();
    int[] lengths = layout.lengths(offsets, file.length);
    if (layout.compression() == TiffLayout.JPEG) {
      TiffJpeg tiles = new TiffJpeg(file, directory, layout, limits, jpeg);
      for (int tile = 0; tile < lengths.length; tile++) {
        tiles.read((int) offsets[tile], lengths[tile], place(tile), samples);
      }
      return;
    }
    boolean differences = layout.differences();
    TiffRow row = new TiffRow(layout, directory.littleEndian(), differences);
    try (TiffData data = TiffData.of(layout, file, limits)) {
      for (int tile = 0; tile < lengths.length; tile++) {
        int from = (int) offsets[tile];
        data.start(from, from + lengths[tile]);
        rows(data, row, place(tile));
      }
    }
  }

  private void rows(TiffData data, TiffRow row, Place place) throws ImageException {
    int step = layout.samples();
    int at = (place.top * layout.width() + place.left) * step + place.plane;
    for (int y = 0; y < place.height; y++, at += layout.width() * step) {
      limits.time();
      data.read(row.bytes());
      row.unpack(place.width, samples, at);
    }
  }

  /**
   * The part of the picture that one tile covers; {@code plane} is 0 where samples lie together.
   */
  record Place(int left, int top, int width, int height, int plane) {}

  private Place place(int tile) {
    int across = layout.tilesAcross();
    int perPlane = across * ((layout.height() + layout.tileHeight() - 1) / layout.tileHeight());
    int inPlane = tile % perPlane;
    int left = inPlane % across * layout.tileWidth();
    int top = inPlane / across * layout.tileHeight();
    return new Place(
        left,
        top,
        Math.min(layout.tileWidth(), layout.width() - left),
        Math.min(layout.tileHeight(), layout.height() - top),
        tile / perPlane);
  }
}
