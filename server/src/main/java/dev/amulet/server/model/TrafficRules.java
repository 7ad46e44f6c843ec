package dev.amulet.server.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which versions get requests that name none: a share goes to a canary, the others to the latest
 * that is none. Immutable.
 */
public final class TrafficRules {
  /** A version, and the share of the requests it gets. */
  private record Share(String version, double share) {}

  private final Map<String, Share> canaries = new HashMap<>();

  /**
   * Reads rules.
   *
   * @param canaries as {@code price=4:0.1}: a tenth of the requests goes to version 4
   * @throws IllegalArgumentException when one is not of that form
   */
  public TrafficRules(List<String> canaries) {
    canaries.forEach(this::add);
  }

  private void add(String entry) {
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
          "canaries: \"" + entry + "\", expected model=version:share with a share from 0 to 1");
    }
    canaries.put(entry.substring(0, equals), new Share(entry.substring(equals + 1, colon), share));
  }

  /** Whether requests that ask for the latest version are not meant to get this one. */
  boolean isCanary(String model, String version) {
    Share canary = canaries.get(model);
    return canary != null && canary.version.equals(version);
  }

  /** The version that the next request without one goes to, or null for the latest. */
  @Nullable String canary(String model) {
    Share canary = canaries.get(model);
    return canary != null && ThreadLocalRandom.current().nextDouble() < canary.share
        ? canary.version
        : null;
  }
}
