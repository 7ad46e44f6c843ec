package dev.amulet.runtime.internal.image;

import java.util.ArrayList;
import java.util.List;

/** Lossless WebP data (RFC 9649, section 3): pixels as {@code 0xAARRGGBB}, rows from the top. */
final class Vp8lDecoder {
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int HASH = 0x1E35A7BD;
  private static final int SPARE_CODE_BYTES = 512 << 10;

  /** Offsets of the 120 nearest pixels: rows up times 16 plus 8 minus columns right. */
  private static final int[] NEAR = {
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39,
    0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a,
    0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d,
    0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e,
    0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f,
    0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e,
    0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72,
    0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70
  };

  private final Vp8lBits bits;
  private final Limits limits;
  private final byte[] lengths = new byte[LITERALS + LENGTHS + (1 << 11)];
  private long codeBytesLeft;

  /** {@code pixels} bounds the memory that prefix codes may take: 4 bytes for each. */
  Vp8lDecoder(Vp8lBits bits, Limits limits, long pixels) {
    this.bits = bits;
    this.limits = limits;
    this.codeBytesLeft = 4 * pixels + SPARE_CODE_BYTES;
  }

  /** Decodes the picture and undoes its transforms; the array may be longer than the picture. */
  int[] picture(int width, int height) throws ImageException {
    List<Vp8lTransform> transforms = new ArrayList<>();
    int coded = width;
    int seen = 0;
    while (bits.read(1) == 1) {
      int kind = bits.read(2);
      if ((seen >> kind & 1) == 1) {
        throw limits.corrupt("has a transform twice");
      }
      seen |= 1 << kind;
      Vp8lTransform transform = transform(kind, coded, height);
      transforms.add(transform);
      coded = transform.codedWidth();
    }
    int[] argb = new int[width * height];
    pixels(coded, height, true, argb);
    for (int i = transforms.size() - 1; i >= 0; i--) {
      limits.time();
      transforms.get(i).undo(argb);
    }
    return argb;
  }

  private Vp8lTransform transform(int kind, int width, int height) throws ImageException {
    switch (kind) {
      case Vp8lTransform.PREDICTOR, Vp8lTransform.CROSS_COLOR -> {
        int tileBits = bits.read(3) + 2;
        int across = Vp8lTransform.parts(width, tileBits);
        int down = Vp8lTransform.parts(height, tileBits);
        int[] data = new int[across * down];
        pixels(across, down, false, data);
        return new Vp8lTransform(kind, width, height, tileBits, data);
      }
      case Vp8lTransform.PALETTE -> {
        int colors = bits.read(8) + 1;
        int packing = colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3;
        int[] palette = new int[256];
        pixels(colors, 1, false, palette);
        for (int i = 1; i < colors; i++) {
          palette[i] = Vp8lTransform.sum(palette[i], palette[i - 1]);
        }
        return new Vp8lTransform(kind, width, height, packing, palette);
      }
      default -> {
        return new Vp8lTransform(kind, width, height, 0, new int[0]);
      }
    }
  }

  /** Decodes {@code width * height} entropy-coded pixels into the front of {@code argb}. */
  private void pixels(int width, int height, boolean outermost, int[] argb) throws ImageException {
    int cacheBits = 0;
    if (bits.read(1) == 1) {
      cacheBits = bits.read(4);
      if (cacheBits < 1 || cacheBits > 11) {
        throw limits.corrupt("has a colour cache of " + cacheBits + " bits, expected 1 to 11");
      }
    }
    int tileBits = 31;
    int[] groups = {0};
    int groupCount = 1;
    if (outermost && bits.read(1) == 1) {
      tileBits = bits.read(3) + 2;
      int across = Vp8lTransform.parts(width, tileBits);
      int down = Vp8lTransform.parts(height, tileBits);
      groups = new int[across * down];
      pixels(across, down, false, groups);
      for (int i = 0; i < groups.length; i++) {
        groups[i] = groups[i] >> 8 & 0xFFFF;
        groupCount = Math.max(groupCount, groups[i] + 1);
      }
    }
    Vp8lCode[] codes = codes(groupCount, cacheBits);
    int[] cache = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
    new Plane(width, height, tileBits, groups, codes, cache, cacheBits).read(argb);
  }

