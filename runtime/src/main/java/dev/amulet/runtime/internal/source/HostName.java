package dev.amulet.runtime.internal.source;

import java.util.Locale;
import java.util.Optional;

/**
 * The one way to write a host: DNS labels of ASCII letters, digits, hyphens and underscores, or
 * four decimal numbers. Every other spelling that some resolver would understand is none (octal,
 * hex, one number, fewer than four, a dot at the end, brackets, percent signs, Unicode), because
 * two readers of it may think of two hosts.
 */
final class HostName {
  private static final int MOST_CHARACTERS = 253;
  private static final int MOST_LABEL = 63;

  private HostName() {}

  /** Lower case; empty when the text is no host. */
  static Optional<String> parse(String text) {
    if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    String[] labels = text.split("\\.", -1);
    for (String label : labels) {
      if (!isLabel(label)) {
        return Optional.empty();
      }
    }
    if (looksLikeNumber(labels[labels.length - 1]) && !isDottedQuad(labels)) {
      return Optional.empty();
    }
    return Optional.of(text.toLowerCase(Locale.ROOT));
  }

  static boolean isAddress(String host) {
    return looksLikeNumber(host.substring(host.lastIndexOf('.') + 1));
  }

  private static boolean isLabel(String label) {
    if (label.isEmpty()
        || label.length() > MOST_LABEL
        || label.startsWith("-")
        || label.endsWith("-")) {
      return false;
    }
    return label.chars().allMatch(c -> isLetter(c) || isDigit(c) || c == '-' || c == '_');
  }

  /** A name whose last label is a number, hex included, is read as an address by many. */
  private static boolean looksLikeNumber(String label) {
    boolean hex =
        label.regionMatches(true, 0, "0x", 0, 2)
            && label.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0);
    return hex || label.chars().allMatch(HostName::isDigit);
  }

  private static boolean isDottedQuad(String[] labels) {
    if (labels.length != 4) {
      return false;
    }
    for (String label : labels) {
      boolean plain = label.chars().allMatch(HostName::isDigit) && label.length() <= 3;
      if (!plain
          || (label.length() > 1 && label.startsWith("0"))
          || Integer.parseInt(label) > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
