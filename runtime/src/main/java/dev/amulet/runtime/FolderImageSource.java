package dev.amulet.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Images below one folder. Neither ".." nor a symbolic link leads out of it. */
final class FolderImageSource implements ImageSource {
  private final Path root;

  FolderImageSource(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    Path file = resolve(reference);
    Path real;
    try {
      real = file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new IOException("no image file \"" + reference + "\" under " + root, e);
    }
    if (!real.startsWith(root.toRealPath())) {
      throw new IOException("image path \"" + reference + "\" leads outside " + root);
    }
    if (!Files.isRegularFile(real)) {
      throw new IOException("image path \"" + reference + "\" is not a file");
    }
    int limit = (int) Math.min(maxBytes, Integer.MAX_VALUE - 9L);
    try (InputStream in = Files.newInputStream(real)) {
      // One byte more than allowed is enough to know that the file is too long, whatever its size
      // says.
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IOException(
            "image file \"" + reference + "\" is larger than the limit of " + limit + " bytes");
      }
      return bytes;
    }
  }

  private Path resolve(String reference) throws IOException {
    try {
      Path file = root.resolve(reference.replace('\\', '/')).normalize();
      if (!file.startsWith(root)) {
        throw new IOException("image path \"" + reference + "\" leads outside " + root);
      }
      return file;
    } catch (InvalidPathException e) {
      throw new IOException("image path \"" + reference + "\" is not a valid path", e);
    }
  }
}
