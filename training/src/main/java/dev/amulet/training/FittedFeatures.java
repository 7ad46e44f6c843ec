package dev.amulet.training;

import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.linear.TrainedLinear;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Features fitted on some rows: the pipeline that computes them and which of its slots learners
 * see.
 *
 * @param pipeline stages up to the image score; learners are added behind
 * @param draft the same, then what was fitted on the target without one inner part each
 * @param tableSlots slots of table columns
 * @param logSlots those of {@code tableSlots} that are logarithms of others
 * @param imageSlots slots made of images: flags, components, scores
 * @param componentSlots those of {@code imageSlots} that are principal components
 * @param componentRanks of each of {@code componentSlots}, from 0 for the first of its embedding
 * @param scoreSlots those of {@code imageSlots} that were fitted on the target
 * @param targetSlots all slots that were fitted on the target: means of levels, then {@code
 *     scoreSlots}
 * @param honestSlots for each inner part, the slots of the fits that did not see it, aligned with
 *     {@code targetSlots}; empty when those are
 * @param embeddingSlots slots of the whole embeddings
 * @param imageScore the linear model on {@code embeddingSlots} that the score is made of, or null
 * @param innerParts for each row of the data, the inner part it belongs to, or -1 for rows that
 *     were not fitted on
 */
@SuppressWarnings("ArrayRecordComponent") // Row and slot indexes, shared and never written.
record FittedFeatures(
    PipelineBuilder pipeline,
    PipelineBuilder draft,
    int[] tableSlots,
    int[] logSlots,
    int[] imageSlots,
    int[] componentSlots,
    int[] componentRanks,
    int[] scoreSlots,
    int[] targetSlots,
    List<int[]> honestSlots,
    int[] embeddingSlots,
    @Nullable TrainedLinear imageScore,
    int[] innerParts) {

  /** Those of the {@link #componentSlots()} that are not among the first so many. */
  int[] componentsBeyond(int count) {
    return IntStream.range(0, componentSlots.length)
        .filter(i -> componentRanks[i] >= count)
        .map(i -> componentSlots[i])
        .toArray();
  }

  /**
   * The features as learners may see them: where a slot was fitted on the target of a row, the row
   * gets the value of a fit without it. Changes the matrix and returns it.
   *
   * @param features all slots of {@link #draft()} for every row of the data
   */
  FeatureMatrix honest(FeatureMatrix features) {
    float[] values = features.values();
    for (int row = 0; row < features.rows(); row++) {
      int part = innerParts[row];
      if (part < 0 || honestSlots.isEmpty()) {
        continue;
      }
      int base = row * features.columns();
      int[] honest = honestSlots.get(part);
      for (int i = 0; i < targetSlots.length; i++) {
        values[base + targetSlots[i]] = values[base + honest[i]];
      }
    }
    return features;
  }
}
