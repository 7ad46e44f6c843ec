package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.ImageDecoder.Decoded;

/** Decodes the first frame of a GIF, placed on its screen as Pillow places it. */
final class GifDecoder {
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;
  private static final int GRAPHIC_CONTROL = 0xF9;
  private static final int GREY = -1;

  private final byte[] file;
  private final Limits limits;
  private final AlphaMode alpha;
  private final Bytes bytes;
  private int transparent = -1;

  private GifDecoder(byte[] file, Limits limits, AlphaMode alpha) {
    this.file = file;
    this.limits = limits;
    this.alpha = alpha;
    this.bytes = new Bytes(file, 6, limits);
  }

  static Decoded decode(byte[] file, Limits limits, AlphaMode alpha) throws ImageException {
    return new Decoded(new GifDecoder(file, limits, alpha).picture(), 1);
  }

  private Pixels picture() throws ImageException {
    int screenWidth = bytes.u16Little();
    int screenHeight = bytes.u16Little();
    int flags = bytes.u8();
    bytes.skip(2);
    int palette = skipPalette(flags);
    int paletteSize = paletteSize(flags);
    skipToImage();
    int left = bytes.u16Little();
    int top = bytes.u16Little();
    int frameWidth = bytes.u16Little();
    int frameHeight = bytes.u16Little();
    int frameFlags = bytes.u8();
    if ((frameFlags & 0x80) != 0) {
      palette = skipPalette(frameFlags);
      paletteSize = paletteSize(frameFlags);
    }
    int width = Math.max(screenWidth, left + frameWidth);
    int height = Math.max(screenHeight, top + frameHeight);
    limits.size(width, height);
    if (frameWidth == 0 || frameHeight == 0) {
      throw limits.corrupt("has a frame of " + frameWidth + " x " + frameHeight + " pixels");
    }
    byte[] colors = colors(palette, paletteSize);
    Pixels screen = new Pixels(width, height, new byte[3 * width * height]);
    if (frameWidth < width || frameHeight < height) {
      byte[] rgb = screen.rgb();
      for (int i = 0; i < rgb.length; i += 3) {
        System.arraycopy(colors, Math.max(transparent, 0) * 3, rgb, i, 3);
      }
    }
    int[] lines = lines(frameHeight, (frameFlags & 0x40) != 0);
    draw(new byte[frameWidth], lines, colors, screen, (top * width + left) * 3);
    return screen;
  }

  /** Draws rows as long as {@code row} to the lines given, counted from {@code corner}. */
  private void draw(byte[] row, int[] lines, byte[] colors, Pixels screen, int corner)
      throws ImageException {
    GifLzw indices = new GifLzw(bytes, limits);
    for (int line : lines) {
      limits.time();
      indices.read(row);
      int at = corner + line * screen.width() * 3;
      for (byte index : row) {
        System.arraycopy(colors, (index & 0xFF) * 3, screen.rgb(), at, 3);
        at += 3;
      }
    }
  }

  /** Lines of the frame in the order they are stored. */
  private static int[] lines(int height, boolean interlaced) {
    int[] lines = new int[height];
    int count = 0;
    int[] starts = interlaced ? new int[] {0, 4, 2, 1} : new int[] {0};
    int[] steps = interlaced ? new int[] {8, 8, 4, 2} : new int[] {1};
    for (int pass = 0; pass < starts.length; pass++) {
      for (int y = starts[pass]; y < height; y += steps[pass]) {
        lines[count++] = y;
      }
    }
    return lines;
  }

  private void skipToImage() throws ImageException {
    while (true) {
      int block = bytes.u8();
      if (block == IMAGE) {
        return;
      }
      if (block == 0x3B) {
        throw limits.corrupt("has no picture");
      }
      if (block == EXTENSION) {
        extension();
      }
    }
  }

  private void extension() throws ImageException {
    int label = bytes.u8();
    long total = 0;
    boolean first = true;
    while (true) {
      int size = bytes.u8();
      if (size == 0) {
        limits.metadata(total);
        return;
      }
      int data = bytes.position();
      bytes.skip(size);
      total += size;
      if (first && label == GRAPHIC_CONTROL && size >= 4 && (file[data] & 1) != 0) {
        transparent = file[data + 3] & 0xFF;
      }
      first = false;
    }
  }

  private static int paletteSize(int flags) {
    return (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);
  }

  /** Position of the palette, or {@link #GREY} when there is none. */
  private int skipPalette(int flags) throws ImageException {
    int size = paletteSize(flags);
    if (size == 0) {
      return GREY;
    }
    int at = bytes.position();
    bytes.skip(3L * size);
    return at;
  }

  private byte[] colors(int palette, int size) {
    byte[] colors = new byte[768];
    for (int i = 0; i < 256; i++) {
      int opacity = i == transparent ? 0 : 255;
      for (int c = 0; c < 3; c++) {
        int sample = sample(palette, size, i, c);
        colors[3 * i + c] = alpha.apply(sample, opacity, c);
      }
    }
    return colors;
  }

  private int sample(int palette, int size, int index, int channel) {
    if (palette == GREY) {
      return index;
    }
    return index < size ? file[palette + 3 * index + channel] & 0xFF : 0;
  }
}
