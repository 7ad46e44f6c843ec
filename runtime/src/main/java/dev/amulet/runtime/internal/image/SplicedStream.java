package dev.amulet.runtime.internal.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * Bytes made here, then a part of the file where it lies, then bytes made here: nothing is copied.
 * Ends the decoding when its time is up, because the reader comes back here for every few
 * kilobytes.
 */
final class SplicedStream extends ImageInputStreamImpl {
  private static final int CHUNK_BYTES = 16 << 10;

  private final byte[] head;
  private final byte[] file;
  private final int from;
  private final int middleEnd;
  private final byte[] tail;
  private final int length;
  private final Limits limits;
  private @Nullable ImageException stopped;

  /** {@code head}, bytes {@code [from,to)} of {@code file}, {@code tail}. */
  SplicedStream(byte[] head, byte[] file, int from, int to, byte[] tail, Limits limits) {
    this.head = head;
    this.file = file;
    this.from = from;
    this.middleEnd = head.length + to - from;
    this.tail = tail;
    this.length = middleEnd + tail.length;
    this.limits = limits;
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
    checkClosed();
    bitOffset = 0;
    if (streamPos >= length) {
      return -1;
    }
    int at = (int) streamPos++;
    if (at < head.length) {
      return head[at] & 0xFF;
    }
    return (at < middleEnd ? file[from + at - head.length] : tail[at - middleEnd]) & 0xFF;
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
    int n = Math.min(count, CHUNK_BYTES);
    if (at < head.length) {
      n = Math.min(n, head.length - at);
      System.arraycopy(head, at, to, offset, n);
    } else if (at < middleEnd) {
      n = Math.min(n, middleEnd - at);
      System.arraycopy(file, from + at - head.length, to, offset, n);
    } else {
      n = Math.min(n, length - at);
      System.arraycopy(tail, at - middleEnd, to, offset, n);
    }
    streamPos += n;
    return n;
  }
}
