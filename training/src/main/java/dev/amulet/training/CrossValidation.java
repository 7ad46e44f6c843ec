package dev.amulet.training;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.feature.FeatureMatrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Every row predicted by models that did not see it. Each fold fits its own projections, image
 * scores and learners on the other folds only.
 */
final class CrossValidation {
  /** Inner parts that image scores are cross-fitted over. */
  static final int INNER_PARTS = 5;

  private final TableProfile profile;
  private final Schema schema;
  private final Folds folds;
  private final Drafts drafts;
  private final FeatureFitter fitter;
  private final TreeLearner trees;
  private final LinearLearner linear;
  private final Budget budget;
  private final long seed;
  private final Map<Candidate, Double> secondsPerFold = new TreeMap<>();

  CrossValidation(
      TableProfile profile,
      Schema schema,
      Folds folds,
      Drafts drafts,
      FeatureFitter fitter,
      TreeLearner trees,
      LinearLearner linear,
      Budget budget,
      long seed) {
    this.profile = profile;
    this.schema = schema;
    this.folds = folds;
    this.drafts = drafts;
    this.fitter = fitter;
    this.trees = trees;
    this.linear = linear;
    this.budget = budget;
    this.seed = seed;
  }

  /**
   * Out-of-fold results of one candidate.
   *
   * @param margins {@code [rows][1 or classes]}; NaN for rows that no fold holds out
   * @param tuned what each fold chose for itself: boosting rounds, or the penalty
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Outcome(double[][] margins, double[] tuned) {
    /** Rounds for a model trained on all rows. */
    int typicalRounds() {
      return (int) Math.max(1, Math.round(Arrays.stream(tuned).average().orElse(1)));
    }

    /** The penalty for a model trained on all rows: the geometric mean. */
    double typicalStrength() {
      return Math.exp(Arrays.stream(tuned).map(Math::log).average().orElse(0));
    }
  }

  /**
   * One outcome per candidate that the data allow and the caller wants; no blends. After the first
   * fold the slowest candidates are given up until the rest fits the time budget; linear models
   * stay, and so does the last that a model may be made of.
   *
   * @param wanted candidates to try
   * @param eligible those of them that a model may be made of; the others are baselines
   */
  Map<Candidate, Outcome> run(
      Predicate<Candidate> wanted, Predicate<Candidate> eligible, ProgressListener progress) {
    Map<Candidate, Outcome> outcomes = new TreeMap<>();
    Predicate<Candidate> tried = wanted;
    for (int fold = 0; fold < folds.count(); fold++) {
      if (fold == 1) {
        giveUpSlow(outcomes, eligible, progress);
        tried = outcomes::containsKey;
      }
      int[] training = folds.trainRows(fold);
      FittedFeatures fitted = fit(training);
      FeatureMatrix features =
          fitted.honest(
              drafts.features(
                  fitted.draft(), profile.dataset(), "fold " + folds.names().get(fold), progress));
      for (FeatureSet set : FeatureSet.availableToLinear(fitted)) {
        Candidate candidate = new Candidate(set, LearnerKind.LINEAR);
        if (tried.test(candidate)) {
          double before = budget.spentSeconds();
          LinearLearner.Fitted model = trainLinear(set, fitted, features, training);
          keep(outcomes, candidate, fold, model, model.model().strength(), features);
          secondsPerFold.put(candidate, budget.spentSeconds() - before);
        }
      }
      for (FeatureSet set : FeatureSet.available(fitted)) {
        Candidate candidate = new Candidate(set, LearnerKind.TREES);
        if (tried.test(candidate)) {
          double before = budget.spentSeconds();
          TreeLearner.Fitted model = trees.train(features, training, set.slots(fitted));
          keep(outcomes, candidate, fold, model, model.rounds(), features);
          secondsPerFold.put(candidate, budget.spentSeconds() - before);
        }
      }
      progress.progress("cross-validation", fold + 1, folds.count());
    }
    return outcomes;
  }

  private void giveUpSlow(
      Map<Candidate, Outcome> outcomes, Predicate<Candidate> eligible, ProgressListener progress) {
    List<Candidate> slowestFirst =
        outcomes.keySet().stream()
            .filter(candidate -> candidate.learner() == LearnerKind.TREES)
            .sorted(Comparator.comparing(this::seconds).reversed())
            .toList();
    for (Candidate candidate : slowestFirst) {
      double ahead = outcomes.keySet().stream().mapToDouble(this::seconds).sum();
      // Training on all rows takes about as long as one more fold.
      if (ahead * folds.count() <= budget.leftSeconds()) {
        return;
      }
      if (outcomes.keySet().stream().filter(eligible).allMatch(candidate::equals)) {
        continue;
      }
      outcomes.remove(candidate);
      budget.cut();
      progress.message(
          "time budget: %s is given up after one fold (%.0f s a fold)"
              .formatted(candidate.words(), seconds(candidate)));
    }
  }

  private double seconds(Candidate candidate) {
    return secondsPerFold.getOrDefault(candidate, 0.0);
  }

  private LinearLearner.Fitted trainLinear(
      FeatureSet set, FittedFeatures fitted, FeatureMatrix features, int[] training) {
    int[] slots = set.linearSlots(fitted);
    return fitted.imageScore() != null && Arrays.equals(slots, fitted.embeddingSlots())
        ? linear.fitted(slots, training, Objects.requireNonNull(fitted.imageScore()))
        : linear.train(features, training, slots);
  }

  private void keep(
      Map<Candidate, Outcome> outcomes,
      Candidate candidate,
      int fold,
      FittedModel model,
      double tuned,
      FeatureMatrix features) {
    int[] validation = folds.validationRows(fold);
    double[][] margins = model.margins(features.selectRows(validation));
    Outcome outcome =
        outcomes.computeIfAbsent(
            candidate,
            c -> {
              double[][] unknown = new double[features.rows()][margins[0].length];
              Arrays.stream(unknown).forEach(row -> Arrays.fill(row, Double.NaN));
              return new Outcome(unknown, new double[folds.count()]);
            });
    for (int i = 0; i < validation.length; i++) {
      outcome.margins()[validation[i]] = margins[i];
    }
    outcome.tuned()[fold] = tuned;
  }

  private FittedFeatures fit(int[] training) {
    int[] parts = Splitter.parts(profile, training, INNER_PARTS, seed);
    return fitter.fit(schema, training, parts, FeatureFitter.Derived.ALL);
  }
}