  private Vp8lCode[] codes(int groupCount, int cacheBits) throws ImageException {
    int cached = cacheBits == 0 ? 0 : 1 << cacheBits;
    int[] sizes = {LITERALS + LENGTHS + cached, LITERALS, LITERALS, LITERALS, DISTANCES};
    codeBytesLeft -= 20L * groupCount;
    if (codeBytesLeft < 0) {
      throw tooManyCodes();
    }
    Vp8lCode[] codes = new Vp8lCode[5 * groupCount];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Vp8lCode.read(bits, sizes[i % 5], lengths, limits);
      codeBytesLeft -= codes[i].bytes();
      if (codeBytesLeft < 0) {
        throw tooManyCodes();
      }
    }
    return codes;
  }

  private ImageException tooManyCodes() {
    return limits.unsupported("has more prefix codes than its size asks for");
  }

  /** One entropy-coded image being read. */
  private final class Plane {
    private final int width;
    private final int height;
    private final int tileBits;
    private final int across;
    private final int[] groups;
    private final Vp8lCode[] codes;
    private final int[] cache;
    private final int cacheShift;

    Plane(
        int width,
        int height,
        int tileBits,
        int[] groups,
        Vp8lCode[] codes,
        int[] cache,
        int cacheBits) {
      this.width = width;
      this.height = height;
      this.tileBits = tileBits;
      this.across = tileBits == 31 ? 1 : Vp8lTransform.parts(width, tileBits);
      this.groups = groups;
      this.codes = codes;
      this.cache = cache;
      this.cacheShift = 32 - cacheBits;
    }

    void read(int[] argb) throws ImageException {
      int total = width * height;
      int x = 0;
      int y = 0;
      int at = 0;
      int tileMask = (1 << tileBits) - 1;
      int group = 0;
      boolean moved = true;
      while (at < total) {
        if (moved || (x & tileMask) == 0) {
          group = 5 * groups[(y >> tileBits) * across + (x >> tileBits)];
        }
        moved = false;
        int symbol = codes[group].read(bits);
        if (symbol >= LITERALS && symbol < LITERALS + LENGTHS) {
          int length = number(symbol - LITERALS);
          int back = distance(number(codes[group + 4].read(bits)));
          if (back > at || length > total - at) {
            throw limits.corrupt("copies pixels from outside the picture");
          }
          for (int end = at + length; at < end; at++) {
            emit(argb, at, argb[at - back]);
          }
          x += length;
          moved = true;
        } else {
          emit(argb, at++, symbol < LITERALS ? literal(symbol, group) : cached(symbol));
          x++;
        }
        if (x >= width) {
          limits.time();
          y += x / width;
          x %= width;
          moved = true;
        }
      }
    }

    private int literal(int green, int group) throws ImageException {
      int red = codes[group + 1].read(bits);
      int blue = codes[group + 2].read(bits);
      int opacity = codes[group + 3].read(bits);
      return opacity << 24 | red << 16 | green << 8 | blue;
    }

    private int cached(int symbol) {
      return cache[symbol - LITERALS - LENGTHS];
    }

    private void emit(int[] argb, int at, int pixel) {
      argb[at] = pixel;
      if (cache.length > 0) {
        cache[(HASH * pixel) >>> cacheShift] = pixel;
      }
    }

    /** A length or distance code with its extra bits. */
    private int number(int symbol) throws ImageException {
      if (symbol < 4) {
        return symbol + 1;
      }
      int extra = (symbol - 2) >> 1;
      return ((2 + (symbol & 1)) << extra) + bits.read(extra) + 1;
    }

    private int distance(int code) {
      if (code > NEAR.length) {
        return code - NEAR.length;
      }
      int near = NEAR[code - 1];
      return Math.max(1, (near >> 4) * width + 8 - (near & 15));
    }
  }
}
