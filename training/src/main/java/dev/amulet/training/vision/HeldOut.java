package dev.amulet.training.vision;

import dev.amulet.format.v1.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The rows that fine-tuning holds out to see how it goes. */
final class HeldOut {
  /** Fewer rows than this say nothing. */
  private static final int LEAST = 10;

  private HeldOut() {}

  /** Sorted rows: the same share of each class, whole groups; empty where too few would be left. */
  static int[] of(TuningRows rows, double share, long seed) {
    Map<Long, List<Integer>> units = new LinkedHashMap<>();
    for (int row = 0; row < rows.rows(); row++) {
      long unit = rows.groups() == null ? row : rows.groups()[row];
      units.computeIfAbsent(unit, u -> new ArrayList<>()).add(row);
    }
    boolean byClass = rows.task() != Task.REGRESSION;
    Map<Double, List<List<Integer>>> strata = new LinkedHashMap<>();
    for (List<Integer> unit : units.values()) {
      double stratum = byClass ? rows.labels()[unit.get(0)] : 0;
      strata.computeIfAbsent(stratum, s -> new ArrayList<>()).add(unit);
    }
    SplittableRandom random = new SplittableRandom(RandomParameters.splitMix64(seed, 77));
    List<Integer> held = new ArrayList<>();
    for (List<List<Integer>> stratum : strata.values()) {
      shuffle(stratum, random);
      int all = stratum.stream().mapToInt(List::size).sum();
      int wanted = (int) Math.round(share * all);
      int taken = 0;
      for (List<Integer> unit : stratum) {
        if (taken + unit.size() <= wanted) {
          held.addAll(unit);
          taken += unit.size();
        }
      }
    }
    if (held.size() < LEAST || rows.rows() - held.size() < LEAST) {
      return new int[0];
    }
    return held.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static void shuffle(List<List<Integer>> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      List<Integer> swap = list.get(i);
      list.set(i, list.get(j));
      list.set(j, swap);
    }
  }

  /** Rows from 0 that are not among these. */
  static int[] others(int rows, int[] held) {
    Set<Integer> taken = new HashSet<>();
    Arrays.stream(held).forEach(taken::add);
    return IntStream.range(0, rows).filter(row -> !taken.contains(row)).toArray();
  }
}
