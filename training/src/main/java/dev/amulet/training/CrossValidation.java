package dev.amulet.training;

import dev.amulet.training.data.Folds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Every row predicted by models that did not see it. Each fold fits its own projections, image
 * scores and learners on the other folds only. Candidates are finished one after the other, the
 * cheapest first, so that there is something to choose from whenever time runs out.
 */
final class CrossValidation {
  /** Inner parts that image scores are cross-fitted over. */
  static final int INNER_PARTS = 5;

  private final Folds folds;
  private final FoldFeatures.Both features;
  private final TreeLearner trees;
  private final LinearLearner linear;
  private final Budget budget;
  private final Predicate<Candidate> eligible;
  private final Listener listener;
  private final ProgressListener progress;
  private boolean oneIsComplete;

  /**
   * @param eligible candidates that a model may be made of; others are baselines
   * @param listener hears of each that is finished
   */
  CrossValidation(
      Folds folds,
      FoldFeatures.Both features,
      TreeLearner trees,
      LinearLearner linear,
      Budget budget,
      Predicate<Candidate> eligible,
      Listener listener,
      ProgressListener progress) {
    this.folds = folds;
    this.features = features;
    this.trees = trees;
    this.linear = linear;
    this.budget = budget;
    this.eligible = eligible;
    this.listener = listener;
    this.progress = progress;
  }

  /** Hears of candidates that every fold has been predicted for. */
  @FunctionalInterface
  interface Listener {
    void finished(Candidate candidate, Outcome outcome);
  }

  /**
   * Out-of-fold results of one candidate.
   *
   * @param margins {@code [rows][1 or classes]}; NaN for rows that no fold holds out
   * @param tuned what each fold chose for itself: boosting rounds, or the penalty
   * @param imageFactors what each fold's linear model scaled embeddings by
   * @param seconds spent on its learners in all folds
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Outcome(double[][] margins, double[] tuned, double[] imageFactors, double seconds) {
    /** Rounds for a model trained on all rows. */
    int typicalRounds() {
      return (int) Math.max(1, Math.round(Arrays.stream(tuned).average().orElse(1)));
    }

    /** The penalty for a model trained on all rows: the geometric mean. */
    double typicalStrength() {
      return geometricMean(tuned);
    }

    /** What a linear model trained on all rows scales embeddings by. */
    double typicalImageFactor() {
      return geometricMean(imageFactors);
    }

