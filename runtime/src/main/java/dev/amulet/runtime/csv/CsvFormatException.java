package dev.amulet.runtime.csv;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A text that is no table, or not the table that is needed; the message says where and what to do.
 */
public final class CsvFormatException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  CsvFormatException(String message) {
    this(message, null);
  }

  CsvFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
