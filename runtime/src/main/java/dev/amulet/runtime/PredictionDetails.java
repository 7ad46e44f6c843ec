package dev.amulet.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What a prediction says beyond the score; null where it was not asked for.
 *
 * @param transformed contributions of slots
 * @param original contributions of source columns
 */
record PredictionDetails(@Nullable Contributions transformed, @Nullable Contributions original) {
  static final PredictionDetails NONE = new PredictionDetails(null, null);
}
