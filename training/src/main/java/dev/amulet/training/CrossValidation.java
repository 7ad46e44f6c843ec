package dev.amulet.training;

import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FittedFeatures;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Every row predicted by a model that did not see it. Each fold fits its own projections, image
 * scores and trees on the other folds only.
 */
final class CrossValidation {
  /** Inner parts that image scores are cross-fitted over. */
  static final int INNER_PARTS = 5;

  private final TableProfile profile;
  private final Folds folds;
  private final Drafts drafts;
  private final FeatureFitter fitter;
  private final Learner learner;
  private final long seed;

  CrossValidation(
      TableProfile profile,
      Folds folds,
      Drafts drafts,
      FeatureFitter fitter,
      Learner learner,
      long seed) {
    this.profile = profile;
    this.folds = folds;
    this.drafts = drafts;
    this.fitter = fitter;
    this.learner = learner;
    this.seed = seed;
  }

  /**
   * Out-of-fold results.
   *
   * @param predictions {@code [rows][1 or classes]} in the target's terms
   * @param tableOnly the same from table columns alone, or null when there are none
   * @param rounds boosting rounds each fold chose
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Outcome(double[][] predictions, double @Nullable [][] tableOnly, int[] rounds) {
    /** Rounds for a model trained on all rows. */
    int typicalRounds() {
      return (int) Math.max(1, Math.round(Arrays.stream(rounds).average().orElse(1)));
    }
  }

  Outcome run(ProgressListener progress) {
    int rows = profile.dataset().rows();
    double[][] predictions = new double[rows][];
    double[][] tableOnly = null;
    int[] rounds = new int[folds.count()];
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] training = folds.trainRows(fold);
      int[] validation = folds.validationRows(fold);
      FittedFeatures fitted = fit(training);
      FeatureMatrix features =
          fitted.honest(
              drafts.features(
                  fitted.draft(), profile.dataset(), "fold " + folds.names().get(fold), progress));
      if (fitted.tableSlots().length > 0) {
        tableOnly = tableOnly == null ? new double[rows][] : tableOnly;
        rounds[fold] = validate(features, training, validation, fitted.tableSlots(), tableOnly);
      }
      if (fitted.imageSlots().length > 0) {
        rounds[fold] = validate(features, training, validation, fitted.modelSlots(), predictions);
      }
      progress.progress("cross-validation", fold + 1, folds.count());
    }
    boolean images = predictions.length > 0 && predictions[0] != null;
    if (!images && tableOnly != null) {
      predictions = tableOnly;
    }
    return new Outcome(predictions, tableOnly, rounds);
  }

  /** Trains on some rows, predicts others, and returns the rounds it took. */
  private int validate(
      FeatureMatrix features, int[] training, int[] validation, int[] slots, double[][] all) {
    Learner.Trees trees = learner.train(features, training, slots);
    double[][] predicted = learner.predict(trees, features.selectRows(validation));
    for (int i = 0; i < validation.length; i++) {
      all[validation[i]] = predicted[i];
    }
    return trees.rounds();
  }

  private FittedFeatures fit(int[] training) {
    int[] parts = Splitter.parts(profile, training, INNER_PARTS, seed);
    return fitter.fit(training, parts);
  }
}
