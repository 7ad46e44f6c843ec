package dev.amulet.training.data;

import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Deals rows into folds: by a given column, else whole groups, else row by row; each fold with its
 * share of every class, or of every part of a regression target's range. Deterministic for one
 * seed.
 */
public final class Splitter {
  private static final int MOST_STRATA = 10;
  private static final int MOST_GIVEN_FOLDS = 100;
  private static final int FEWEST_TRAINING_ROWS = 5;

  private Splitter() {}

  /**
   * Folds for a profiled table: the fold column's if there is one; with a time column each fold
   * trains on the rows before those it holds out; else {@code folds} of equal size.
   *
   * @param folds 2 or more; not used with a fold column or a holdout
   * @param holdout share of the rows that the only fold holds out, or 0 for cross-validation; with
   *     a time column the latest rows
   * @throws TrainingException when a fold would be empty or its training part would miss a class
   */
  public static Folds split(TableProfile profile, int folds, double holdout, long seed) {
    Target target = profile.requiredTarget();
    Dataset dataset = profile.dataset();
    double[] values = target.values(dataset);
    refuseContradictions(profile, holdout);
    String groupColumn = profile.columnWithRole(Role.GROUP).map(ColumnProfile::name).orElse(null);
    @Nullable String[] groups = groupColumn == null ? null : dataset.column(groupColumn);
    ColumnProfile time = profile.columnWithRole(Role.TIME).orElse(null);
    ColumnProfile foldColumn = profile.columnWithRole(Role.FOLD).orElse(null);
    Folds dealt;
    if (foldColumn != null) {
      dealt = given(dataset.column(foldColumn.name()), foldColumn.name());
    } else if (time != null) {
      TimeOrder order = TimeOrder.of(dataset, time);
      dealt = holdout > 0 ? order.latest(holdout, groups) : order.forward(folds, groups);
    } else if (holdout > 0) {
      dealt = heldOut(groups, strata(values, target.task(), 2), holdout, seed);
    } else {
      int[] strata = strata(values, target.task(), folds);
      dealt =
          groups == null || groupColumn == null
              ? stratified(strata, folds, seed)
              : grouped(groups, groupColumn, strata, folds, seed);
    }
    requireRows(dealt, time, groupColumn);
    if (target.task() != Task.REGRESSION) {
      requireClasses(dealt, values, target);
    }
    profile
        .columnWithRole(Role.WEIGHT)
        .ifPresent(column -> requireWeight(dealt, profile.weights(), column.name()));
    return dealt;
  }

  /** Folds of cross-validation, without a holdout. */
  public static Folds split(TableProfile profile, int folds, long seed) {
    return split(profile, folds, 0, seed);
  }

  private static void refuseContradictions(TableProfile profile, double holdout) {
    if (profile.columnWithRole(Role.FOLD).isEmpty()) {
      return;
    }
    if (profile.columnWithRole(Role.TIME).isPresent()) {
      throw new TrainingException(
          "--time and --fold-column exclude each other: one orders the folds, the other gives them;"
              + " leave one of them out");
    }
    if (holdout > 0) {
      throw new TrainingException(
          "setting holdout is %s, but --fold-column gives the folds; leave one of them out"
              .formatted(holdout));
    }
  }

  /** One fold that holds out a share of the rows, whole groups, and its share of every stratum. */
  private static Folds heldOut(
      @Nullable String @Nullable [] groups, int[] strata, double holdout, long seed) {
    int[] bundles = IntStream.range(0, strata.length).toArray();
    if (groups != null) {
      Bundles joined = new Bundles(strata.length);
      members(groups, strata)
          .forEach(rows -> IntStream.of(rows).forEach(r -> joined.join(rows[0], r)));
      bundles = joined.roots();
    }
    boolean[] training = RatioSplit.deal(bundles, strata, 1 - holdout, seed);
    int[] assignment = new int[strata.length];
    Arrays.setAll(assignment, row -> training[row] ? Folds.NEVER : 0);
    return Folds.numbered(assignment, 1);
  }

  /**
   * Deals some rows of a profiled table into inner parts, keeping groups whole; the fold column, if
   * any, plays no role inside a training part. Where all the rows are of one group, as with one
   * fold per group and two groups, they are dealt row by row: inner parts only choose settings, and
   * there is no second group to hold out.
   *
   * @param rows two or more
   * @return the part of each of the rows, from 0; fewer parts than asked for when there are fewer
   *     rows or groups
   */
  public static int[] parts(TableProfile profile, int[] rows, int parts, long seed) {
    Target target = profile.requiredTarget();
    double[] values = target.values(profile.dataset());
    double[] chosen = Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
    int[] strata = strata(chosen, target.task(), parts);
    String column = profile.columnWithRole(Role.GROUP).map(ColumnProfile::name).orElse(null);
    if (column == null) {
      int[] inTime = partsInTime(profile, rows, parts, target, chosen);
      return inTime != null
          ? inTime
          : stratified(strata, Math.min(parts, rows.length), seed).assignment();
    }
    String[] cells = profile.dataset().column(column);
    @Nullable String[] groups =
        Arrays.stream(rows).mapToObj(row -> cells[row]).toArray(String[]::new);
    int count = Math.min(parts, members(groups, strata).size());
    if (count < 2) {
      return stratified(strata, Math.min(parts, rows.length), seed).assignment();
    }
    return grouped(groups, column, strata, count, seed).assignment();
  }

