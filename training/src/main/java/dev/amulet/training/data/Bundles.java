package dev.amulet.training.data;

import java.util.stream.IntStream;

/** Rows joined into bundles, each known by its first row. */
final class Bundles {
  private final int[] parents;

  /** Every row a bundle of its own. */
  Bundles(int rows) {
    parents = IntStream.range(0, rows).toArray();
  }

  void join(int a, int b) {
    int x = root(a);
    int y = root(b);
    parents[Math.max(x, y)] = Math.min(x, y);
  }

  private int root(int row) {
    int root = row;
    while (parents[root] != root) {
      root = parents[root];
    }
    parents[row] = root;
    return root;
  }

  /** The first row of each row's bundle. */
  int[] roots() {
    return IntStream.range(0, parents.length).map(this::root).toArray();
  }
}
