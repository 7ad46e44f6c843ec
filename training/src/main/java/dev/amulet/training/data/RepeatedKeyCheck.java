package dev.amulet.training.data;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Warns of a column whose values come back in a few rows each, always with the same target: rows of
 * one patient, house or lesion. Dealt to different folds they would be recognised, not predicted.
 */
final class RepeatedKeyCheck {
  private static final double FEWEST_KEYS_SHARE = 0.1;
  private static final int FEWEST_REPEATS = 10;
  private static final double SAME_SHARE = 0.98;
  private static final double MOST_BY_CHANCE = 0.95;

  private final double[] target;

  /**
   * @param target the number or class index of each row
   */
  RepeatedKeyCheck(double[] target) {
    this.target = target;
  }

  /** A warning about one column, empty when there is nothing to say. */
  Optional<String> check(ColumnCells column) {
    int keys = column.distinct().size();
    if (keys < FEWEST_KEYS_SHARE * column.rows() || keys == column.present()) {
      return Optional.empty();
    }
    Map<String, Double> first = new HashMap<>();
    int repeats = 0;
    int same = 0;
    for (int row = 0; row < target.length; row++) {
      String key = column.cells()[row];
      if (key == null) {
        continue;
      }
      Double earlier = first.putIfAbsent(key, target[row]);
      if (earlier != null) {
        repeats++;
        same += earlier == target[row] ? 1 : 0;
      }
    }
    if (repeats < FEWEST_REPEATS || same < SAME_SHARE * repeats || byChance() > MOST_BY_CHANCE) {
      return Optional.empty();
    }
    return Optional.of(
        ("column \"%s\": %d values come back in %d rows, always with the same target; keep such"
                + " rows in one fold with --group %s")
            .formatted(
                column.name(),
                repeatedKeys(column),
                repeats + repeatedKeys(column),
                column.name()));
  }

  private static int repeatedKeys(ColumnCells column) {
    return (int) column.counts().values().stream().filter(count -> count > 1).count();
  }

  /** Chance that two rows have the same target. */
  private double byChance() {
    Map<Double, Integer> counts = new HashMap<>();
    for (double value : target) {
      counts.merge(value, 1, Integer::sum);
    }
    double chance = 0;
    for (int count : counts.values()) {
      chance += Math.pow((double) count / target.length, 2);
    }
    return chance;
  }
}
