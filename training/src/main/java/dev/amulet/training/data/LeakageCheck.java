package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Warns of an input column whose levels say the target almost by themselves.
 *
 * <p>Each row is predicted from the other rows of its level (so that a column of ids does not look
 * like an answer): the level's commonest class, or its mean.
 */
final class LeakageCheck {
  private static final double SUSPECT_SHARE = 0.98;
  private static final int FEWEST_ROWS = 30;

  private final double[] target;
  private final Task task;

  LeakageCheck(double[] target, Task task) {
    this.target = target;
    this.task = task;
  }

  /** A warning about one column, empty when there is nothing to say. */
  Optional<String> check(ColumnCells column, ColumnType type) {
    boolean levels = type == ColumnType.CATEGORICAL || type == ColumnType.BOOLEAN;
    boolean fewNumbers = type == ColumnType.NUMERIC && column.distinct().size() <= FEWEST_ROWS;
    if (target.length < FEWEST_ROWS || !(levels || fewNumbers)) {
      return Optional.empty();
    }
    double share = task == Task.REGRESSION ? explained(column) : gained(column);
    if (share < SUSPECT_SHARE) {
      return Optional.empty();
    }
    return Optional.of(
        ("column \"%s\" alone tells the target almost perfectly (%.1f %%); if it is not known"
                + " when scoring: --drop %s")
            .formatted(column.name(), 100 * share, column.name()));
  }

  /** Share of the errors of always saying the commonest class that knowing the level removes. */
  private double gained(ColumnCells column) {
    int classes = (int) Arrays.stream(target).max().orElse(0) + 1;
    Map<String, int[]> counts = new HashMap<>();
    int[] all = new int[classes];
    for (int i = 0; i < target.length; i++) {
      counts.computeIfAbsent(level(column, i), level -> new int[classes])[(int) target[i]]++;
      all[(int) target[i]]++;
    }
    int right = 0;
    for (int i = 0; i < target.length; i++) {
      int[] others = counts.getOrDefault(level(column, i), all);
      int own = (int) target[i];
      others[own]--;
      right += others[own] > 0 && others[own] == Arrays.stream(others).max().orElse(0) ? 1 : 0;
      others[own]++;
    }
    int commonest = Arrays.stream(all).max().orElse(0);
    return (double) (right - commonest) / Math.max(1, target.length - commonest);
  }

  /** Share of the target's variance that the mean of the level's other rows explains. */
  private double explained(ColumnCells column) {
    double mean = Arrays.stream(target).average().orElse(0);
    Map<String, double[]> sums = new HashMap<>();
    for (int i = 0; i < target.length; i++) {
      double[] sum = sums.computeIfAbsent(level(column, i), level -> new double[2]);
      sum[0] += target[i];
      sum[1]++;
    }
    double errors = 0;
    double variance = 0;
    for (int i = 0; i < target.length; i++) {
      double[] sum = sums.getOrDefault(level(column, i), new double[2]);
      double others = sum[1] < 2 ? mean : (sum[0] - target[i]) / (sum[1] - 1);
      errors += (target[i] - others) * (target[i] - others);
      variance += (target[i] - mean) * (target[i] - mean);
    }
    return variance == 0 ? 0 : 1 - errors / variance;
  }

  private static String level(ColumnCells column, int row) {
    String cell = column.cells()[row];
    return cell == null ? "" : cell;
  }
}
