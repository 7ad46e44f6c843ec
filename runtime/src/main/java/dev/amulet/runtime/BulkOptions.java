package dev.amulet.runtime;

/**
 * How a {@link BulkScorer} spreads its work. Nothing here changes a score.
 *
 * @param workers threads beside the caller's that fetch and decode images, run networks and finish
 *     rows; 0 does everything on the caller's thread. Default: one per processor. More than that
 *     pays where images come over a network
 * @param lookAhead batches under way at once, of {@link ScorerOptions#batchSize()} rows each; rows
 *     are read at most this far ahead of the last result taken. Default: {@code workers + 2}
 */
public record BulkOptions(int workers, int lookAhead) {
  public BulkOptions {
    if (workers < 0 || workers > 1024) {
      throw new IllegalArgumentException("workers is " + workers + ", must be 0 to 1024");
    }
    if (lookAhead < 1 || lookAhead > 4096) {
      throw new IllegalArgumentException("lookAhead is " + lookAhead + ", must be 1 to 4096");
    }
  }

  /** A worker per processor. */
  public static BulkOptions defaults() {
    return ofWorkers(Runtime.getRuntime().availableProcessors());
  }

  /** So many workers, and as many batches under way as keep them busy. */
  public static BulkOptions ofWorkers(int workers) {
    return new BulkOptions(workers, workers == 0 ? 1 : workers + 2);
  }
}