  private static int @Nullable [] partsInTime(
      TableProfile profile, int[] rows, int parts, Target target, double[] values) {
    ColumnProfile column = profile.columnWithRole(Role.TIME).orElse(null);
    if (column == null) {
      return null;
    }
    TimeOrder order = TimeOrder.of(profile.dataset(), column);
    if (order.different(rows) < parts) {
      return null;
    }
    int[] inTime = order.latestFirst(rows, parts);
    if (target.task() != Task.REGRESSION) {
      Map<Integer, Set<Integer>> partsOfClass = new HashMap<>();
      for (int i = 0; i < rows.length; i++) {
        partsOfClass.computeIfAbsent((int) values[i], c -> new HashSet<>()).add(inTime[i]);
      }
      if (partsOfClass.values().stream().anyMatch(of -> of.size() < 2)) {
        return null;
      }
    }
    return inTime;
  }

  /** One fold per different label of a column, ordered as classes are. */
  static Folds given(String[] cells, String column) {
    Set<String> labels = new HashSet<>();
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] == null) {
        throw new TrainingException(
            "--fold-column %s: row %d names no fold; fill the cell".formatted(column, i + 1));
      }
      labels.add(cells[i]);
    }
    if (labels.size() < 2 || labels.size() > MOST_GIVEN_FOLDS) {
      throw new TrainingException(
          "--fold-column %s: %d different folds, expected 2 to %d"
              .formatted(column, labels.size(), MOST_GIVEN_FOLDS));
    }
    List<String> names = LabelOrder.sorted(labels);
    Map<String, Integer> indices = new HashMap<>();
    names.forEach(name -> indices.put(name, indices.size()));
    int[] assignment = new int[cells.length];
    Arrays.setAll(assignment, i -> indices.getOrDefault(cells[i], -1));
    return Folds.named(assignment, names);
  }

  /** Row by row: each stratum is shuffled and dealt round, going on where the last one ended. */
  static Folds stratified(int[] strata, int folds, long seed) {
    requireFolds(folds, strata.length, "rows");
    Random random = new Random(seed);
    int[] order = shuffled(strata.length, random);
    Integer[] byStratum = Arrays.stream(order).boxed().toArray(Integer[]::new);
    Arrays.sort(byStratum, Comparator.comparingInt(row -> strata[row]));
    int[] assignment = new int[strata.length];
    for (int i = 0; i < byStratum.length; i++) {
      assignment[byStratum[i]] = i % folds;
    }
    return Folds.numbered(assignment, folds);
  }

  /**
   * Whole groups: the largest first, each to the fold where it leaves strata and sizes most even. A
   * row without a group is a group of its own.
   */
  static Folds grouped(
      @Nullable String[] groups, String column, int[] strata, int folds, long seed) {
    List<int[]> members = members(groups, strata);
    requireFolds(folds, members.size(), "different values of --group " + column);
    java.util.Collections.shuffle(members, new Random(seed));
    members.sort(Comparator.comparingInt((int[] rows) -> rows.length).reversed());
    int kinds = Arrays.stream(strata).max().orElse(0) + 1;
    double[] wanted = new double[kinds];
    for (int stratum : strata) {
      wanted[stratum] += 1.0 / folds;
    }
    double[][] filled = new double[folds][kinds];
    int[] sizes = new int[folds];
    int[] assignment = new int[strata.length];
    for (int[] rows : members) {
      int best = 0;
      double bestCost = Double.POSITIVE_INFINITY;
      for (int fold = 0; fold < folds; fold++) {
        double cost = cost(filled[fold], sizes[fold], rows, strata, wanted);
        if (cost < bestCost) {
          bestCost = cost;
          best = fold;
        }
      }
      for (int row : rows) {
        assignment[row] = best;
        filled[best][strata[row]]++;
      }
      sizes[best] += rows.length;
    }
    return Folds.numbered(assignment, folds);
  }

  /** Growth of the squared fill, relative to the fill wanted, when the rows join the fold. */
  private static double cost(double[] filled, int size, int[] rows, int[] strata, double[] wanted) {
    double total = Arrays.stream(wanted).sum();
    double cost = (2.0 * size * rows.length + (double) rows.length * rows.length) / (total * total);
    Map<Integer, Integer> added = new HashMap<>();
    for (int row : rows) {
      added.merge(strata[row], 1, Integer::sum);
    }
    for (Map.Entry<Integer, Integer> entry : added.entrySet()) {
      double before = filled[entry.getKey()];
      double count = entry.getValue();
      double share = wanted[entry.getKey()];
      cost += (2 * before * count + count * count) / (share * share);
    }
    return cost;
  }

  private static List<int[]> members(@Nullable String[] groups, int[] strata) {
    Map<String, List<Integer>> byGroup = new LinkedHashMap<>();
    for (int i = 0; i < strata.length; i++) {
      String key = groups[i] == null ? "\0" + i : groups[i];
      byGroup.computeIfAbsent(key, group -> new ArrayList<>()).add(i);
    }
    List<int[]> members = new ArrayList<>();
    byGroup
        .values()
        .forEach(rows -> members.add(rows.stream().mapToInt(Integer::intValue).toArray()));
    return members;
  }

  /** Classes as they are; a regression's rows by rank of the target, in up to ten equal parts. */
  static int[] strata(double[] values, Task task, int folds) {
    if (task != Task.REGRESSION) {
      return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    }
    int parts = Math.max(1, Math.min(MOST_STRATA, values.length / Math.max(1, folds)));
    Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(row -> values[row]));
    int[] strata = new int[values.length];
    for (int i = 0; i < order.length; i++) {
      strata[order[i]] = (int) ((long) i * parts / order.length);
    }
    return strata;
  }

  private static void requireFolds(int folds, int things, String what) {
    if (folds < 2 || folds > things) {
      throw new TrainingException(
          "--folds %d: expected 2 to %d, the number of %s".formatted(folds, things, what));
    }
  }

  private static void requireClasses(Folds folds, double[] values, Target target) {
    for (int fold = 0; fold < folds.count(); fold++) {
      Set<Integer> seen = new HashSet<>();
      for (int row : folds.trainRows(fold)) {
        seen.add((int) values[row]);
      }
      for (int c = 0; c < target.classes().size(); c++) {
        if (!seen.contains(c)) {
          String name = target.classes().get(c);
          throw new TrainingException(
              folds.inTime()
                  ? ("target \"%s\": no row of class \"%s\" is earlier than those of fold %s, so it"
                          + " cannot be learned there; use fewer folds, leave out --time or merge"
                          + " the class into another")
                      .formatted(target.column(), name, folds.names().get(fold))
                  : ("target \"%s\": all rows of class \"%s\" fall into fold %s, so it cannot be learned"
                          + " there; add rows, merge the class into another or use other folds")
                      .formatted(target.column(), name, folds.names().get(fold)));
        }
      }
    }
  }

  private static void requireRows(
      Folds folds, @Nullable ColumnProfile time, @Nullable String groupColumn) {
    for (int fold = 0; fold < folds.count(); fold++) {
      int left = folds.trainRows(fold).length;
      if (folds.validationRows(fold).length == 0) {
        throw new TrainingException(
            "fold %s holds no row, so nothing can be measured; use another share or other groups"
                .formatted(folds.names().get(fold)));
      }
      if (left >= FEWEST_TRAINING_ROWS) {
        continue;
      }
      if (time != null && groupColumn != null) {
        throw new TrainingException(
            ("--time %s with --group %s: of the rows before fold %s only %d are of groups that the"
                    + " fold has not, too few to learn from; use fewer folds or leave one of the"
                    + " options out")
                .formatted(time.name(), groupColumn, folds.names().get(fold), left));
      }
      throw new TrainingException(
          ("fold %s holds all rows but %d, too few to learn from; use folds that leave at least"
                  + " %d rows %s")
              .formatted(
                  folds.names().get(fold),
                  left,
                  FEWEST_TRAINING_ROWS,
                  time == null ? "outside" : "before"));
    }
  }

  private static void requireWeight(Folds folds, double[] weights, String column) {
    for (int fold = 0; fold < folds.count(); fold++) {
      boolean inside = IntStream.of(folds.validationRows(fold)).anyMatch(row -> weights[row] > 0);
      boolean outside = IntStream.of(folds.trainRows(fold)).anyMatch(row -> weights[row] > 0);
      if (!inside || !outside) {
        throw new TrainingException(
            ("--weight %s: every row %s fold %s has weight 0, so the fold cannot be %s; use fewer"
                    + " or other folds, or give more rows a weight")
                .formatted(
                    column,
                    inside ? "outside" : "of",
                    folds.names().get(fold),
                    inside ? "trained for" : "measured"));
      }
    }
  }

  private static int[] shuffled(int count, Random random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }
}
