package dev.amulet.runtime.internal.observe;

import dev.amulet.runtime.ScoringListener;
import dev.amulet.runtime.ScoringStage;
import org.jspecify.annotations.Nullable;

/** Whom to tell how long stages take. Thread-safe; costs a few reads while nobody listens. */
public final class StageObserver {
  private final @Nullable ScoringListener listener;
  private final @Nullable FlightEvents flight = FlightEvents.available();

  public StageObserver(@Nullable ScoringListener listener) {
    this.listener = listener;
  }

  /**
   * A stage begins.
   *
   * @param timed whether the caller wants to know, whoever else does
   * @return null when nobody does
   */
  public @Nullable Span begin(ScoringStage stage, boolean timed) {
    StageEvent event = flight == null ? null : flight.begin(stage);
    return event == null && listener == null && !timed ? null : new Span(stage, listener, event);
  }

  /** A stage under way. */
  public static final class Span {
    private final ScoringStage stage;
    private final @Nullable ScoringListener listener;
    private final @Nullable StageEvent event;
    private final long startNs = System.nanoTime();

    Span(ScoringStage stage, @Nullable ScoringListener listener, @Nullable StageEvent event) {
      this.stage = stage;
      this.listener = listener;
      this.event = event;
    }

    /**
     * The stage ends.
     *
     * @return how long it took, in nanoseconds
     */
    public long end(String subject, int count) {
      long durationNs = System.nanoTime() - startNs;
      if (event != null) {
        event.subject = subject;
        event.count = count;
        event.commit();
      }
      if (listener != null) {
        listener.stageEnded(stage, subject, count, durationNs);
      }
      return durationNs;
    }
  }
}
