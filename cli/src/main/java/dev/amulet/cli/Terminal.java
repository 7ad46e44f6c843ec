package dev.amulet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command reads and prints.
 *
 * @param out results, UTF-8
 * @param err progress and errors, UTF-8
 * @param interactive whether somebody watches {@code err} on a terminal
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
  /** What to say when results could not be written. */
  static final String LOST =
      "standard output could not be written to the end: the disk is full or its reader is gone";

  static Terminal ofProcess() {
    return new Terminal(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        watched());
  }

  /** Results, with an exception where {@code out} would lose them in silence; closing flushes. */
  OutputStream results() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        flush();
      }

      @Override
      public void flush() throws IOException {
        if (out.checkError()) {
          throw new IOException(LOST);
        }
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  /**
   * Java cannot ask whether a stream is a terminal; Linux can. Elsewhere progress is plain lines.
   */
  private static boolean watched() {
    Path stderr = Path.of("/proc/self/fd/2");
    if (!Files.isSymbolicLink(stderr)) {
      return false;
    }
    try {
      String target = Files.readSymbolicLink(stderr).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
