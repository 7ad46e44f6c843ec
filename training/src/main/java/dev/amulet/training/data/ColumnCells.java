package dev.amulet.training.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The cells of one column, counted. */
final class ColumnCells {
  private final String name;
  private final String[] cells;
  private final int missing;
  private final Map<String, Integer> counts;

  private ColumnCells(String name, String[] cells, int missing, Map<String, Integer> counts) {
    this.name = name;
    this.cells = cells;
    this.missing = missing;
    this.counts = counts;
  }

  static ColumnCells of(Dataset dataset, String column) {
    String[] cells = dataset.cells(dataset.columnIndex(column));
    Map<String, Integer> counts = new LinkedHashMap<>();
    int missing = 0;
    for (String cell : cells) {
      if (cell == null) {
        missing++;
      } else {
        counts.merge(cell, 1, Integer::sum);
      }
    }
    return new ColumnCells(column, cells, missing, counts);
  }

  String name() {
    return name;
  }

  /** The cells themselves, null where missing; not to be changed. */
  String[] cells() {
    return cells;
  }

  int missing() {
    return missing;
  }

  /** How often each different cell occurs, in order of first appearance. */
  Map<String, Integer> counts() {
    return counts;
  }

  int rows() {
    return cells.length;
  }

  int present() {
    return cells.length - missing;
  }

  Set<String> distinct() {
    return counts.keySet();
  }

  /** Share of the cells that are not missing which pass the test. */
  double share(Predicate<String> test) {
    return present() == 0 ? 0 : (double) count(test) / present();
  }

  int count(Predicate<String> test) {
    int passing = 0;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      passing += test.test(entry.getKey()) ? entry.getValue() : 0;
    }
    return passing;
  }

  /** Different cells that fail the test, in order of first appearance. */
  List<String> failing(Predicate<String> test) {
    return counts.keySet().stream().filter(test.negate()).toList();
  }

  /** The same column with these cells counted as missing. */
  ColumnCells without(Set<String> markers) {
    String[] kept = cells.clone();
    int gone = 0;
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] != null && markers.contains(kept[i])) {
        kept[i] = null;
        gone++;
      }
    }
    Map<String, Integer> counted = new LinkedHashMap<>(counts);
    counted.keySet().removeAll(markers);
    return new ColumnCells(name, kept, missing + gone, counted);
  }
}
