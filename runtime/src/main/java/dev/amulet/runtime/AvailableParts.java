package dev.amulet.runtime;

import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.runtime.ScoreOptions.Part;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What an amulet can say beyond the score, and why it cannot say the rest. Immutable. */
final class AvailableParts {
  private final Map<Part, String> reasons = new EnumMap<>(Part.class);
  private final Set<Part> parts;

  private AvailableParts(Manifest manifest) {
    if (manifest.getKind() != Kind.MODEL) {
      for (Part part : Part.values()) {
        reasons.put(part, "it is a draft, which answers features only");
      }
    }
    EnumSet<Part> given = EnumSet.allOf(Part.class);
    given.removeAll(reasons.keySet());
    parts = given;
  }

  static AvailableParts of(Manifest manifest) {
    return new AvailableParts(manifest);
  }

  Set<Part> parts() {
    return EnumSet.copyOf(parts);
  }

  /**
   * Checks that everything asked for is there.
   *
   * @throws IllegalStateException naming the first part that is not, and why
   */
  void require(ScoreOptions options) {
    reasons.forEach(
        (part, reason) -> {
          if (options.has(part)) {
            throw new IllegalStateException(
                "the amulet has no "
                    + part.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + ": "
                    + reason);
          }
        });
  }
}
