package dev.amulet.training;

import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How good the best of several candidates really is. The best of many looks better than it is; so
 * the choice is repeated on rows drawn at random with replacement, and measured on the rows not
 * drawn (Tsamardinos, Greasidou and Borboudakis, "Bootstrapping the out-of-sample predictions for
 * efficient and accurate cross-validation", 2018). Groups are drawn whole.
 */
final class BootstrapCorrection {
  private static final int DRAWS = 200;

  /** Rows times candidates evaluated at most, over all draws. */
  private static final long MOST_WORK = 20_000_000;

  private final TargetCoding coding;
  private final double[] targets;
  private final double[] weights;
  private final Metric scorer;
  private final long seed;
  private final List<int[]> units;

  BootstrapCorrection(ExperimentData data, Folds folds, Metric scorer, long seed) {
    coding = data.coding();
    targets = data.targets();
    weights = data.profile().weights();
    this.scorer = scorer;
    this.seed = seed;
    units = units(data, folds.validatedRows());
  }

  /**
   * The scorer's mean and spread over draws, on rows pooled over folds.
   *
   * @param candidates out-of-fold predictions {@code [rows][1 or classes]} of each
   */
  Score of(Collection<double[][]> candidates) {
    SplittableRandom random = new SplittableRandom(seed);
    long work = (long) targets.length * candidates.size();
    int draws = (int) Math.max(20, Math.min(DRAWS, MOST_WORK / Math.max(1, work)));
    double[] values = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      int[] times = new int[units.size()];
      for (int i = 0; i < times.length; i++) {
        times[random.nextInt(times.length)]++;
      }
      values[draw] = measure(candidates, rows(times, true), rows(times, false));
    }
    return Score.of(values);
  }

  private double measure(Collection<double[][]> candidates, int[] drawn, int[] left) {
    double[][] best = null;
    double bestValue = Double.NaN;
    for (double[][] candidate : candidates) {
      double value = candidates.size() == 1 ? 0 : value(candidate, drawn, drawn);
      if (best == null || scorer.better(value, bestValue)) {
        best = candidate;
        bestValue = value;
      }
    }
    return best == null || left.length == 0 ? Double.NaN : value(best, drawn, left);
  }

  /** The scorer on some rows, with the label threshold chosen on the rows drawn. */
  private double value(double[][] predictions, int[] drawn, int[] rows) {
    return ModelSelection.evaluate(
            coding,
            ModelSelection.pick(targets, rows),
            ModelSelection.pick(predictions, rows),
            ModelSelection.pick(weights, rows),
            threshold(predictions, drawn))
        .value(scorer);
  }

  private double threshold(double[][] predictions, int[] drawn) {
    if (coding.task() != Task.BINARY || LabelThreshold.criterion(scorer) != scorer) {
      return LabelThreshold.USUAL;
    }
    double[] second = new double[predictions.length];
    for (int row : drawn) {
      second[row] = predictions[row][1];
    }
    return LabelThreshold.choose(scorer, targets, second, weights, drawn);
  }

  /** Rows of the units drawn, each as often as it was, or of those never drawn. */
  private int[] rows(int[] times, boolean drawn) {
    return IntStream.range(0, times.length)
        .filter(unit -> drawn == times[unit] > 0)
        .flatMap(
            unit ->
                IntStream.range(0, Math.max(1, times[unit]))
                    .flatMap(again -> IntStream.of(units.get(unit))))
        .toArray();
  }

  /** Rows that are drawn together, of those that have an out-of-fold prediction. */
  private static List<int[]> units(ExperimentData data, int[] rows) {
    String column = data.profile().columnWithRole(Role.GROUP).map(ColumnProfile::name).orElse(null);
    if (column == null) {
      return IntStream.of(rows).mapToObj(row -> new int[] {row}).toList();
    }
    String[] cells = data.table().column(column);
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int row : rows) {
      String key = cells[row] == null ? "\0" + row : cells[row];
      groups.computeIfAbsent(key, group -> new ArrayList<>()).add(row);
    }
    return groups.values().stream()
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }
}
