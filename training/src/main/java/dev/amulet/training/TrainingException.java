package dev.amulet.training;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The data or the settings cannot be trained on as they are.
 *
 * <p>The message is advice to the user in one to three lines: what was found, where, and what to
 * do.
 */
public final class TrainingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
