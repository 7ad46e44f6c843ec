package dev.amulet.runtime.internal.image;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** This image file cannot be used; the message says what was found and what was expected. */
public final class ImageException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** Why an image was refused; names are stable. */
  public enum Reason {
    /** The first bytes are those of no known format. */
    UNKNOWN_FORMAT,
    /** A known format that the policy leaves out. */
    FORMAT_NOT_ALLOWED,
    /** A known format, or a variant of one, that cannot be decoded here. */
    UNSUPPORTED,
    /** The file ends before its picture does. */
    TRUNCATED,
    /** The file contradicts its format. */
    CORRUPT,
    /** More encoded bytes than the policy allows. */
    TOO_LARGE,
    /** More pixels, or a longer side, than the policy allows. */
    TOO_MANY_PIXELS,
    /** More JPEG scans than the policy allows. */
    TOO_MANY_SCANS,
    /** More metadata than the policy allows. */
    TOO_MUCH_METADATA,
    /** Decoding took longer than the policy allows. */
    TOO_SLOW
  }

  private final Reason reason;

  ImageException(Reason reason, String message) {
    this(reason, message, null);
  }

  ImageException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Never null. */
  public Reason reason() {
    return reason;
  }
}
