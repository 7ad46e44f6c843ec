package dev.amulet.cli;

import java.io.IOException;
import java.io.InputStream;
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

  static Terminal ofProcess() {
    return new Terminal(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        watched());
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
