package dev.amulet.training;

import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.PipelineBuilder;

/** A learner trained on some rows. */
interface FittedModel {
  /**
   * Margins by the trainer's own means, independent of the runtime.
   *
   * @param features all slots, one row per row to predict
   * @return {@code [rows][1 or classes]}
   */
  double[][] margins(FeatureMatrix features);

  /** Adds the stages that compute these margins; those of the last become the model's. */
  void addTo(PipelineBuilder pipeline);
}
