package dev.amulet.runtime.internal.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The bytes of strips or tiles, one after the other, expanded row by row. */
abstract class TiffData implements AutoCloseable {
  private static final int DEFLATE = 8;
  private static final int PKZIP_DEFLATE = 32946;
  private static final int LZW = 5;
  private static final int PACK_BITS = 32773;

  /** Goes to the tile in bytes {@code [from,to)} of the file. */
  abstract void start(int from, int to);

  /** Fills {@code row} with the next bytes of the tile. */
  abstract void read(byte[] row) throws ImageException;

  @Override
  public void close() {}

  static TiffData of(TiffLayout layout, byte[] file, Limits limits) throws ImageException {
    int compression = layout.compression();
    boolean reversed = layout.reversedBits();
    Source source = new Source(file, reversed, limits);
    return switch (compression) {
      case 1 -> new Plain(source);
      case PACK_BITS -> new PackBits(source);
      case LZW -> new TiffLzw(source);
      case 2, 3, 4 ->
          new TiffFax(source, compression, layout.twoDimensionalFax(), layout.tileWidth());
      case DEFLATE, PKZIP_DEFLATE -> {
        if (reversed) {
          throw limits.unsupported("has deflated data with its bits turned round");
        }
        yield new Deflated(source);
      }
      default ->
          throw limits.unsupported(
              "uses compression "
                  + compression
                  + ", expected none, CCITT, LZW, JPEG, Deflate or PackBits");
    };
  }

  /** Bytes of the file as the writer's bit order has them. */
  static final class Source {
    private final byte[] file;
    private final boolean reversed;
    private final Limits limits;
    private int at;
    private int end;

    Source(byte[] file, boolean reversed, Limits limits) {
      this.file = file;
      this.reversed = reversed;
      this.limits = limits;
    }

    void start(int from, int to) {
      at = from;
      end = to;
    }

    int next() throws ImageException {
      int value = nextOrNone();
      if (value < 0) {
        throw truncated();
      }
      return value;
    }

    /** -1 at the end. */
    int nextOrNone() {
      if (at >= end) {
        return -1;
      }
      int value = file[at++] & 0xFF;
      return reversed ? Integer.reverse(value) >>> 24 : value;
    }

    Limits limits() {
      return limits;
    }

    ImageException truncated() {
      return limits.truncated("before all rows were read");
    }
  }

  private static final class Plain extends TiffData {
    private final Source source;

    Plain(Source source) {
      this.source = source;
    }

    @Override
    void start(int from, int to) {
      source.start(from, to);
    }

    @Override
    void read(byte[] row) throws ImageException {
      if (!source.reversed) {
        if (source.end - source.at < row.length) {
          throw source.truncated();
        }
        System.arraycopy(source.file, source.at, row, 0, row.length);
        source.at += row.length;
        return;
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = (byte) source.next();
      }
    }
  }

  /** Apple's run lengths (TIFF 6.0, section 9). */
  private static final class PackBits extends TiffData {
    private final Source source;
    private int left;
    private boolean run;
    private int value;

    PackBits(Source source) {
      this.source = source;
    }

    @Override
    void start(int from, int to) {
      source.start(from, to);
      left = 0;
    }

    @Override
    void read(byte[] row) throws ImageException {
      int done = 0;
      while (done < row.length) {
        if (left == 0) {
          int head = (byte) source.next();
          run = head < 0;
          left = head == -128 ? 0 : Math.abs(head) + 1;
          value = run && left > 0 ? source.next() : 0;
          continue;
        }
        left--;
        row[done++] = (byte) (run ? value : source.next());
      }
    }
  }

  private static final class Deflated extends TiffData {
    private final Source source;
    private final Inflater inflater = new Inflater();

    Deflated(Source source) {
      this.source = source;
    }

    @Override
    void start(int from, int to) {
      inflater.reset();
      inflater.setInput(source.file, from, to - from);
    }

    @Override
    void read(byte[] row) throws ImageException {
      int done = 0;
      try {
        while (done < row.length) {
          int n = inflater.inflate(row, done, row.length - done);
          done += n;
          if (n == 0) {
            throw source.truncated();
          }
        }
      } catch (DataFormatException e) {
        throw new ImageException(
            ImageException.Reason.CORRUPT, "TIFF data cannot be inflated: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
