package dev.amulet.runtime.internal.source;

import java.io.IOException;
import java.util.Arrays;

/**
 * Base64 as pictures come in: the standard or the URL-safe alphabet, with or without padding, with
 * line breaks and tabs anywhere. Anything else is an error, a space included: it is what a plus
 * sign becomes in a badly sent form.
 */
final class Base64Text {
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (int i = 0; i < alphabet.length(); i++) {
      VALUES[alphabet.charAt(i)] = (byte) i;
    }
    VALUES['+'] = 62;
    VALUES['-'] = 62;
    VALUES['/'] = 63;
    VALUES['_'] = 63;
  }

  private Base64Text() {}

  /**
   * Decodes all of a text from one position on.
   *
   * @throws IOException at the first character that does not belong, or when the result would have
   *     more than {@code maxBytes}; nothing of that size is allocated then
   */
  static byte[] decode(String text, int from, long maxBytes) throws IOException {
    int digits = digits(text, from);
    if (digits % 4 == 1) {
      throw new IOException("base64 text ends in the middle of a byte");
    }
    long length = digits * 3L / 4;
    if (length > maxBytes) {
      throw new IOException(
          "has " + length + " bytes, more than the limit of " + maxBytes + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    fill(text, from, bytes);
    return bytes;
  }

  /** Whether all of a text is base64. */
  static boolean isSound(String text) {
    try {
      return digits(text, 0) % 4 != 1;
    } catch (IOException e) {
      return false;
    }
  }

  /** The first bytes of what a text may decode to, as many as it gives. */
  static byte[] start(String text, int bytes) {
    byte[] start = new byte[bytes];
    return Arrays.copyOf(start, fill(text, 0, start));
  }

  /** Counts the characters that carry six bits each, and checks all others. */
  private static int digits(String text, int from) throws IOException {
    int digits = 0;
    int padding = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isBreak(c)) {
        continue;
      }
      if (c == '=') {
        padding++;
      } else if (value(c) < 0 || padding > 0) {
        throw new IOException(
            String.format("base64 text has U+%04X at position %d", (int) c, i - from));
      } else {
        digits++;
      }
    }
    if (padding > 0 && (padding > 2 || (digits + padding) % 4 != 0)) {
      throw new IOException("base64 text of " + digits + " digits ends in " + padding + " '='");
    }
    return digits;
  }

  /** Decodes until the array is full or the text leaves base64; returns how many bytes it gave. */
  private static int fill(String text, int from, byte[] bytes) {
    int buffer = 0;
    int bits = 0;
    int count = 0;
    for (int i = from; i < text.length() && count < bytes.length; i++) {
      char c = text.charAt(i);
      if (isBreak(c)) {
        continue;
      }
      int value = value(c);
      if (value < 0) {
        break;
      }
      buffer = (buffer << 6) | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[count++] = (byte) (buffer >> bits);
      }
    }
    return count;
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r' || c == '\t';
  }

  private static int value(char c) {
    return c < 128 ? VALUES[c] : -1;
  }
}
