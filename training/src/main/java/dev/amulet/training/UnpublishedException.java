package dev.amulet.training;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A finished amulet failed one of its own checks and was not published: the work failed, not the
 * input. The message says which check, where, and what was found.
 */
public final class UnpublishedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public UnpublishedException(String message) {
    this(message, null);
  }

  public UnpublishedException(String message, @Nullable Throwable cause) {
    super("the finished amulet is not published: " + message, cause);
  }
}
