package dev.amulet.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Outcome of one row of a batch: exactly one of the two is set.
 *
 * @param prediction the result, or null when the row failed
 * @param error why the row failed, or null
 */
public record ScoredRow(@Nullable Prediction prediction, @Nullable ScoringException error) {
  public ScoredRow {
    if ((prediction == null) == (error == null)) {
      throw new IllegalArgumentException("a row has either a prediction or an error");
    }
  }
}
