package dev.amulet.format;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * This file is not an amulet that can be used: retire the model.
 *
 * <p>The message says where (file, entry, field), what was found, what was expected and, when there
 * is something to do, what to do.
 */
public final class ArtifactException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public ArtifactException(String message) {
    super(message);
  }

  public ArtifactException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
