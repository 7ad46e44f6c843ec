package dev.amulet.runtime.internal.observe;

import dev.amulet.runtime.ScoringStage;
import org.jspecify.annotations.Nullable;

/**
 * Flight Recorder, where this Java has it. Everything that names its classes is behind this one,
 * which is not loaded where it has not.
 */
final class FlightEvents {
  /** One per stage, never committed: whether a type is recorded is asked of an instance. */
  private final StageEvent[] probes;

  private FlightEvents() {
    ScoringStage[] stages = ScoringStage.values();
    probes = new StageEvent[stages.length];
    for (ScoringStage stage : stages) {
      probes[stage.ordinal()] = StageEvent.of(stage);
    }
  }

  static @Nullable FlightEvents available() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? new FlightEvents() : null;
  }

  boolean recorded(ScoringStage stage) {
    return probes[stage.ordinal()].isEnabled();
  }

  StageEvent begin(ScoringStage stage) {
    StageEvent event = StageEvent.of(stage);
    event.begin();
    return event;
  }
}
