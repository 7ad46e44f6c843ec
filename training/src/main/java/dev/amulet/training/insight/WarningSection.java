package dev.amulet.training.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What to look at before believing any figure. */
final class WarningSection {
  private WarningSection() {}

  /** Empty when there is nothing to warn of. */
  static Optional<Section> of(InsightData data) {
    List<String> warnings = new ArrayList<>(data.profile().warnings());
    if (data.run().cutShort()) {
      warnings.add(
          "the time budget was spent before everything was tried; more time (--time-budget) may"
              + " find a better model");
    }
    if (warnings.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Section("warnings", "To look at first").list(Section.Tone.WARN, warnings));
  }
}
