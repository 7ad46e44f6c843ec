package dev.amulet.runtime.internal.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that stand in the cell itself: {@code data:} URIs (RFC 2397, base64 or percent-encoded,
 * of any media type, because the bytes say what they are) and plain base64.
 */
public final class InlineImage {
  /** Plain base64 of this length that begins like a picture is no path, however it goes on. */
  private static final int LONGER_THAN_PATHS = 4096;

  private static final int MAGIC_BYTES = 18;
  private static final int LONGEST_HEADER = 1024;
  private static final String BASE64 = ";base64";

  private InlineImage() {}

  /** Whether a cell is a {@code data:} URI, which is one image though it contains semicolons. */
  public static boolean isDataUri(String text) {
    return text.regionMatches(true, 0, "data:", 0, 5);
  }

  /**
   * Decodes a picture in a cell.
   *
   * @param maxBytes most bytes of the picture, checked before they are allocated
   * @return null when the text is a reference
   * @throws IOException when it is a picture that is badly written or too long
   */
  public static byte @Nullable [] decode(String text, long maxBytes) throws IOException {
    if (isDataUri(text)) {
      try {
        return dataUri(text, maxBytes);
      } catch (IOException e) {
        throw new IOException("image " + Reference.quoted(text) + ": " + e.getMessage(), e);
      }
    }
    if (!startsLikeAPicture(Base64Text.start(text, MAGIC_BYTES))) {
      return null;
    }
    if (text.length() < LONGER_THAN_PATHS && !Base64Text.isSound(text)) {
      return null;
    }
    try {
      return Base64Text.decode(text, 0, maxBytes);
    } catch (IOException e) {
      throw new IOException("image " + Reference.quoted(text) + ": " + e.getMessage(), e);
    }
  }

  private static byte[] dataUri(String text, long maxBytes) throws IOException {
    int comma = text.indexOf(',');
    if (comma < 0 || comma > LONGEST_HEADER) {
      throw new IOException("no comma after its media type; expected data:image/png;base64,…");
    }
    String header = text.substring(0, comma).stripTrailing().toLowerCase(Locale.ROOT);
    if (!header.endsWith(BASE64)) {
      return percentDecoded(text, comma + 1, maxBytes);
    }
    if (text.indexOf('%', comma) < 0) {
      return Base64Text.decode(text, comma + 1, maxBytes);
    }
    byte[] plain = percentDecoded(text, comma + 1, text.length());
    return Base64Text.decode(new String(plain, StandardCharsets.ISO_8859_1), 0, maxBytes);
  }

  private static byte[] percentDecoded(String text, int from, long maxBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = from; i < text.length(); i++) {
      int at = i - from;
      char c = text.charAt(i);
      int value = c;
      if (c == '%') {
        value = i + 2 < text.length() ? hex(text.charAt(i + 1)) * 16 + hex(text.charAt(i + 2)) : -1;
        i += 2;
      } else if (c <= ' ' || c >= 0x7F || c == '#') {
        value = -1;
      }
      if (value < 0) {
        throw new IOException("its data at position " + at + " is neither plain ASCII nor %XX");
      }
      if (bytes.size() == maxBytes) {
        throw new IOException("has more bytes than the limit of " + maxBytes);
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }

  /** Far below zero for what is no digit, so that two of them never make a byte. */
  private static int hex(char c) {
    int value = c < 128 ? Character.digit(c, 16) : -1;
    return value < 0 ? -4096 : value;
  }

  /** The first bytes of JPEG, PNG, GIF, BMP, WebP and TIFF. */
  private static boolean startsLikeAPicture(byte[] bytes) {
    return starts(bytes, 0, "\u00FF\u00D8\u00FF")
        || starts(bytes, 0, "\u0089PNG\r\n\u001A\n")
        || starts(bytes, 0, "GIF87a")
        || starts(bytes, 0, "GIF89a")
        || (starts(bytes, 0, "RIFF") && starts(bytes, 8, "WEBP"))
        || starts(bytes, 0, "II*\0")
        || starts(bytes, 0, "MM\0*")
        || starts(bytes, 0, "II+\0")
        || starts(bytes, 0, "MM\0+")
        || isBitmap(bytes);
  }

  /** "BM" alone is too little: "Qk1" begins many words. Its reserved and size fields are fixed. */
  private static boolean isBitmap(byte[] bytes) {
    return starts(bytes, 0, "BM")
        && starts(bytes, 6, "\0\0\0\0")
        && starts(bytes, 15, "\0\0\0")
        && bytes[14] >= 12
        && bytes[14] <= 124;
  }

  private static boolean starts(byte[] bytes, int at, String magic) {
    if (bytes.length < at + magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if ((bytes[at + i] & 0xFF) != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
