package dev.amulet.training;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FittedFeatures;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Every row predicted by a model that did not see it. Each fold fits its own projections, image
 * scores and trees on the other folds only.
 */
final class CrossValidation {
  /** Inner parts that image scores are cross-fitted over. */
  static final int INNER_PARTS = 5;

  private final TableProfile profile;
  private final Schema schema;
  private final Folds folds;
  private final Drafts drafts;
  private final FeatureFitter fitter;
  private final Learner learner;
  private final long seed;

  CrossValidation(
      TableProfile profile,
      Schema schema,
      Folds folds,
      Drafts drafts,
      FeatureFitter fitter,
      Learner learner,
      long seed) {
    this.profile = profile;
    this.schema = schema;
    this.folds = folds;
    this.drafts = drafts;
    this.fitter = fitter;
    this.learner = learner;
    this.seed = seed;
  }

  /**
   * Out-of-fold results with one set of features.
   *
   * @param predictions {@code [rows][1 or classes]} in the target's terms
   * @param rounds boosting rounds each fold chose
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Outcome(double[][] predictions, int[] rounds) {
    /** Rounds for a model trained on all rows. */
    int typicalRounds() {
      return (int) Math.max(1, Math.round(Arrays.stream(rounds).average().orElse(1)));
    }
  }

  /** One outcome per feature set that the data allow and the caller wants. */
  Map<FeatureSet, Outcome> run(Predicate<FeatureSet> wanted, ProgressListener progress) {
    Map<FeatureSet, Outcome> outcomes = new EnumMap<>(FeatureSet.class);
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] training = folds.trainRows(fold);
      int[] validation = folds.validationRows(fold);
      FittedFeatures fitted = fit(training);
      FeatureMatrix features =
          fitted.honest(
              drafts.features(
                  fitted.draft(), profile.dataset(), "fold " + folds.names().get(fold), progress));
      for (FeatureSet set : FeatureSet.available(fitted)) {
        if (wanted.test(set)) {
          Outcome outcome = outcomes.computeIfAbsent(set, s -> empty());
          outcome.rounds()[fold] =
              validate(features, training, validation, set.slots(fitted), outcome.predictions());
        }
      }
      progress.progress("cross-validation", fold + 1, folds.count());
    }
    return outcomes;
  }

  private Outcome empty() {
    return new Outcome(new double[profile.dataset().rows()][], new int[folds.count()]);
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
    return fitter.fit(schema, training, parts, FeatureSet.BOTH);
  }
}
