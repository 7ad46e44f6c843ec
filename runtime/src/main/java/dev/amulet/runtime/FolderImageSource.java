package dev.amulet.runtime;

import dev.amulet.runtime.internal.source.Reference;
import dev.amulet.runtime.internal.source.ZipImages;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Images below one folder, in files and in zip archives, or in one archive. Neither ".." nor, where
 * links may not, a symbolic link leads out of it.
 */
final class FolderImageSource implements ImageSource {
  private static final String IN_ARCHIVE = "!/";

  private final Path root;
  private final Links links;
  private final ZipImages archives = new ZipImages();

  FolderImageSource(Path root, Links links) {
    this.root = root.toAbsolutePath().normalize();
    this.links = links;
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    String shown = Reference.quoted(reference);
    int limit = (int) Math.min(maxBytes, Integer.MAX_VALUE - 9L);
    boolean uri = Reference.scheme(reference).equals("file");
    Reference.refuseOtherSchemes(reference, "file");
    String path = uri ? filePath(reference, shown) : reference;
    int mark = path.indexOf(IN_ARCHIVE);
    if (mark > 0) {
      Path archive = resolve(path.substring(0, mark), shown);
      if (Files.isRegularFile(archive)) {
        String entry = path.substring(mark + IN_ARCHIVE.length());
        return archives.read(inside(archive, shown), entry, shown, limit);
      }
    }
    if (!uri && Files.isRegularFile(root)) {
      return archives.read(root.toRealPath(), path, shown, limit);
    }
    return file(inside(resolve(path, shown), shown), shown, limit);
  }

  private static byte[] file(Path real, String shown, int limit) throws IOException {
    // The path is free of links; if its last part has become one since, it is not followed.
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      // One byte more than allowed is enough to know that the file is too long, whatever its size
      // says.
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IOException(
            "image file " + shown + " is larger than the limit of " + limit + " bytes");
      }
      return bytes;
    } catch (FileSystemException e) {
      throw new IOException("image file " + shown + " cannot be read: " + reason(e), e);
    }
  }

  /** The path of a {@code file:} URI, which must be absolute and on this machine. */
  private static String filePath(String reference, String shown) throws IOException {
    try {
      URI uri = new URI(reference);
      String host = uri.getRawAuthority();
      boolean here = host == null || host.equalsIgnoreCase("localhost");
      if (here && uri.getPath() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return Path.of(new URI("file", null, uri.getPath(), null)).toString();
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw notAFileUri(shown, e);
    }
    throw notAFileUri(shown, null);
  }

  private static IOException notAFileUri(String shown, @Nullable Exception e) {
    return new IOException(
        "image " + shown + " is not a file: URI; expected file:///folder/name, a space as %20", e);
  }

  private Path resolve(String path, String shown) throws IOException {
    try {
      Path file = root.resolve(path.replace('\\', '/')).normalize();
      if (!file.startsWith(root)) {
        throw outside(shown);
      }
      return file;
    } catch (InvalidPathException e) {
      throw new IOException("image path " + shown + " is not a valid path", e);
    }
  }

  /** The regular file a path leads to, free of links. */
  private Path inside(Path file, String shown) throws IOException {
    Path real;
    try {
      real = file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new IOException("no image file " + shown + " under " + root, e);
    } catch (FileSystemException e) {
      throw new IOException("image path " + shown + " cannot be followed: " + reason(e), e);
    }
    if (links == Links.INSIDE_ROOT && !real.startsWith(root.toRealPath())) {
      throw outside(shown);
    }
    if (!Files.isRegularFile(real)) {
      throw new IOException("image path " + shown + " is not a file");
    }
    return real;
  }

  private IOException outside(String shown) {
    return new IOException("image path " + shown + " leads outside " + root);
  }

  /** Without the absolute path that the exception begins with. */
  private static String reason(FileSystemException e) {
    String reason = e.getReason();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
