package dev.amulet.runtime.internal.observe;

import dev.amulet.runtime.ScoringStage;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Flight Recorder, where this Java has it. Everything that names its classes is behind this one,
 * which is not loaded where it has not.
 */
final class FlightEvents {
  /** One per stage, never committed: whether a type is recorded is asked of an instance. */
  private final Map<ScoringStage, StageEvent> probes = new EnumMap<>(ScoringStage.class);

  private FlightEvents() {
    for (ScoringStage stage : ScoringStage.values()) {
      probes.put(stage, StageEvent.of(stage));
    }
  }

  static @Nullable FlightEvents available() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? new FlightEvents() : null;
  }

  /** The event that begins now, or null when its type is not recorded. */
  @Nullable StageEvent begin(ScoringStage stage) {
    StageEvent probe = probes.get(stage);
    if (probe == null || !probe.isEnabled()) {
      return null;
    }
    StageEvent event = StageEvent.of(stage);
    event.begin();
    return event;
  }
}
