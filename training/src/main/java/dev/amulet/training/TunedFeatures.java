package dev.amulet.training;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.linear.TrainedLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Features with tuned networks of every fold's own. Learners get of every row the score of the
 * networks that were not tuned on it; embeddings are those of the fold's own networks, as the axes
 * of differently tuned networks do not correspond.
 */
final class TunedFeatures {
  private final ExperimentData data;
  private final Folds folds;
  private final Drafts drafts;
  private final FeatureFitter fitter;
  private final long seed;
  private final ProgressListener progress;
  private final List<Tuned> ofFolds = new ArrayList<>();

  /** By row: the score slots that learners see, by the network that did not see the row. */
  private final float[] @Nullable [] scores;

  TunedFeatures(
      ExperimentData data,
      Folds folds,
      Drafts drafts,
      FeatureFitter fitter,
      long seed,
      ProgressListener progress) {
    this.data = data;
    this.folds = folds;
    this.drafts = drafts;
    this.fitter = fitter;
    this.seed = seed;
    this.progress = progress;
    scores = new float[data.table().rows()][];
  }

  /** Networks tuned on the same rows, and the mean of their heads. */
  record Tuned(List<NamedBackbone> networks, TrainedLinear head) {}

  /** Takes in the networks of the folds, in their order, and asks them for rows not seen. */
  void add(Tuned tuned) {
    int fold = ofFolds.size();
    ofFolds.add(tuned);
    int[] held = folds.validationRows(fold);
    Schema schema = data.schema();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    FeaturePlan plan = FeaturePlan.layOut(pipeline, schema, tuned.networks());
    int[] slots = FeatureFitter.addScore(pipeline, plan, FeatureFitter.TUNED_SCORE, tuned.head());
    Dataset rows = data.table().subset(held);
    FeatureMatrix features =
        drafts
            .with(schema, tuned.networks())
            .features(pipeline, rows, "fold " + folds.names().get(fold), progress);
    for (int i = 0; i < held.length; i++) {
      float[] own = new float[slots.length];
      for (int k = 0; k < slots.length; k++) {
        own[k] = features.value(i, slots[k]);
      }
      scores[held[i]] = own;
    }
  }

  /** The features of a fold, once the networks of all folds are there. */
  FoldFeatures.Fold of(int fold) {
    return fit(ofFolds.get(fold), folds.trainRows(fold), "fold " + folds.names().get(fold));
  }

  /** The features of the final model. */
  FoldFeatures.Fold ofAllRows(Tuned tuned) {
    int[] all = IntStream.range(0, data.table().rows()).toArray();
    return fit(tuned, all, "features");
  }

  private FoldFeatures.Fold fit(Tuned tuned, int[] training, String phase) {
    Schema schema = data.schema();
    int[] parts = Splitter.parts(data.profile(), training, CrossValidation.INNER_PARTS, seed);
    FittedFeatures fitted =
        fitter.fitTuned(schema, training, parts, tuned.networks(), tuned.head());
    FeatureMatrix features =
        drafts
            .with(schema, tuned.networks())
            .features(fitted.draft(), data.table(), phase, progress);
    return new FoldFeatures.Fold(training, fitted, outOfFold(fitted, fitted.honest(features)));
  }

  private FeatureMatrix outOfFold(FittedFeatures fitted, FeatureMatrix features) {
    float[] values = features.values();
    int[] slots = fitted.scoreSlots();
    for (int row = 0; row < features.rows(); row++) {
      float[] own = scores[row];
      for (int k = 0; own != null && k < slots.length; k++) {
        values[row * features.columns() + slots[k]] = own[k];
      }
    }
    return features;
  }
}
