package dev.amulet.runtime.internal.image;

import org.jspecify.annotations.Nullable;

/**
 * The chunks of a WebP file up to its first frame (RFC 9649): where the frame's data lies, and
 * where it belongs on the canvas. Profiles and text are passed over.
 */
final class WebpContainer {
  static final int VP8 = 0x56503820;
  static final int VP8L = 0x5650384C;

  private static final int VP8X = 0x56503858;
  private static final int ALPH = 0x414C5048;
  private static final int ANMF = 0x414E4D46;
  private static final int ICCP = 0x49434350;
  private static final int EXIF = 0x45584946;
  private static final int XMP = 0x584D5020;
  private static final int FRAME_HEADER_BYTES = 16;
  private static final int ALPHA_FLAG = 0x10;

  private final byte[] file;
  private final Limits limits;
  private int canvasWidth;
  private int canvasHeight;
  private int frameWidth;
  private int frameHeight;
  private int left;
  private int top;
  private boolean mayBeTransparent;
  private int orientation = 1;
  private @Nullable Chunk picture;
  private @Nullable Chunk alpha;

  private WebpContainer(byte[] file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  /** A chunk's data: bytes {@code [from,to)} of the file. */
  record Chunk(int type, int from, int to) {}

  static WebpContainer read(byte[] file, Limits limits) throws ImageException {
    WebpContainer container = new WebpContainer(file, limits);
    container.walk(12, file.length, true);
    if (container.picture == null) {
      throw limits.corrupt("has no picture");
    }
    return container;
  }

  /** Width of the canvas; 0 where the frame alone says it, as in the simple file layout. */
  int canvasWidth() {
    return canvasWidth;
  }

  int canvasHeight() {
    return canvasHeight;
  }

  /** Width that the animation's frame header states; 0 without an animation. */
  int frameWidth() {
    return frameWidth;
  }

  int frameHeight() {
    return frameHeight;
  }

  int left() {
    return left;
  }

  int top() {
    return top;
  }

  int orientation() {
    return orientation;
  }

  Chunk picture() {
    if (picture == null) {
      throw new IllegalStateException("no picture");
    }
    return picture;
  }

  /** The file says that nothing is transparent, whatever its frames hold. */
  boolean opaque() {
    return canvasWidth != 0 && !mayBeTransparent;
  }

  /** The transparency of a lossy picture; null when it has none. */
  @Nullable Chunk alpha() {
    return mayBeTransparent ? alpha : null;
  }

  /** Reads chunks from {@code at}; those after the first frame count for their metadata only. */
  private void walk(int from, int to, boolean outside) throws ImageException {
    long at = from;
    while (at + 8 <= to) {
      Bytes bytes = new Bytes(file, (int) at, limits);
      int type = (int) bytes.u32Big();
      long length = bytes.u32Little();
      int data = bytes.position();
      if (data + length > to) {
        if (picture != null) {
          return;
        }
        throw limits.truncated("inside a chunk of " + length + " bytes");
      }
      chunk(new Chunk(type, data, (int) (data + length)), outside);
      at = data + length + (length & 1);
    }
  }

  private void chunk(Chunk chunk, boolean outside) throws ImageException {
    int length = chunk.to - chunk.from;
    switch (chunk.type) {
      case VP8X -> canvas(chunk, length);
      case ANMF -> {
        if (picture == null && outside) {
          frame(chunk, length);
        }
      }
      case ALPH -> {
        if (picture == null) {
          alpha = chunk;
        }
      }
      case VP8, VP8L -> {
        if (picture == null) {
          picture = chunk;
        }
      }
      case EXIF -> {
        limits.metadata(length);
        boolean named = length > 6 && file[chunk.from] == 'E' && file[chunk.from + 1] == 'x';
        orientation = ExifOrientation.read(file, chunk.from + (named ? 6 : 0), chunk.to);
      }
      case ICCP, XMP -> limits.metadata(length);
      default -> {}
    }
  }

  private void canvas(Chunk chunk, int length) throws ImageException {
    if (length < 10) {
      throw limits.corrupt("has a header of " + length + " bytes, expected 10");
    }
    mayBeTransparent = (file[chunk.from] & ALPHA_FLAG) != 0;
    canvasWidth = 1 + u24(chunk.from + 4);
    canvasHeight = 1 + u24(chunk.from + 7);
    limits.size(canvasWidth, canvasHeight);
  }

  private void frame(Chunk chunk, int length) throws ImageException {
    if (length < FRAME_HEADER_BYTES || canvasWidth == 0) {
      throw limits.corrupt("has a frame of " + length + " bytes or no canvas");
    }
    left = 2 * u24(chunk.from);
    top = 2 * u24(chunk.from + 3);
    frameWidth = 1 + u24(chunk.from + 6);
    frameHeight = 1 + u24(chunk.from + 9);
    // Two numbers of up to 25 bits each.
    if (left + frameWidth > canvasWidth || top + frameHeight > canvasHeight) {
      throw limits.corrupt("has a frame that leaves its canvas");
    }
    walk(chunk.from + FRAME_HEADER_BYTES, chunk.to, false);
  }

  private int u24(int at) {
    return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16;
  }
}
