package dev.amulet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Images below one folder, found by whoever wrote the table rather than by their exact path: what
 * training takes a cell for, and so what a table scored from files should be read with.
 *
 * <p>A reference is a path relative to the folder. Backslashes count as slashes; when no file of
 * exactly that name exists, letter case is ignored, and a reference without extension is looked up
 * among the file stems below the folder. That first miss lists the folder once. Two files that fit
 * are none. Nothing outside the folder is found, not through links either. Thread-safe.
 */
public final class ImageFolder implements ImageSource {
  /** Extensions of files and references taken for images, lower case. */
  public static final Set<String> EXTENSIONS =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "pbm", "pgm",
          "ppm", "pnm", "jp2", "exr", "hdr");

  // Folders with more files than this are not listed: cells there must name their files exactly.
  private static final int MOST_LISTED = 200_000;
  private static final String AMBIGUOUS = "";

  private final Path root;
  private final FolderImageSource exact;
  private @Nullable Path realRoot;
  private @Nullable Index index;

  public ImageFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
    exact = new FolderImageSource(root, Links.INSIDE_ROOT);
  }

  @Override
  public byte[] read(String reference, long maxBytes) throws IOException {
    return exact.read(find(reference).orElse(reference), maxBytes);
  }

  /** Whether a file name or reference ends like an image file. */
  public static boolean looksLikeImage(String name) {
    int dot = name.lastIndexOf('.');
    int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    return dot > slash + 1 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** Absolute. */
  public Path root() {
    return root;
  }

  /** Path of a reference that {@link #find} gave. */
  public Path file(String reference) {
    return root.resolve(reference);
  }

  /** The file a reference means, as a path relative to the folder with forward slashes. */
  public synchronized Optional<String> find(String cell) {
    String wanted = normalised(cell);
    Path file;
    try {
      file = root.resolve(wanted).normalize();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
    if (!file.startsWith(root) || file.equals(root)) {
      return Optional.empty();
    }
    String relative = relative(file);
    if (Files.isRegularFile(file)) {
      return staysInside(file) ? Optional.of(relative) : Optional.empty();
    }
    String key = relative.toLowerCase(Locale.ROOT);
    String found = index().byPath.get(key);
    if (found == null && !looksLikeImage(cell)) {
      found = index().byStem.get(key);
    }
    return found == null || found.equals(AMBIGUOUS) ? Optional.empty() : Optional.of(found);
  }

  /** The folder below this one from which a reference would be found, for advice. */
  public synchronized Optional<Path> folderHolding(String cell) {
    String wanted = "/" + normalised(cell).toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> entry : index().byPath.entrySet()) {
      String path = entry.getValue();
      if (entry.getKey().endsWith(wanted) && !path.equals(AMBIGUOUS)) {
        return Optional.of(root.resolve(path.substring(0, path.length() - wanted.length())));
      }
    }
    return Optional.empty();
  }

  /** Whether no link leads out of the root, as when scoring. */
  private boolean staysInside(Path file) {
    try {
      Path real = realRoot;
      if (real == null) {
        real = root.toRealPath();
        realRoot = real;
      }
      return file.toRealPath().startsWith(real);
    } catch (IOException e) {
      // It vanished or may not be looked at: not there for us.
      return false;
    }
  }

  private static String normalised(String cell) {
    String path = cell.replace('\\', '/');
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    return path;
  }

  private String relative(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private Index index() {
    Index listed = index;
    if (listed == null) {
      listed = list();
      index = listed;
    }
    return listed;
  }

  private Index list() {
    Index listed = new Index(new HashMap<>(), new HashMap<>());
    if (!Files.isDirectory(root)) {
      return listed;
    }
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean hidden =
                  !folder.equals(root) && folder.getFileName().toString().startsWith(".");
              return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String path = relative(file);
              if (looksLikeImage(path)) {
                listed.add(path);
              }
              return listed.byPath.size() < MOST_LISTED
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              // A folder that may not be listed holds no image that could be read either.
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("image folder " + root + " cannot be listed", e);
    }
    return listed;
  }

  /**
   * Lower-case paths, and stems with and without their folders; two files of one key: ambiguous.
   */
  private record Index(Map<String, String> byPath, Map<String, String> byStem) {
    void add(String path) {
      String key = path.toLowerCase(Locale.ROOT);
      put(byPath, key, path);
      String stem = key.substring(0, key.lastIndexOf('.'));
      put(byStem, stem, path);
      int slash = stem.lastIndexOf('/');
      if (slash >= 0) {
        put(byStem, stem.substring(slash + 1), path);
      }
    }

    private static void put(Map<String, String> map, String key, String path) {
      map.merge(key, path, (a, b) -> AMBIGUOUS);
    }
  }
}
