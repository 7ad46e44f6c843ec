package dev.amulet.runtime;

/**
 * Hears how long the stages of scoring take: where a service's metrics plug in. Give it to {@link
 * ScorerOptions.Builder#listener}.
 *
 * <p>Called by the thread that did the work, right after it, from many threads at once: count and
 * return. What it throws changes no score and fails no row: the first such exception of a scorer is
 * logged ({@link System.Logger} {@code dev.amulet.runtime}), later ones are ignored.
 */
@FunctionalInterface
public interface ScoringListener {
  /**
   * A stage has ended, well or with an exception.
   *
   * @param subject the image column; for {@link ScoringStage#NETWORK} the network's id, for {@link
   *     ScoringStage#FINISH} empty
   * @param count images or rows it was about: 1 but for {@link ScoringStage#NETWORK}
   * @param durationNs how long it took, in nanoseconds
   */
  void stageEnded(ScoringStage stage, String subject, int count, long durationNs);
}
