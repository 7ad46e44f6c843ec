package dev.amulet.training.feature;

import dev.amulet.training.linear.TrainedLinear;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Features fitted on some rows: the pipeline that computes them and which of its slots learners
 * see.
 *
 * @param pipeline stages up to the image score; learners are added behind
 * @param draft the same, then the scores that did not see one inner part each
 * @param tableSlots slots of table columns
 * @param imageSlots slots made of images: flags, components, scores
 * @param componentSlots those of {@code imageSlots} that are principal components
 * @param scoreSlots those of {@code imageSlots} that were fitted on the target
 * @param honestScores for each inner part, the slots of the scores that did not see it, aligned
 *     with {@code scoreSlots}; empty without images
 * @param embeddingSlots slots of the whole embeddings
 * @param imageScore the linear model on {@code embeddingSlots} that the score is made of, or null
 * @param innerParts for each row of the data, the inner part it belongs to, or -1 for rows that
 *     were not fitted on
 */
@SuppressWarnings("ArrayRecordComponent") // Row and slot indexes, shared and never written.
public record FittedFeatures(
    PipelineBuilder pipeline,
    PipelineBuilder draft,
    int[] tableSlots,
    int[] imageSlots,
    int[] componentSlots,
    int[] scoreSlots,
    List<int[]> honestScores,
    int[] embeddingSlots,
    @Nullable TrainedLinear imageScore,
    int[] innerParts) {

  /**
   * The features as learners may see them: a row that an image score was fitted on gets the score
   * that was fitted without it. Changes the matrix and returns it.
   *
   * @param features all slots of {@link #draft()} for every row of the data
   */
  public FeatureMatrix honest(FeatureMatrix features) {
    float[] values = features.values();
    for (int row = 0; row < features.rows(); row++) {
      int part = innerParts[row];
      if (part < 0 || honestScores.isEmpty()) {
        continue;
      }
      int base = row * features.columns();
      int[] honest = honestScores.get(part);
      for (int i = 0; i < scoreSlots.length; i++) {
        values[base + scoreSlots[i]] = values[base + honest[i]];
      }
    }
    return features;
  }
}
