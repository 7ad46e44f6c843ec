package dev.amulet.training.insight;

import dev.amulet.training.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What to look at before believing any figure. */
final class WarningSection {
  private WarningSection() {}

  /** Empty when there is nothing to warn of. */
  static Optional<Section> of(InsightData data, Pictures pictures, ProgressListener progress) {
    List<String> warnings = new ArrayList<>(data.profile().warnings());
    if (data.run().cutShort()) {
      warnings.add(
          "the time budget was spent before everything was tried; more time (--time-budget) may"
              + " find a better model");
    }
    Twins twins = Twins.of(data, progress);
    warnings.addAll(twins.warnings());
    if (warnings.isEmpty()) {
      return Optional.empty();
    }
    Section section = new Section("warnings", "To look at first").list(Section.Tone.WARN, warnings);
    twins.addTo(section, pictures);
    return Optional.of(section);
  }
}
