package dev.amulet.training;

import dev.amulet.training.tree.TreeOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Looks for better ways to grow trees, and for how many principal components of embeddings they
 * should read, by successive halving (Jamieson and Talwalkar, "Non-stochastic best arm
 * identification and hyperparameter optimization", 2016): each round trains what is left on one
 * more fold and keeps the better half. Judged on rows held out inside the training part of the
 * folds: never on the rows that the same trees' figure comes from, though one fold's rows are among
 * those that others are trained on.
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
  private final @Nullable TreeOptions fixed;
  private final List<Integer> dimensions;
  private final long seed;

  TreeSearch(
      FoldFeatures.Both features,
      int folds,
      TreeLearner trees,
      Budget budget,
      ExperimentConfig config) {
    this.features = features;
    this.folds = folds;
    this.trees = trees;
    this.budget = budget;
    fixed = config.treeOptions();
    dimensions = config.images().outputDimensions();
    seed = config.seed();
  }

  /** Those of the candidates that are trees, grown in other ways where some promise more. */
  List<Candidate> tuned(List<Candidate> candidates, ProgressListener progress) {
    List<Candidate> tuned = new ArrayList<>();
    List<Candidate> trees =
        candidates.stream().filter(candidate -> candidate.learner() == LearnerKind.TREES).toList();
    for (int i = 0; i < trees.size(); i++) {
      Candidate candidate = trees.get(i);
      Candidate best = search(candidate, trees.size() - i, progress);
      if (!best.equals(candidate)) {
        tuned.add(best);
        TreeOptions options = best.trees();
        progress.message(
            "  %s: %s"
                .formatted(best.words(), options == null ? "grown as the settings say" : options));
      }
    }
    return tuned;
  }

  /** The same candidate in so many ways at most; the way it is first. */
  private List<Candidate> ways(Candidate candidate, int count) {
    List<Integer> sizes = new ArrayList<>(List.of(candidate.components()));
    if (candidate.features().hasComponents()) {
      dimensions.stream().filter(size -> !sizes.contains(size)).forEach(sizes::add);
    }
    List<Candidate> ways = new ArrayList<>();
    sizes.forEach(size -> ways.add(candidate.with(size, candidate.trees())));
    if (fixed == null) {
      Random random = new Random(seed);
      TreeOptions.sensible(MOST_OPTIONS, seed).stream()
          .skip(1)
          .map(options -> candidate.with(sizes.get(random.nextInt(sizes.size())), options))
          .forEach(ways::add);
    }
    return ways.subList(0, Math.min(count, ways.size()));
  }

  private Candidate search(Candidate candidate, int ahead, ProgressListener progress) {
    int most = ways(candidate, MOST_OPTIONS).size();
    if (most == 1) {
      return candidate;
    }
    if (budget.searchSecondsLeft() <= 0) {
      budget.cut();
      progress.message(
          "time budget: no other settings are tried for %s".formatted(candidate.words()));
      return candidate;
    }
    Map<Candidate, Double> losses = new HashMap<>();
    double before = budget.spentSeconds();
    add(losses, candidate, 0);
    double once = budget.spentSeconds() - before;
    // Halving doubles the first round, and what it finds is trained twice in every fold.
    double room = BUDGET_SHARE * budget.searchSecondsLeft() / ahead / Math.max(1e-3, once);
    int count = (int) Math.min(most, (room - 2 * folds) / 2);
    if (count < most) {
      budget.cut();
    }
    if (count < Math.min(LEAST_OPTIONS, most)) {
      progress.message(
          String.format(
              Locale.ROOT,
              "time budget: no other settings are tried for %s (%.0f s each)",
              candidate.words(),
              once));
      return candidate;
    }
    List<Candidate> left = ways(candidate, count);
    for (int fold = 0; fold < folds && left.size() > 1; fold++) {
      for (Candidate way : left) {
        if (budget.stopped()) {
          budget.cut();
          return candidate;
        }
        if (fold > 0 || !way.equals(candidate)) {
          add(losses, way, fold);
        }
      }
      left =
          left.stream()
              .sorted(
                  Comparator.comparing(
                      (Candidate way) -> losses.getOrDefault(way, Double.POSITIVE_INFINITY)))
              .limit((left.size() + 1) / 2)
              .toList();
    }
    return left.get(0);
  }

  private void add(Map<Candidate, Double> losses, Candidate way, int fold) {
    FoldFeatures.Fold given = features.of(way.features()).get(fold);
    double loss =
        trees
            .with(way.trees())
            .heldOutLoss(given.features(), given.training(), way.treeSlots(given.fitted()));
    losses.merge(way, loss, Double::sum);
  }
}
