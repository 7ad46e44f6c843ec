package dev.amulet.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Saves a file so that its name only ever shows the complete old or the complete new content:
 * written under a private name in the same folder, synced, checked, renamed, and the folder synced.
 */
final class AtomicFile {
  /** Writes the content. */
  interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** Looks at the written file before it gets its name. */
  interface Check {
    void check(Path written) throws ArtifactException;
  }

  private final FileOperations files;

  AtomicFile(FileOperations files) {
    this.files = files;
  }

  void write(Path target, Content content, Check check) throws IOException, ArtifactException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null) {
      throw new IOException("a file name is needed, not the root folder");
    }
    // Not the name of the target with something added: that could be too long for the file system.
    Path temporary =
        folder.resolve(
            ".amulet-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                + ".tmp");
    try {
      try (FileChannel channel = files.create(temporary)) {
        content.writeTo(channel);
        channel.force(true);
      }
      check.check(temporary);
      files.replace(temporary, absolute);
    } catch (IOException | ArtifactException | RuntimeException | Error e) {
      try {
        files.delete(temporary);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    files.syncFolder(folder);
  }
}
