package dev.amulet.runtime;

import dev.amulet.runtime.internal.source.AddressRange;
import dev.amulet.runtime.internal.source.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * Which images may be fetched from the web, and what that may cost. Nothing is allowed that is not
 * listed.
 *
 * @param origins what may be fetched: {@code https://images.example.com}, {@code http://host:8080},
 *     or {@code https://.example.com} for every host below that domain (not the domain itself)
 * @param networks private or special networks that hosts may lie in, as {@code 10.1.0.0/16}; every
 *     other address must be a public one
 * @param maxRedirects redirects followed; each is checked like the first address, and none leads
 *     from https to http
 * @param connectTimeoutMs longest wait for a connection, in milliseconds
 * @param timeoutMs longest time one image may take from name look-up to last byte, in milliseconds
 */
public record HttpPolicy(
    List<String> origins,
    List<String> networks,
    int maxRedirects,
    int connectTimeoutMs,
    int timeoutMs) {
  private static final int MOST_REDIRECTS = 10;
  private static final int LONGEST_MS = 600_000;

  /**
   * Checks every entry.
   *
   * @throws IllegalArgumentException when an origin or network is not one, or a number is out of
   *     range
   */
  public HttpPolicy {
    origins = List.copyOf(origins);
    networks = List.copyOf(networks);
    origins.forEach(Origin::parse);
    networks.forEach(AddressRange::parse);
    inRange("maxRedirects", maxRedirects, 0, MOST_REDIRECTS);
    inRange("connectTimeoutMs", connectTimeoutMs, 1, LONGEST_MS);
    inRange("timeoutMs", timeoutMs, 1, LONGEST_MS);
  }

  private static void inRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected " + least + " to " + most);
    }
  }

  /** Starts from the defaults, which allow nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The defaults with origins and networks from one text, separated by commas: {@code
   * https://images.example.com, 10.1.0.0/16}.
   */
  public static HttpPolicy of(String list) {
    Builder builder = builder();
    for (String entry : list.split(",", -1)) {
      String text = entry.strip();
      if (text.contains("://")) {
        builder.allow(text);
      } else if (!text.isEmpty()) {
        builder.allowNetwork(text);
      }
    }
    return builder.build();
  }

  /** Builds {@link HttpPolicy}; not safe for concurrent use. */
  public static final class Builder {
    private final List<String> origins = new ArrayList<>();
    private final List<String> networks = new ArrayList<>();
    private int maxRedirects;
    private int connectTimeoutMs = 2_000;
    private int timeoutMs = 5_000;

    private Builder() {}

    /** Adds scheme, host and, where it is not the scheme's own, port. Default none. */
    public Builder allow(String origin) {
      origins.add(origin);
      return this;
    }

    /**
     * Adds a network that is not public and may be reached all the same: an intranet's, or {@code
     * 127.0.0.0/8} in a test. Default none.
     */
    public Builder allowNetwork(String network) {
      networks.add(network);
      return this;
    }

    /** Default 0. */
    public Builder maxRedirects(int redirects) {
      maxRedirects = redirects;
      return this;
    }

    /** Default 2000 ms. */
    public Builder connectTimeoutMs(int milliseconds) {
      connectTimeoutMs = milliseconds;
      return this;
    }

    /** Default 5000 ms; the thread that scores the row waits so long. */
    public Builder timeoutMs(int milliseconds) {
      timeoutMs = milliseconds;
      return this;
    }

    /** Fails with IllegalArgumentException as {@link HttpPolicy} says. */
    public HttpPolicy build() {
      return new HttpPolicy(origins, networks, maxRedirects, connectTimeoutMs, timeoutMs);
    }
  }
}
