package dev.amulet.training.data;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.runtime.text.DateTimeText;
import dev.amulet.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows in the order of a time column. Rows of one time are never torn apart. */
final class TimeOrder {
  private final String column;
  private final double[] times;

  private TimeOrder(String column, double[] times) {
    this.column = column;
    this.times = times;
  }

  /**
   * Reads the time of every row: numbers as they are, dates as milliseconds.
   *
   * @throws TrainingException when a row has no time
   */
  static TimeOrder of(Dataset table, ColumnProfile column) {
    @Nullable String[] cells = table.column(column.name());
    boolean dates = column.type() == ColumnType.DATE_TIME;
    DateTimeText format = new DateTimeText(DateTimes.UTC, column.dateTimePatterns());
    double[] times = new double[cells.length];
    for (int row = 0; row < cells.length; row++) {
      String cell = cells[row];
      if (cell == null || column.missingMarkers().contains(cell)) {
        throw new TrainingException(
            "--time %s: row %d has no time; fill the cell or leave the row out"
                .formatted(column.name(), table.sourceRow(row) + 1));
      }
      times[row] = dates ? format.parse(cell) : Double.parseDouble(cell);
    }
    return new TimeOrder(column.name(), times);
  }

  /**
   * Folds that train on the past: the rows are cut into one part more than there are folds, and
   * each fold holds out one part, from the second on, and trains on the parts before. Rows of a
   * group that the held out part has too are left out of the training.
   *
   * @param groups of each row, or null
   */
  Folds forward(int folds, @Nullable String @Nullable [] groups) {
    int[] all = IntStream.range(0, times.length).toArray();
    if (different(all) < folds + 1) {
      throw new TrainingException(
          "--time %s: %d different times, but %d folds in order need %d; use --folds %d"
              .formatted(
                  column,
                  different(all),
                  folds,
                  folds + 1,
                  Math.max(2, Math.min(folds, different(all) - 1))));
    }
    double[] shares = new double[folds + 1];
    Arrays.fill(shares, 1.0 / shares.length);
    return folds(parts(all, shares), folds, groups);
  }

  /** One fold that holds out the latest rows. */
  Folds latest(double share, @Nullable String @Nullable [] groups) {
    int[] all = IntStream.range(0, times.length).toArray();
    if (different(all) < 2) {
      throw new TrainingException(
          "--time " + column + ": every row has the same time, so none is later than others");
    }
    return folds(parts(all, new double[] {1 - share, share}), 1, groups);
  }

  private Folds folds(int[] parts, int folds, @Nullable String @Nullable [] groups) {
    int[] assignment =
        Arrays.stream(parts).map(part -> part == 0 ? Folds.NEVER : part - 1).toArray();
    int[][] training = new int[folds][];
    for (int fold = 0; fold < folds; fold++) {
      int held = fold;
      Set<String> heldGroups = new HashSet<>();
      for (int row = 0; groups != null && row < assignment.length; row++) {
        if (assignment[row] == held && groups[row] != null) {
          heldGroups.add(groups[row]);
        }
      }
      training[fold] =
          IntStream.range(0, assignment.length)
              .filter(row -> assignment[row] < held)
              .filter(row -> groups == null || !heldGroups.contains(groups[row]))
              .toArray();
    }
    return Folds.inTime(assignment, training);
  }

  /** The part of each of some rows when these are cut into equal parts; the latest is part 0. */
  int[] latestFirst(int[] rows, int parts) {
    double[] shares = new double[parts];
    Arrays.fill(shares, 1.0 / parts);
    return Arrays.stream(parts(rows, shares)).map(part -> parts - 1 - part).toArray();
  }

  /** How many different times some rows have. */
  int different(int[] rows) {
    return (int) Arrays.stream(rows).mapToDouble(row -> times[row]).distinct().count();
  }

  /**
   * The part of each row, in time: each part ends where it comes nearest to its share, and has one
   * time at least.
   */
  private int[] parts(int[] rows, double[] shares) {
    Integer[] order = IntStream.range(0, rows.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> times[rows[i]]));
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      if (i + 1 == order.length || times[rows[order[i + 1]]] > times[rows[order[i]]]) {
        ends.add(i + 1);
      }
    }
    int[] parts = new int[rows.length];
    int block = 0;
    int from = 0;
    double upTo = 0;
    for (int part = 0; part < shares.length; part++) {
      upTo += shares[part] * rows.length;
      int lastBlock = ends.size() - (shares.length - part);
      while (block < lastBlock
          && Math.abs(ends.get(block + 1) - upTo) <= Math.abs(ends.get(block) - upTo)) {
        block++;
      }
      int to = part == shares.length - 1 ? rows.length : ends.get(block);
      for (int i = from; i < to; i++) {
        parts[order[i]] = part;
      }
      from = to;
      block++;
    }
    return parts;
  }
}
