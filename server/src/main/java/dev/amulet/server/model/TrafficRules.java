package dev.amulet.server.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which versions get requests that name none: a share goes to a canary, the others to the latest
 * that is neither canary nor shadow. A shadow scores a share of them too, and is not heard.
 * Immutable.
 */
public final class TrafficRules {
  /** A version, and the share of the requests it gets. */
  private record Share(String version, double share) {
    boolean drawn() {
      return ThreadLocalRandom.current().nextDouble() < share;
    }
  }

  private final Map<String, Share> canaries;
  private final Map<String, Share> shadows;

  /**
   * Reads rules.
   *
   * @param canaries as {@code price=4:0.1}: a tenth of the requests goes to version 4
   * @param shadows of the same form
   * @throws IllegalArgumentException when one is not of that form
   */
  public TrafficRules(List<String> canaries, List<String> shadows) {
    this.canaries = read("canaries", canaries);
    this.shadows = read("shadows", shadows);
  }

  private static Map<String, Share> read(String setting, List<String> entries) {
    Map<String, Share> shares = new HashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      int colon = entry.lastIndexOf(':');
      double share = Double.NaN;
      try {
        share = Double.parseDouble(entry.substring(colon + 1));
      } catch (NumberFormatException e) {
        share = Double.NaN; // Refused below.
      }
      if (equals < 1 || colon <= equals + 1 || !(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(
            setting + ": \"" + entry + "\", expected model=version:share with a share from 0 to 1");
      }
      shares.put(entry.substring(0, equals), new Share(entry.substring(equals + 1, colon), share));
    }
    return Map.copyOf(shares);
  }

  /** Whether requests that ask for the latest version are not meant to get this one. */
  boolean isAside(String model, String version) {
    return is(canaries.get(model), version) || is(shadows.get(model), version);
  }

  private static boolean is(@Nullable Share share, String version) {
    return share != null && share.version.equals(version);
  }

  /** The version that the next request without one goes to, or null for the latest. */
  @Nullable String canary(String model) {
    return drawn(canaries.get(model));
  }

  /** The version that is to score the next request without one too, or null for none. */
  @Nullable String shadow(String model) {
    return drawn(shadows.get(model));
  }

  private static @Nullable String drawn(@Nullable Share share) {
    return share != null && share.drawn() ? share.version : null;
  }
}
