package dev.amulet.runtime;

import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.internal.explain.ActivationHead;
import dev.amulet.runtime.internal.explain.ImageLayout;
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
    } else {
      if (manifest.getOutputs().getIntervalsCount() == 0) {
        reasons.put(
            Part.INTERVALS,
            manifest.getOutputs().getTask() == Task.REGRESSION
                ? "it was made without them; train it with prediction_interval_coverage above 0"
                : "they are for regression, and it predicts classes");
      }
      if (ImageLayout.of(manifest).isEmpty()) {
        reasons.put(Part.EMBEDDINGS, "no network of it writes an embedding");
      }
      String noMaps = ActivationHead.missing(manifest);
      if (noMaps != null) {
        reasons.put(Part.ACTIVATION_MAPS, noMaps);
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
