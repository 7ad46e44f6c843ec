package dev.amulet.runtime.internal.pipeline;

import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.ScoringStage;
import dev.amulet.runtime.internal.observe.StageObserver.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scratch of one row on its way through the pipeline: slots, images under way, margins per model
 * stage. Owned by a session; used by one thread at a time.
 */
final class RowState {
  final float[] slots;
  final ImageCell[] images;

  /** {@code [model stage, output]}. */
  final double[][] margins;

  final float[] treeMargins;
  final double[] sums;
  final double[] partSums;
  boolean clamped;

  /** Nanoseconds by stage, or null when nobody asked. */
  @Nullable Map<ScoringStage, Long> timings;

  /** What the row is to be told beyond its score. */
  ScoreOptions options = ScoreOptions.none();

  /** Sizes of the images, when asked for. */
  @Nullable ImageSizes sizes;

  /** Feature maps of the images, when asked for. */
  final List<FeatureMap> maps = new ArrayList<>();

  /** Why an image that was given counts as missing, or null. */
  @Nullable ScoringException imageProblem;

  boolean timed() {
    return timings != null;
  }

  /** Ends a stage of this row. */
  void end(@Nullable Span span, ScoringStage stage, String subject) {
    if (span != null) {
      long durationNs = span.end(subject, 1);
      if (timings != null) {
        timings.merge(stage, durationNs, Long::sum);
      }
    }
  }

  RowState(int slots, int imageInputs, int modelStages, int outputs, int widestAffine) {
    this.slots = new float[slots];
    images = new ImageCell[imageInputs];
    for (int i = 0; i < imageInputs; i++) {
      images[i] = new ImageCell();
    }
    margins = new double[modelStages][outputs];
    treeMargins = new float[outputs];
    sums = new double[widestAffine];
    partSums = new double[widestAffine];
  }
}
