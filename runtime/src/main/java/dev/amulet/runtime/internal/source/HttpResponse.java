package dev.amulet.runtime.internal.source;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 response (RFC 9112), read strictly: whatever two readers could take for two different
 * messages is refused.
 */
final class HttpResponse {
  /** Status line and headers together; trailers too. */
  private static final int MOST_HEAD_BYTES = 32 << 10;

  private static final int MOST_INTERIM = 8;
  private static final int LONGEST_CHUNK_LINE = 256;

  private final InputStream in;
  private final String shown;
  private final int status;
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();
  private int headBytes;

  private HttpResponse(InputStream in, String shown) throws IOException {
    this.in = in;
    this.shown = shown;
    status = statusLine(line(MOST_HEAD_BYTES));
    for (String line = headLine(); !line.isEmpty(); line = headLine()) {
      field(line);
    }
  }

  /** Reads to the end of the headers, past interim responses. */
  static HttpResponse read(InputStream in, String shown) throws IOException {
    for (int i = 0; i < MOST_INTERIM; i++) {
      HttpResponse response = new HttpResponse(in, shown);
      if (response.status >= 200) {
        return response;
      }
      if (response.status == 101) {
        break;
      }
    }
    throw new IOException(shown + ": the server does not come to an answer");
  }

  int status() {
    return status;
  }

  /** Where a redirect leads; null when it does not say. */
  @Nullable String location() throws IOException {
    return only("location");
  }

  /** Reads the body, never more than a byte beyond the limit. */
  byte[] body(long maxBytes) throws IOException {
    String coding = only("content-encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw bad("content encoding " + Reference.quoted(coding) + " was not asked for");
    }
    String transfer = only("transfer-encoding");
    String length = only("content-length");
    if (transfer != null) {
      if (!transfer.equalsIgnoreCase("chunked") || length != null) {
        throw bad("transfer encoding other than chunked, or with a content length");
      }
      return chunked(maxBytes);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (length == null) {
      byte[] rest = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
      if (rest.length > maxBytes) {
        throw tooLarge(maxBytes);
      }
      return rest;
    }
    if (!length.matches("[0-9]{1,18}")) {
      throw bad("content length " + Reference.quoted(length));
    }
    copy(Long.parseLong(length), body, maxBytes);
    return body.toByteArray();
  }

  private byte[] chunked(long maxBytes) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String line = line(LONGEST_CHUNK_LINE);
      int semicolon = line.indexOf(';');
      String size = (semicolon < 0 ? line : line.substring(0, semicolon)).stripTrailing();
      if (!size.matches("[0-9A-Fa-f]{1,15}")) {
        throw bad("chunk size " + Reference.quoted(size));
      }
      long bytes = Long.parseLong(size, 16);
      if (bytes == 0) {
        while (!headLine().isEmpty()) {
          // Trailers say nothing about the bytes.
        }
        return body.toByteArray();
      }
      copy(bytes, body, maxBytes);
      if (!line(LONGEST_CHUNK_LINE).isEmpty()) {
        throw bad("a chunk is longer than it says");
      }
    }
  }

  /** Appends exactly so many bytes, in pieces, so that a lie allocates nothing. */
  private void copy(long bytes, ByteArrayOutputStream body, long maxBytes) throws IOException {
    if (bytes > maxBytes - body.size()) {
      throw tooLarge(maxBytes);
    }
    byte[] piece = new byte[(int) Math.min(bytes, 16 << 10)];
    for (long left = bytes; left > 0; ) {
      int read = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        throw new EOFException(
            shown + ": the connection ended " + left + " bytes before the end of the image");
      }
      body.write(piece, 0, read);
      left -= read;
    }
  }

  private int statusLine(String line) throws IOException {
    if (!line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
      throw bad("status line " + Reference.quoted(line));
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private void field(String line) throws IOException {
    int colon = line.indexOf(':');
    if (colon <= 0 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw bad("header line " + Reference.quoted(line));
    }
    names.add(line.substring(0, colon).toLowerCase(Locale.ROOT));
    values.add(line.substring(colon + 1).strip());
  }

  /** The value of a header that may come once. */
  private @Nullable String only(String name) throws IOException {
    int at = names.indexOf(name);
    if (at != names.lastIndexOf(name)) {
      throw bad("two headers " + name);
    }
    return at < 0 ? null : values.get(at);
  }

  private String headLine() throws IOException {
    String line = line(MOST_HEAD_BYTES - headBytes);
    headBytes += line.length() + 2;
    return line;
  }

  /** One line without its end, which is carriage return and line feed and nothing less. */
  private String line(int mostBytes) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException(shown + ": the connection ended in the middle of the answer");
      }
      if (c == '\r') {
        if (in.read() != '\n') {
          throw bad("carriage return within a line");
        }
        return line.toString();
      }
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        throw bad("control character in a header");
      }
      if (line.length() >= mostBytes) {
        throw bad("header of more than " + mostBytes + " bytes");
      }
      line.append((char) c);
    }
  }

  private IOException tooLarge(long maxBytes) {
    return new IOException(shown + " is larger than the limit of " + maxBytes + " bytes");
  }

  private IOException bad(String what) {
    return new IOException(shown + ": the server's answer is not sound: " + what);
  }
}
