package dev.amulet.training.weights;

import java.io.IOException;
import java.io.Serial;

/** A file is no sound weight file; the message says what was found, without the file's name. */
public final class WeightFileException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public WeightFileException(String message) {
    super(message);
  }

  public WeightFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
