package dev.amulet.runtime;

import dev.amulet.runtime.internal.source.HttpImageSource;
import dev.amulet.runtime.internal.source.InlineImage;
import dev.amulet.runtime.internal.source.Reference;
import dev.amulet.runtime.internal.source.SchemeImageSource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Turns an image reference (the text of a cell) into encoded bytes. The one extension point of the
 * runtime: object stores, databases and caches plug in here.
 *
 * <pre>{@code
 * ImageSource images =
 *     ImageSource.under(Path.of("photos"))                        // photos/a.jpg, photos.zip!/a.jpg
 *         .with(ImageSource.http(policy), "http", "https")
 *         .with(bucket::read, "s3");
 * }</pre>
 *
 * <p>Pictures that stand in the cell itself never come here, whatever the source: {@code data:}
 * URIs, and base64 text that decodes to the first bytes of an image format.
 *
 * <p>Implementations must be safe for concurrent use.
 */
@FunctionalInterface
public interface ImageSource {
  /** Where symbolic links below an image root may lead. */
  enum Links {
    /** To files below the root only. */
    INSIDE_ROOT,
    /** Anywhere: for folders of links that whoever runs the scorer has made. */
    ANYWHERE
  }

  /**
   * Reads one image.
   *
   * @param reference the cell's text, never empty
   * @param maxBytes the most bytes to return; a longer image must be refused without reading it all
   * @return the encoded file
   * @throws java.io.InterruptedIOException when time ran out or the thread was interrupted: the row
   *     fails, whatever the model says about missing images, because another try may succeed
   * @throws IOException when there is no such image or it cannot be read; the message names it. The
   *     model says whether the row fails or scores as one without the image
   */
  byte[] read(String reference, long maxBytes) throws IOException;

  /**
   * Files below {@code root}, by exact relative path, absolute path or {@code file:} URI, and
   * entries of zip archives below it, as {@code archive.zip!/path/in/archive}. Where root is itself
   * a zip archive, references are its entries. Whatever leads outside is refused, links included.
   *
   * <p>{@link ImageFolder} finds files more forgivingly.
   */
  static ImageSource under(Path root) {
    return under(root, Links.INSIDE_ROOT);
  }

  /** As {@link #under(Path)}, and says where links may lead. */
  static ImageSource under(Path root, Links links) {
    return new FolderImageSource(root, links);
  }

  /** Fetches {@code http:} and {@code https:} URLs that the policy allows, and nothing else. */
  static ImageSource http(HttpPolicy policy) {
    return new HttpImageSource(policy);
  }

  /**
   * The picture that stands in a cell itself, as the runtime reads it: a {@code data:} URI, or
   * base64 that begins like an image file.
   *
   * @param maxBytes most bytes of the picture, checked before they are allocated
   * @return the encoded file, or null when the cell is a reference
   * @throws IOException when it is a picture that is badly written or too long
   */
  static byte @Nullable [] inline(String cell, long maxBytes) throws IOException {
    return InlineImage.decode(cell, maxBytes);
  }

  /** Refuses every reference: only inline images can be scored. */
  static ImageSource none() {
    return (reference, maxBytes) -> {
      Reference.refuseOtherSchemes(reference, "file");
      throw new IOException(
          "image "
              + Reference.quoted(reference)
              + " is a path, and no image root is set; set ScorerOptions.imageRoot (--image-root)"
              + " or pass the bytes");
    };
  }

  /**
   * This source, but references that start with one of these schemes (and a colon) go to another.
   *
   * @param schemes in any letter case, such as {@code "s3"}; two characters or more, not "data"
   */
  default ImageSource with(ImageSource other, String... schemes) {
    return new SchemeImageSource(this, other, schemes);
  }
}
