package dev.amulet.runtime.internal.source;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A web address, read strictly: what is not plainly {@code http(s)://host[:port][/path][?query]} in
 * printable ASCII is refused rather than repaired.
 *
 * @param scheme "http" or "https"
 * @param host lower case
 * @param target path and query as they go into the request, beginning with a slash
 */
record HttpUrl(String scheme, String host, int port, String target) {
  private static final int LONGEST = 8192;

  /** A host and a port. */
  record Authority(String host, int port) {}

  static HttpUrl parse(String text) throws IOException {
    String shown = Reference.quoted(text);
    String scheme = Reference.scheme(text);
    boolean https = scheme.equals("https");
    if ((!https && !scheme.equals("http")) || !text.startsWith("//", scheme.length() + 1)) {
      throw new IOException("image " + shown + " is no web address; expected https://host/path");
    }
    if (text.length() > LONGEST) {
      throw new IOException("image " + shown + " is longer than " + LONGEST + " characters");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7F || c == '\\' || c == '#') {
        throw new IOException(
            String.format(
                "image %s has U+%04X in its address; write it as %%XX in a path, a host name in its"
                    + " xn-- form",
                shown, (int) c));
      }
    }
    int start = scheme.length() + 3;
    int end = start;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
      end++;
    }
    Authority authority = authority(text.substring(start, end), https ? 443 : 80);
    if (authority == null) {
      throw new IOException(
          "image "
              + shown
              + " names no host that can be allowed; expected letters, digits, dots and hyphens, or"
              + " four decimal numbers, and no user name");
    }
    String target = text.substring(end);
    return new HttpUrl(
        scheme, authority.host(), authority.port(), target.startsWith("/") ? target : "/" + target);
  }

  /** Null when the text is not {@code host} or {@code host:port}. */
  static @Nullable Authority authority(String text, int otherwise) {
    int colon = text.indexOf(':');
    Optional<String> host = HostName.parse(colon < 0 ? text : text.substring(0, colon));
    int port = colon < 0 ? otherwise : port(text.substring(colon + 1));
    return host.isEmpty() || port == 0 ? null : new Authority(host.get(), port);
  }

  /** 0 when the text is no port. */
  private static int port(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || text.length() > 5 || text.startsWith("0")) {
      return 0;
    }
    int port = Integer.parseInt(text);
    return port > 65535 ? 0 : port;
  }

  /** Where a redirect of this address leads; never from https to http. */
  HttpUrl redirected(String location) throws IOException {
    String text = location;
    if (Reference.scheme(location).isEmpty()) {
      String origin = scheme + "://" + authorityText();
      if (location.startsWith("//")) {
        text = scheme + ":" + location;
      } else if (location.startsWith("/")) {
        text = origin + location;
      } else {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        text = origin + path.substring(0, path.lastIndexOf('/') + 1) + location;
      }
    }
    HttpUrl next = parse(text);
    if (scheme.equals("https") && !next.scheme.equals("https")) {
      throw new IOException(shown() + " redirects from https to http, which is refused");
    }
    return next;
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  /** The host, and the port where it is not the scheme's own. */
  String authorityText() {
    return port == (isSecure() ? 443 : 80) ? host : host + ":" + port;
  }

  /** For error texts. */
  String shown() {
    return "image " + Reference.quoted(scheme + "://" + authorityText() + target);
  }
}
