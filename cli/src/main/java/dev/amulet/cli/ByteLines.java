package dev.amulet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a stream as bytes, without their ends ({@code \n} or {@code \r\n}). A line beyond
 * the longest allowed is passed over, not held. Not safe for concurrent use.
 */
final class ByteLines implements AutoCloseable {
  private final InputStream in;
  private final int longest;
  private final byte[] read = new byte[1 << 16];
  private int next;
  private int end;
  private byte[] line = new byte[1 << 12];
  private long length;
  private long number;

  ByteLines(InputStream in, int longestBytes) {
    this.in = in;
    longest = longestBytes;
  }

  /** Goes on to the next line; false when there are no more. */
  boolean next() throws IOException {
    length = 0;
    boolean any = false;
    while (next < end || fill()) {
      any = true;
      int stop = next;
      while (stop < end && read[stop] != '\n') {
        stop++;
      }
      append(stop - next);
      boolean ended = stop < end;
      next = ended ? stop + 1 : stop;
      if (ended) {
        break;
      }
    }
    number += any ? 1 : 0;
    if (!tooLong() && length > 0 && line[(int) length - 1] == '\r') {
      length--;
    }
    return any;
  }

  /** Number of this line, from 1. */
  long number() {
    return number;
  }

  /** Whether this line is beyond the longest allowed; then its bytes are not held. */
  boolean tooLong() {
    return length > longest;
  }

  /** Bytes of this line, also of one that is not held. */
  long length() {
    return length;
  }

  /** This line's bytes, from 0 to {@link #length()}; the next line overwrites them. */
  byte[] bytes() {
    return line;
  }

  private boolean fill() throws IOException {
    next = 0;
    end = Math.max(0, in.read(read));
    return end > 0;
  }

  private void append(int count) {
    long longer = length + count;
    if (longer <= longest) {
      if (longer > line.length) {
        line = Arrays.copyOf(line, (int) Math.min(longest, Math.max(longer, 2L * line.length)));
      }
      System.arraycopy(read, next, line, (int) length, count);
    }
    length = longer;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
