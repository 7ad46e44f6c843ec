package dev.amulet.runtime.internal.source;

import java.io.IOException;
import java.util.Locale;

/** The text that names an image: its scheme, and how error texts show it. */
public final class Reference {
  private static final int SHOWN = 120;

  private Reference() {}

  /**
   * What stands before the first colon, lower case, where that is a URI scheme of two characters or
   * more ({@code C:\photo.jpg} is a path); else "".
   */
  public static String scheme(String reference) {
    for (int i = 0; i < reference.length(); i++) {
      char c = reference.charAt(i);
      if (c == ':') {
        return i < 2 ? "" : reference.substring(0, i).toLowerCase(Locale.ROOT);
      }
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      if (!letter && (i == 0 || !later)) {
        return "";
      }
    }
    return "";
  }

  /**
   * Refuses what cannot be a path: web addresses, and anything else that begins like {@code s3://}.
   *
   * @param own the one scheme that is not refused
   */
  public static void refuseOtherSchemes(String reference, String own) throws IOException {
    String scheme = scheme(reference);
    if (scheme.isEmpty() || scheme.equals(own)) {
      return;
    }
    if (scheme.equals("http") || scheme.equals("https")) {
      throw new IOException(
          "image "
              + quoted(reference)
              + " is on the web, and fetching is off; allow its host in"
              + " ScorerOptions.imageSource with ImageSource.http (command line:"
              + " AMULET_ALLOW_HTTP=https://host), or pass the bytes");
    }
    if (reference.startsWith("//", scheme.length() + 1)) {
      throw new IOException(
          "image "
              + quoted(reference)
              + " has the scheme "
              + scheme
              + ", which nothing reads here; add a source for it with ImageSource.with");
    }
  }

  /**
   * The reference in quotes: cut where it is long, without control characters, and without what may
   * be a secret in a web address (user, password, signed query).
   */
  public static String quoted(String reference) {
    String scheme = scheme(reference);
    String text = reference;
    if (scheme.equals("http") || scheme.equals("https")) {
      text = withoutSecrets(reference);
    }
    StringBuilder shown = new StringBuilder("\"");
    int length = text.length() <= SHOWN ? text.length() : SHOWN;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) ? '?' : c);
    }
    if (length < text.length()) {
      shown.append("… (").append(text.length()).append(" characters)");
    }
    return shown.append('"').toString();
  }

  private static String withoutSecrets(String url) {
    int query = url.indexOf('?');
    String text = query < 0 ? url : url.substring(0, query) + "?…";
    int at = text.lastIndexOf('@');
    int slashes = text.indexOf("//");
    return at < 0 || slashes < 0 || slashes > at
        ? text
        : text.substring(0, slashes + 2) + "…" + text.substring(at);
  }
}
