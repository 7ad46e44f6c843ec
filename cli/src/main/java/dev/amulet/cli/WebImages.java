package dev.amulet.cli;

import dev.amulet.runtime.HttpPolicy;
import dev.amulet.runtime.ImageSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads images: below a folder, and from the web as far as the environment variable
 * AMULET_ALLOW_HTTP allows. No option does, so that a copied command line cannot.
 */
final class WebImages {
  static final String VARIABLE = "AMULET_ALLOW_HTTP";

  private WebImages() {}

  /**
   * @param allowed the variable's value: origins such as https://host, networks such as 10.0.0.0/8
   */
  static ImageSource source(Path root, @Nullable String allowed) {
    return source(ImageSource.under(root), allowed);
  }

  /** The same beside files from elsewhere. */
  static ImageSource source(ImageSource files, @Nullable String allowed) {
    if (allowed == null || allowed.isBlank()) {
      return files;
    }
    try {
      return files.with(ImageSource.http(HttpPolicy.of(allowed)), "http", "https");
    } catch (IllegalArgumentException e) {
      throw CommandFailure.wrongInput("environment variable " + VARIABLE + ": " + e.getMessage());
    }
  }
}
