package dev.amulet.runtime.internal.observe;

import dev.amulet.runtime.ScoringListener;
import dev.amulet.runtime.ScoringStage;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Whom to tell how long stages take. Thread-safe; costs a few reads while nobody listens. */
public final class StageObserver {
  private final @Nullable ScoringListener listener;
  private final AtomicBoolean complained = new AtomicBoolean();
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
    return event == null && listener == null && !timed ? null : new Span(this, stage, event);
  }

  private void tell(ScoringStage stage, String subject, int count, long durationNs) {
    if (listener == null) {
      return;
    }
    try {
      listener.stageEnded(stage, subject, count, durationNs);
    } catch (RuntimeException e) {
      // Who watches must not fail what is watched.
      if (!complained.getAndSet(true)) {
        System.getLogger("dev.amulet.runtime")
            .log(Level.WARNING, "A scoring listener throws; scoring goes on without telling.", e);
      }
    }
  }

  /** A stage under way. */
  public static final class Span {
    private final StageObserver observer;
    private final ScoringStage stage;
    private final @Nullable StageEvent event;
    private final long startNs = System.nanoTime();

    Span(StageObserver observer, ScoringStage stage, @Nullable StageEvent event) {
      this.observer = observer;
      this.stage = stage;
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
      observer.tell(stage, subject, count, durationNs);
      return durationNs;
    }
  }
}
