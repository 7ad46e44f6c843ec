package dev.amulet.training;

import dev.amulet.training.tree.TreeOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Looks for better ways to grow trees, by successive halving (Jamieson and Talwalkar,
 * "Non-stochastic best arm identification and hyperparameter optimization", 2016): each round
 * trains what is left on one more fold and keeps the better half. Judged on rows held out inside
 * the training part of the folds: never on the rows that the same trees' figure comes from, though
 * one fold's rows are among those that others are trained on.
 */
final class TreeSearch {
  /** Candidates of which trees are worth the time. */
  static final int CANDIDATES = 2;

  private static final int MOST_OPTIONS = 12;
  private static final int LEAST_OPTIONS = 4;

  /** Share of the time left that the search may take. */
  private static final double BUDGET_SHARE = 0.35;

  private final FoldFeatures.Both features;
  private final int folds;
  private final TreeLearner trees;
  private final Budget budget;
  private final long seed;

  TreeSearch(FoldFeatures.Both features, int folds, TreeLearner trees, Budget budget, long seed) {
    this.features = features;
    this.folds = folds;
    this.trees = trees;
    this.budget = budget;
    this.seed = seed;
  }

  /** Those of the candidates that are trees, grown in other ways where some promise more. */
  List<Candidate> tuned(List<Candidate> candidates, ProgressListener progress) {
    List<Candidate> tuned = new ArrayList<>();
    List<Candidate> trees =
        candidates.stream().filter(candidate -> candidate.learner() == LearnerKind.TREES).toList();
    for (int i = 0; i < trees.size(); i++) {
      Candidate candidate = trees.get(i);
      TreeOptions best = search(candidate, trees.size() - i, progress);
      if (!best.equals(TreeOptions.usual())) {
        tuned.add(new Candidate(candidate.features(), candidate.learner(), best));
        progress.message("  %s: %s".formatted(tuned.get(tuned.size() - 1).words(), best));
      }
    }
    return tuned;
  }

  private TreeOptions search(Candidate candidate, int ahead, ProgressListener progress) {
    if (budget.searchSecondsLeft() <= 0) {
      budget.cut();
      progress.message(
          "time budget: no other settings are tried for %s".formatted(candidate.words()));
      return TreeOptions.usual();
    }
    Map<TreeOptions, Double> losses = new HashMap<>();
    double before = budget.spentSeconds();
    add(losses, candidate, TreeOptions.usual(), 0);
    double once = budget.spentSeconds() - before;
    // Halving doubles the first round, and what it finds is trained twice in every fold.
    double room = BUDGET_SHARE * budget.searchSecondsLeft() / ahead / Math.max(1e-3, once);
    int count = (int) Math.min(MOST_OPTIONS, (room - 2 * folds) / 2);
    if (count < MOST_OPTIONS) {
      budget.cut();
    }
    if (count < LEAST_OPTIONS) {
      progress.message(
          String.format(
              Locale.ROOT,
              "time budget: no other settings are tried for %s (%.0f s each)",
              candidate.words(),
              once));
      return TreeOptions.usual();
    }
    List<TreeOptions> left = TreeOptions.sensible(count, seed);
    for (int fold = 0; fold < folds && left.size() > 1; fold++) {
      for (TreeOptions options : left) {
        if (budget.stopped()) {
          budget.cut();
          return TreeOptions.usual();
        }
        if (fold > 0 || !options.equals(TreeOptions.usual())) {
          add(losses, candidate, options, fold);
        }
      }
      left =
          left.stream()
              .sorted(
                  Comparator.comparing(
                      (TreeOptions o) -> losses.getOrDefault(o, Double.POSITIVE_INFINITY)))
              .limit((left.size() + 1) / 2)
              .toList();
    }
    return left.get(0);
  }

  private void add(
      Map<TreeOptions, Double> losses, Candidate candidate, TreeOptions options, int fold) {
    FoldFeatures.Fold given = features.of(candidate.features()).get(fold);
    double loss =
        trees
            .with(options)
            .heldOutLoss(
                given.features(), given.training(), candidate.features().slots(given.fitted()));
    losses.merge(options, loss, Double::sum);
  }
}
