package dev.amulet.runtime.internal.source;

/**
 * What may be fetched: a scheme, a host or all hosts below a domain, a port.
 *
 * @param host with a dot before it where it stands for all hosts below
 */
public record Origin(String scheme, String host, int port) {
  /** Reads {@code https://host}, {@code https://.domain} or either with {@code :port}. */
  public static Origin parse(String text) {
    boolean https = text.regionMatches(true, 0, "https://", 0, 8);
    if (https || text.regionMatches(true, 0, "http://", 0, 7)) {
      String rest = text.substring(https ? 8 : 7);
      boolean below = rest.startsWith(".");
      HttpUrl.Authority authority =
          HttpUrl.authority(below ? rest.substring(1) : rest, https ? 443 : 80);
      if (authority != null && !(below && HostName.isAddress(authority.host()))) {
        return new Origin(
            https ? "https" : "http", (below ? "." : "") + authority.host(), authority.port());
      }
    }
    throw new IllegalArgumentException(
        "\""
            + text
            + "\" is no origin; expected https://host, http://host:port, or https://.domain for all"
            + " hosts below a domain");
  }

  boolean allows(HttpUrl url) {
    boolean sameHost = host.startsWith(".") ? url.host().endsWith(host) : url.host().equals(host);
    return sameHost && url.scheme().equals(scheme) && url.port() == port;
  }
}
