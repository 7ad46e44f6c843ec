package dev.amulet.runtime.internal.image;

import dev.amulet.runtime.internal.image.ImageDecoder.Decoded;
import dev.amulet.runtime.internal.image.WebpContainer.Chunk;
import org.jspecify.annotations.Nullable;

/** Decodes WebP, lossy and lossless; of an animation the first frame, placed on its canvas. */
final class WebpDecoder {
  private final byte[] file;
  private final Limits limits;
  private final AlphaMode alpha;
  private final WebpContainer container;

  private WebpDecoder(byte[] file, Limits limits, AlphaMode alpha, WebpContainer container) {
    this.file = file;
    this.limits = limits;
    this.alpha = alpha;
    this.container = container;
  }

  static Decoded decode(byte[] file, Limits limits, AlphaMode alpha) throws ImageException {
    WebpContainer container = WebpContainer.read(file, limits);
    Pixels frame = new WebpDecoder(file, limits, alpha, container).frame();
    return new Decoded(frame, container.orientation());
  }

  private Pixels frame() throws ImageException {
    Chunk chunk = container.picture();
    Pixels frame =
        chunk.type() == WebpContainer.VP8L ? lossless(chunk) : lossy(chunk, container.alpha());
    int width = container.canvasWidth();
    int height = container.canvasHeight();
    if (width == 0 || (frame.width() == width && frame.height() == height)) {
      return frame;
    }
    byte[] canvas = new byte[3 * width * height];
    if (alpha.composite() && !container.opaque()) {
      for (int i = 0; i < canvas.length; i++) {
        canvas[i] = alpha.apply(0, 0, i % 3);
      }
    }
    for (int y = 0; y < frame.height(); y++) {
      int to = ((container.top() + y) * width + container.left()) * 3;
      System.arraycopy(frame.rgb(), y * frame.width() * 3, canvas, to, frame.width() * 3);
    }
    return new Pixels(width, height, canvas);
  }

  /** A frame must be as large as the container says it is. */
  private void size(int width, int height) throws ImageException {
    limits.size(width, height);
    boolean animated = container.frameWidth() != 0;
    int wide = animated ? container.frameWidth() : container.canvasWidth();
    int high = animated ? container.frameHeight() : container.canvasHeight();
    if (wide != 0 && (wide != width || high != height)) {
      throw limits.corrupt(
          "has a picture of "
              + width
              + " x "
              + height
              + " pixels, but says "
              + wide
              + " x "
              + high);
    }
  }

  private Pixels lossless(Chunk chunk) throws ImageException {
    Vp8lBits bits = new Vp8lBits(file, chunk.from(), chunk.to(), limits);
    if (bits.read(8) != 0x2F) {
      throw limits.corrupt("has lossless data without its signature");
    }
    int width = 1 + bits.read(14);
    int height = 1 + bits.read(14);
    boolean transparent = bits.read(1) == 1 && !container.opaque();
    int version = bits.read(3);
    if (version != 0) {
      throw limits.unsupported("has lossless data of version " + version + ", expected 0");
    }
    size(width, height);
    int[] argb = new Vp8lDecoder(bits, limits, (long) width * height).picture(width, height);
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int i = 0; i < width * height; i++) {
      int pixel = argb[i];
      int opacity = transparent ? pixel >>> 24 : 255;
      rgb[at] = alpha.apply(pixel >> 16 & 0xFF, opacity, 0);
      rgb[at + 1] = alpha.apply(pixel >> 8 & 0xFF, opacity, 1);
      rgb[at + 2] = alpha.apply(pixel & 0xFF, opacity, 2);
      at += 3;
    }
    return new Pixels(width, height, rgb);
  }

  private Pixels lossy(Chunk chunk, @Nullable Chunk transparency) throws ImageException {
    Vp8Header header = Vp8Header.read(file, chunk.from(), chunk.to(), limits);
    size(header.width(), header.height());
    Vp8Frame frame = new Vp8Decoder(header, limits).decode();
    byte[] rgb = Vp8Color.rgb(frame, header.width(), header.height(), limits);
    if (transparency != null && alpha.composite()) {
      byte[] opacity = WebpAlpha.read(file, transparency, header.width(), header.height(), limits);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = alpha.apply(rgb[i] & 0xFF, opacity[i / 3] & 0xFF, i % 3);
      }
    }
    return new Pixels(header.width(), header.height(), rgb);
  }
}