    private static double geometricMean(double[] values) {
      return Math.exp(Arrays.stream(values).map(Math::log).average().orElse(0));
    }
  }

  /**
   * Tries candidates in the order given. Trees that would take longer than the time budget allows
   * are given up after their first fold, or not begun; linear models are quick and stay, unless the
   * run is to stop. One that a model may be made of is always finished.
   */
  void run(List<Candidate> candidates) {
    int next = 0;
    while (next < candidates.size()) {
      List<Candidate> batch = batch(candidates.subList(next, candidates.size()));
      run(batch, new TreeMap<>());
      next += batch.size();
    }
  }

  /** The next one; where fitted features are not kept, with those that share them. */
  private List<Candidate> batch(List<Candidate> ahead) {
    Candidate first = ahead.get(0);
    List<Candidate> batch = new ArrayList<>(List.of(first));
    FoldFeatures shared = features.of(first.features());
    for (Candidate candidate : ahead.subList(1, ahead.size())) {
      if (candidate.learner() != first.learner()
          || features.of(candidate.features()) != shared
          || shared.keepsAll()) {
        break;
      }
      batch.add(candidate);
    }
    return batch;
  }

  /** What is known of a candidate so far. */
  private static final class Attempt {
    final double[] tuned;
    final double[] imageFactors;
    double[][] margins = new double[0][];
    double seconds;

    Attempt(int folds) {
      tuned = new double[folds];
      imageFactors = new double[folds];
      Arrays.fill(imageFactors, 1);
    }
  }

  private void run(List<Candidate> batch, Map<Candidate, Attempt> attempts) {
    for (Candidate candidate : batch) {
      if (isWorthBeginning(candidate)) {
        attempts.put(candidate, new Attempt(folds.count()));
      }
    }
    for (int fold = 0; fold < folds.count(); fold++) {
      for (Map.Entry<Candidate, Attempt> entry : attempts.entrySet()) {
        if (budget.stopped() && oneIsComplete) {
          budget.cut();
          return;
        }
        predict(entry.getKey(), entry.getValue(), fold);
        progress.progress(entry.getKey().words(), fold + 1, folds.count());
      }
      if (fold == 0) {
        giveUpSlow(attempts);
      }
    }
    attempts.forEach(
        (candidate, attempt) -> {
          oneIsComplete |= eligible.test(candidate);
          listener.finished(
              candidate,
              new Outcome(attempt.margins, attempt.tuned, attempt.imageFactors, attempt.seconds));
        });
  }

  private boolean isWorthBeginning(Candidate candidate) {
    boolean late =
        budget.stopped()
            || (budget.searchSecondsLeft() <= 0 && candidate.learner() == LearnerKind.TREES);
    if (!late || (!oneIsComplete && eligible.test(candidate))) {
      return true;
    }
    budget.cut();
    progress.message("time budget: " + candidate.words() + " is not tried");
    return false;
  }

  private void giveUpSlow(Map<Candidate, Attempt> attempts) {
    List<Candidate> slowestFirst =
        attempts.keySet().stream()
            .filter(candidate -> candidate.learner() == LearnerKind.TREES)
            .sorted(Comparator.comparing((Candidate c) -> seconds(attempts, c)).reversed())
            .toList();
    for (Candidate candidate : slowestFirst) {
      double ahead = attempts.keySet().stream().mapToDouble(c -> seconds(attempts, c)).sum();
      double fitting = features.of(candidate.features()).secondsAhead();
      // Training on all rows takes about as long as one more fold.
      if (ahead * folds.count() + fitting <= budget.searchSecondsLeft()) {
        return;
      }
      boolean last =
          !oneIsComplete
              && eligible.test(candidate)
              && attempts.keySet().stream().filter(eligible).count() == 1;
      if (last) {
        continue;
      }
      budget.cut();
      progress.message(
          "time budget: %s is given up after one fold (%.0f s a fold)"
              .formatted(candidate.words(), seconds(attempts, candidate)));
      attempts.remove(candidate);
    }
  }

  private static double seconds(Map<Candidate, Attempt> attempts, Candidate candidate) {
    return Objects.requireNonNull(attempts.get(candidate)).seconds;
  }

  private void predict(Candidate candidate, Attempt attempt, int fold) {
    FoldFeatures.Fold given = features.of(candidate.features()).get(fold);
    double before = budget.spentSeconds();
    FittedModel model;
    if (candidate.learner() == LearnerKind.LINEAR) {
      LinearLearner.Fitted fitted = trainLinear(candidate.features(), given);
      attempt.tuned[fold] = fitted.model().strength();
      attempt.imageFactors[fold] = fitted.imageFactor();
      model = fitted;
    } else {
      TreeLearner.Fitted fitted =
          trees
              .with(candidate.trees())
              .train(given.features(), given.training(), candidate.treeSlots(given.fitted()));
      attempt.tuned[fold] = fitted.rounds();
      model = fitted;
    }
    int[] validation = folds.validationRows(fold);
    double[][] margins = model.margins(given.features().selectRows(validation));
    if (attempt.margins.length == 0) {
      attempt.margins = new double[given.features().rows()][margins[0].length];
      Arrays.stream(attempt.margins).forEach(row -> Arrays.fill(row, Double.NaN));
    }
    for (int i = 0; i < validation.length; i++) {
      attempt.margins[validation[i]] = margins[i];
    }
    attempt.seconds += budget.spentSeconds() - before;
  }

  /** Of images alone, the image score is the linear model, and there already. */
  private LinearLearner.Fitted trainLinear(FeatureSet set, FoldFeatures.Fold given) {
    FittedFeatures fitted = given.fitted();
    int[] slots = set.linearSlots(fitted);
    if (set.isHead(fitted)) {
      return linear.fitted(slots, given.training(), Objects.requireNonNull(fitted.imageScore()));
    }
    return !set.isTuned()
            && linear.weighsRowsAsGiven()
            && fitted.imageScore() != null
            && Arrays.equals(slots, fitted.embeddingSlots())
        ? linear.fitted(slots, given.training(), Objects.requireNonNull(fitted.imageScore()))
        : linear.train(given.features(), given.training(), slots, set.linearEmbeddings(fitted));
  }
}
