package dev.amulet.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a prediction says beyond the score; null where it was not asked for. */
record PredictionDetails(
    @Nullable Contributions transformed,
    @Nullable Contributions original,
    @Nullable List<Interval> intervals,
    @Nullable List<Embedding> embeddings,
    @Nullable List<ActivationMap> activationMaps,
    @Nullable List<UnusualValue> unusualValues) {
  static final PredictionDetails NONE = new PredictionDetails(null, null, null, null, null, null);
}
