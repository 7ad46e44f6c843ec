package dev.amulet.cli;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * The file that {@code -o} names. It is written beside its place and renamed when all went well, so
 * that nobody ever reads half of it; links are followed. What is no regular file, such as a pipe or
 * a device, is written straight.
 */
final class OutputFile implements AutoCloseable {
  private final Path target;
  private final Path written;

  private OutputFile(Path target, Path written) {
    this.target = target;
    this.written = written;
  }

  /**
   * Looks what is at the place; writes nothing yet.
   *
   * @param read files that are read meanwhile and must not be replaced
   */
  static OutputFile at(Path place, List<Path> read) throws IOException {
    if (Files.isDirectory(place)) {
      throw CommandFailure.wrongInput("-o " + place + ": is a folder; give a file in it");
    }
    if (!Files.exists(place)) {
      return beside(newFile(place));
    }
    for (Path input : read) {
      if (Files.exists(input) && Files.isSameFile(place, input)) {
        throw CommandFailure.wrongInput(
            "-o " + place + ": is the same file as " + input + ", which is read; give another");
      }
    }
    Path target = place.toRealPath();
    return Files.isRegularFile(target) ? beside(target) : new OutputFile(target, target);
  }

  private static Path newFile(Path place) {
    if (Files.isSymbolicLink(place)) {
      throw CommandFailure.wrongInput(
          "-o " + place + ": is a link to nowhere; remove it or give another file");
    }
    Path target = place.toAbsolutePath().normalize();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw CommandFailure.wrongInput("-o " + place + ": no folder " + folder + "; make it first");
    }
    return target;
  }

  private static OutputFile beside(Path target) {
    return new OutputFile(
        target, target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID()));
  }

  /** Opened once, closed by the caller. */
  Writer writer() throws IOException {
    return new OutputStreamWriter(
        written.equals(target)
            ? Files.newOutputStream(written, StandardOpenOption.WRITE)
            : Files.newOutputStream(
                written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        StandardCharsets.UTF_8);
  }

  /** Puts what was written in its place. */
  void publish() throws IOException {
    if (!written.equals(target)) {
      Files.move(
          written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Removes what was not published. */
  @Override
  public void close() throws IOException {
    if (!written.equals(target)) {
      Files.deleteIfExists(written);
    }
  }
}
