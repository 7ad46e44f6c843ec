package dev.amulet.server.model;

import dev.amulet.runtime.ScoringException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * This request cannot be answered as asked. The message is for the caller: it says where, what was
 * found, what was expected, and never how the server is made.
 */
public final class RequestException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * What went wrong, as every protocol tells it in its own codes. Codes are added, never renamed.
   */
  public enum Kind {
    /** Not the syntax, shape, type or column that is expected. */
    INVALID_REQUEST(400),
    /** A token is missing. */
    UNAUTHENTICATED(401),
    /** The token is not one that may do this. */
    FORBIDDEN(403),
    /** No such path, model or version. */
    NOT_FOUND(404),
    /** The path is known, the method is not. */
    METHOD_NOT_ALLOWED(405),
    /** More bytes or rows than the server takes. */
    TOO_LARGE(413),
    /** A media type or character set that is not read here. */
    UNSUPPORTED_MEDIA_TYPE(415),
    /** A row is well formed and cannot be scored: an image that is no picture, or over a limit. */
    UNPROCESSABLE_ROW(422),
    /** This client asks for more than its share. */
    TOO_MANY_REQUESTS(429),
    /** The client is gone; in logs only. */
    CANCELLED(499),
    /** A bug of ours. */
    INTERNAL(500),
    /** The model, or this server, does not do it. */
    UNSUPPORTED(501),
    /** The server has too much to do, is not ready, or is about to stop; ask again. */
    UNAVAILABLE(503),
    /** The time the caller gave is over. */
    DEADLINE_EXCEEDED(504);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /** The HTTP status code. */
    public int status() {
      return status;
    }
  }

  private final Kind kind;
  private final String code;
  private final @Nullable String field;
  private final int row;

  public RequestException(Kind kind, String message) {
    this(kind, kind.name(), message, null, -1, null);
  }

  public RequestException(Kind kind, String message, @Nullable String field) {
    this(kind, kind.name(), message, field, -1, null);
  }

  private RequestException(
      Kind kind,
      String code,
      String message,
      @Nullable String field,
      int row,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
    this.field = field;
    this.row = row;
  }

  /**
   * The request is not what the API expects; {@code field} is a path such as {@code rows[3][1]}.
   */
  public static RequestException invalid(@Nullable String field, String message) {
    return new RequestException(Kind.INVALID_REQUEST, message, field);
  }

  /** A row that cannot be scored. */
  public static RequestException row(int row, ScoringException e) {
    Kind kind =
        switch (e.reason()) {
          case UNKNOWN_COLUMN, INVALID_VALUE -> Kind.INVALID_REQUEST;
          case MISSING_IMAGE, UNREADABLE_IMAGE, BAD_IMAGE -> Kind.UNPROCESSABLE_ROW;
          case IMAGE_TIMEOUT -> Kind.DEADLINE_EXCEEDED;
        };
    return new RequestException(
        kind, e.reason().name(), "row " + row + ": " + e.getMessage(), e.column(), row, e);
  }

  /** The same, at a place in the request. */
  public RequestException at(String place) {
    return new RequestException(kind, code, String.valueOf(getMessage()), place, row, this);
  }

  public Kind kind() {
    return kind;
  }

  /** A stable code: the kind's name, or the reason a row cannot be scored, such as BAD_IMAGE. */
  public String code() {
    return code;
  }

  /** Where in the request, or null. */
  public @Nullable String field() {
    return field;
  }

  /** Index of the row at fault, or -1. */
  public int row() {
    return row;
  }

  /** The caller is told, nobody else needs the stack. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
