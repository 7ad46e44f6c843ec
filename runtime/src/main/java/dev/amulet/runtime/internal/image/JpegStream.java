package dev.amulet.runtime.internal.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * The cleaned header followed by the scans where they lie in the file: nothing is copied. Ends the
 * decoding when its time is up, because the reader comes back here for every few kilobytes.
 */
final class JpegStream extends ImageInputStreamImpl {
  private static final int CHUNK_BYTES = 16 << 10;

  private final byte[] header;
  private final byte[] file;
  private final int shift;
  private final Limits limits;
  private final long length;
  private @Nullable ImageException stopped;

  JpegStream(JpegStructure structure, byte[] file, Limits limits) {
    this.header = structure.header();
    this.file = file;
    this.shift = structure.firstScan() - header.length;
    this.limits = limits;
    this.length = (long) structure.end() - shift;
  }

  /** Why reading was stopped, when it was. */
  @Nullable ImageException stopped() {
    return stopped;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int count) throws IOException {
    try {
      limits.time();
    } catch (ImageException e) {
      stopped = e;
      throw new IOException(e);
    }
    checkClosed();
    bitOffset = 0;
    if (streamPos >= length) {
      return -1;
    }
    int at = (int) streamPos;
    boolean inHeader = at < header.length;
    int available = (inHeader ? header.length : (int) length) - at;
    int n = Math.min(Math.min(count, available), CHUNK_BYTES);
    if (inHeader) {
      System.arraycopy(header, at, to, offset, n);
    } else {
      System.arraycopy(file, at + shift, to, offset, n);
    }
    streamPos += n;
    return n;
  }
}
