package dev.amulet.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Deals bundles of rows to two sides, each with its share of every stratum. */
final class RatioSplit {
  private final int[] strata;
  private final double[][] wanted;
  private final double[][] filled;

  private RatioSplit(int[] strata, double ratio) {
    this.strata = strata;
    int kinds = Arrays.stream(strata).max().orElse(0) + 1;
    wanted = new double[2][kinds];
    filled = new double[2][kinds];
    for (int stratum : strata) {
      wanted[0][stratum] += ratio;
      wanted[1][stratum] += 1 - ratio;
    }
  }

  /**
   * Deals rows, the largest bundles first, each to the side that it brings nearer to its share.
   *
   * @param bundles rows of the same number stay together
   * @param strata of each row, from 0
   * @param ratio share of the first side, above 0 and below 1
   * @return true for the rows of the first side
   */
  static boolean[] deal(int[] bundles, int[] strata, double ratio, long seed) {
    Map<Integer, List<Integer>> members = new LinkedHashMap<>();
    for (int row = 0; row < bundles.length; row++) {
      members.computeIfAbsent(bundles[row], bundle -> new ArrayList<>()).add(row);
    }
    List<List<Integer>> order = new ArrayList<>(members.values());
    Collections.shuffle(order, new Random(seed));
    order.sort(Comparator.comparingInt((List<Integer> rows) -> rows.size()).reversed());
    RatioSplit split = new RatioSplit(strata, ratio);
    boolean[] first = new boolean[bundles.length];
    for (List<Integer> rows : order) {
      int side = split.growth(0, rows) <= split.growth(1, rows) ? 0 : 1;
      for (int row : rows) {
        split.filled[side][strata[row]]++;
        first[row] = side == 0;
      }
    }
    return first;
  }

  /** Growth of the squared distance from the share, relative to the share, of strata and of all. */
  private double growth(int side, List<Integer> rows) {
    Map<Integer, Integer> added = new HashMap<>();
    rows.forEach(row -> added.merge(strata[row], 1, Integer::sum));
    double growth =
        growth(Arrays.stream(filled[side]).sum(), Arrays.stream(wanted[side]).sum(), rows.size());
    for (Map.Entry<Integer, Integer> entry : added.entrySet()) {
      int stratum = entry.getKey();
      growth += growth(filled[side][stratum], wanted[side][stratum], entry.getValue());
    }
    return growth;
  }

  private static double growth(double filled, double wanted, int added) {
    return (2 * (filled - wanted) * added + (double) added * added) / wanted;
  }
}
