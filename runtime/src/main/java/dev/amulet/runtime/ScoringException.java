package dev.amulet.runtime;

import java.io.Serial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * This row cannot be scored: skip it. The model and the other rows of the batch are fine.
 *
 * <p>{@link #reason()} is stable across versions and safe to branch on; the message is for people
 * and says which column, what was found and what was expected.
 */
public final class ScoringException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Why a row is refused. Codes are added, never renamed. */
  public enum Reason {
    /** The schema has no such input column. */
    UNKNOWN_COLUMN,
    /** The value does not fit the column's type. */
    INVALID_VALUE,
    /** A column that must have an image has none. */
    MISSING_IMAGE,
    /** The image could not be read from its source. */
    UNREADABLE_IMAGE,
    /**
     * The image was read but is no picture this runtime decodes, is damaged, or exceeds a limit.
     */
    BAD_IMAGE,
    /**
     * Reading or decoding the image took longer than allowed, or was interrupted; another try, or a
     * quieter machine, may succeed.
     */
    IMAGE_TIMEOUT;

    /** Lower-case form used in files and over the wire. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Reason reason;
  private final @Nullable String column;

  public ScoringException(Reason reason, @Nullable String column, String message) {
    this(reason, column, message, null);
  }

  public ScoringException(
      Reason reason, @Nullable String column, String message, @Nullable Throwable cause) {
    this(column == null ? message : "column \"" + column + "\": " + message, reason, column, cause);
  }

  private ScoringException(
      String fullMessage, Reason reason, @Nullable String column, @Nullable Throwable cause) {
    super(fullMessage, cause);
    this.reason = reason;
    this.column = column;
  }

  /** The same, of a row among several. */
  ScoringException inRow(int row) {
    return new ScoringException("row " + row + ": " + getMessage(), reason, column, this);
  }

  public Reason reason() {
    return reason;
  }

  /** The input column at fault, or null when the whole row is. */
  public @Nullable String column() {
    return column;
  }
}
