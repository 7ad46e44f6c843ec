package dev.amulet.runtime;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Turns an image reference (the text of a cell) into encoded bytes. The one extension point of the
 * runtime: object stores, databases and caches plug in here.
 *
 * <p>Implementations must be safe for concurrent use.
 */
@FunctionalInterface
public interface ImageSource {
  /**
   * Reads one image.
   *
   * @param reference the cell's text, never empty
   * @param maxBytes the most bytes to return; a longer image must be refused without reading it all
   * @return the encoded file
   * @throws IOException when there is no such image or it cannot be read; the message names it
   */
  byte[] read(String reference, long maxBytes) throws IOException;

  /**
   * Files below {@code root}, by exact relative path; a path that leads outside is refused. {@link
   * ImageFolder} is the more forgiving one.
   */
  static ImageSource under(Path root) {
    return new FolderImageSource(root);
  }

  /** Refuses every reference: only inline bytes can be scored. */
  static ImageSource none() {
    return (reference, maxBytes) -> {
      throw new IOException(
          "image \""
              + reference
              + "\" is a path, and no image root is set; set ScorerOptions.imageRoot (--image-root)"
              + " or pass the bytes");
    };
  }
}
