package dev.amulet.runtime.internal.tree;

import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.TreeEnsemble;

/**
 * Exact Shapley values of a tree ensemble's margins, path-dependent: a slot that is not known is
 * averaged over by the training rows that went each way (Lundberg, Erion and Lee, "Consistent
 * Individualized Feature Attribution for Tree Ensembles", 2018, algorithm 2).
 *
 * <p>The same numbers by less arithmetic. On the way to a leaf every distinct slot is hot (the row
 * takes all its tests) or cold, and knowing a cold slot makes the leaf worth nothing. With the
 * cover shares {@code z}, knowing a set of k hot slots makes it worth {@code v * prod z(cold) *
 * prod z(other hot)}; summed over sets of equal size these are the coefficients of the polynomial
 * {@code prod (x + z)} over the hot slots. So a step down multiplies by one factor, a hot slot's
 * value divides by its own (Horner's rule; z is at most 1, so errors shrink), and all cold slots of
 * a leaf share one value.
 *
 * <p>Immutable and safe for use by many threads, each with its own {@link Scratch}.
 */
public final class TreeContributions {
  private static final int LEAF = -1;
  private static final int FIRST_ON_PATH = -1;

  private final boolean inclusive;
  private final int[] roots;
  private final int[] marginOfTree;
  private final double[] bias;
  private final int mostDistinct;
  private final int deepest;

  private final int[] slots;
  private final float[] values;
  private final boolean[] missingLeft;
  private final int[] left;
  private final int[] right;

  /** Share of the parent's cover that reaches this node. */
  private final double[] share;

  /** Per split: position among the distinct slots above of the slot it tests, if it is there. */
  private final int[] earlier;

  /** {@code [distinct slots][set size]}: Shapley's weight of a set. */
  private final double[][] weights;

  public TreeContributions(TreeEnsemble ensemble) {
    inclusive = ensemble.getComparison() == Comparison.LESS_OR_EQUAL;
    int nodes = ensemble.getSlotsCount();
    roots = ensemble.getRootsList().stream().mapToInt(i -> i).toArray();
    marginOfTree = ensemble.getMarginsList().stream().mapToInt(i -> i).toArray();
    slots = ensemble.getSlotsList().stream().mapToInt(i -> i).toArray();
    left = ensemble.getLeftList().stream().mapToInt(i -> i).toArray();
    right = ensemble.getRightList().stream().mapToInt(i -> i).toArray();
    values = new float[nodes];
    missingLeft = new boolean[nodes];
    share = new double[nodes];
    earlier = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      values[node] = ensemble.getValues(node);
      missingLeft[node] = ensemble.getMissingLeft(node);
    }
    bias = new double[ensemble.getBaseMarginCount()];
    for (int k = 0; k < bias.length; k++) {
      bias[k] = ensemble.getBaseMargin(k);
    }
    int most = 0;
    int depth = 0;
    int[] path = new int[nodes];
    for (int tree = 0; tree < roots.length; tree++) {
      share[roots[tree]] = 1;
      most = Math.max(most, prepare(ensemble, roots[tree], path, 0));
      depth = Math.max(depth, depth(roots[tree]));
      bias[marginOfTree[tree]] += expected(roots[tree]);
    }
    mostDistinct = most;
    deepest = depth;
    weights = shapleyWeights(most);
  }

  /** Shares and repeated slots below a node; returns the most distinct slots on a path. */
  private int prepare(TreeEnsemble ensemble, int node, int[] path, int distinct) {
    if (slots[node] == LEAF) {
      return distinct;
    }
    earlier[node] = FIRST_ON_PATH;
    for (int i = 0; i < distinct; i++) {
      if (path[i] == slots[node]) {
        earlier[node] = i;
      }
    }
    int below = distinct;
    if (earlier[node] == FIRST_ON_PATH) {
      path[below++] = slots[node];
    }
    double toLeft = ensemble.getCover(left[node]);
    double cover = toLeft + ensemble.getCover(right[node]);
    // Where no training row came, none says which way the others would go.
    share[left[node]] = cover > 0 ? toLeft / cover : 0.5;
    share[right[node]] = 1 - share[left[node]];
    int most = prepare(ensemble, left[node], path, below);
    return Math.max(most, prepare(ensemble, right[node], path, below));
  }

  private int depth(int node) {
    return slots[node] == LEAF ? 0 : 1 + Math.max(depth(left[node]), depth(right[node]));
  }

  private double expected(int node) {
    return slots[node] == LEAF
        ? values[node]
        : share[left[node]] * expected(left[node]) + share[right[node]] * expected(right[node]);
  }

  /** {@code 1 / (d * C(d - 1, k))} for sets of k among the others of d slots. */
  private static double[][] shapleyWeights(int most) {
    double[][] weights = new double[most + 1][];
    for (int d = 0; d <= most; d++) {
      weights[d] = new double[d];
      double choose = 1;
      for (int k = 0; k < d; k++) {
        weights[d][k] = 1 / (d * choose);
        choose = choose * (d - 1 - k) / (k + 1);
      }
    }
    return weights;
  }

  /** Number of margins. */
  public int outputs() {
    return bias.length;
  }

  /** Margin expected before any slot is known. */
  public double bias(int output) {
    return bias[output];
  }

  /** Buffers for {@link #add}. */
  public Scratch newScratch() {
    return new Scratch(deepest, mostDistinct);
  }

  /** Buffers of one thread. */
  public static final class Scratch {
    private final double[][] polynomials;
    private final double[] quotient;
    private final double[] shares;
    private final boolean[] hot;
    private final int[] slotOf;
    private float[] row = new float[0];
    private double[] sums = new double[0];
    private int base;
    private double weight;

    private Scratch(int deepest, int distinct) {
      polynomials = new double[2 * deepest + 1][distinct + 1];
      quotient = new double[distinct + 1];
      shares = new double[distinct];
      hot = new boolean[distinct];
      slotOf = new int[distinct];
    }
  }

  /**
   * Adds the contributions of a row, times a weight.
   *
   * @param row slots of the row
   * @param sums {@code [outputs, slots]} row-major
   * @param slotCount length of a row of {@code sums}
   */
  public void add(float[] row, double weight, double[] sums, int slotCount, Scratch scratch) {
    scratch.row = row;
    scratch.sums = sums;
    scratch.weight = weight;
    for (int tree = 0; tree < roots.length; tree++) {
      scratch.base = marginOfTree[tree] * slotCount;
      scratch.polynomials[0][0] = 1;
      walk(roots[tree], scratch, 0, 0, 0, 1);
    }
  }

  /**
   * Visits a node.
   *
   * @param level which polynomial holds the hot slots so far
   * @param distinct distinct slots tested so far
   * @param hot how many of them are hot: the polynomial's degree
   * @param cold product of the cold slots' shares
   */
  private void walk(int node, Scratch scratch, int level, int distinct, int hot, double cold) {
    if (cold == 0) {
      return;
    }
    if (slots[node] == LEAF) {
      leaf(scratch, level, distinct, hot, cold * values[node] * scratch.weight);
      return;
    }
    int known = earlier[node];
    boolean first = known == FIRST_ON_PATH;
    int element = first ? distinct : known;
    boolean wasHot = first || scratch.hot[element];
    double before = first ? 1 : scratch.shares[element];
    if (first) {
      scratch.slotOf[element] = slots[node];
    }
    int under = first ? distinct + 1 : distinct;
    if (!wasHot) {
      walk(left[node], scratch, level, under, hot, cold * share[left[node]]);
      walk(right[node], scratch, level, under, hot, cold * share[right[node]]);
      return;
    }
    // Without this slot's own factor; both children multiply or drop it anew.
    int rest = hot;
    int at = level;
    if (!first) {
      at = level + 1;
      rest = hot - 1;
      divide(scratch.polynomials[level], before, hot, scratch.polynomials[at]);
    }
    boolean goesLeft = goesLeft(node, scratch.row);
    int taken = goesLeft ? left[node] : right[node];
    int other = goesLeft ? right[node] : left[node];

    scratch.hot[element] = false;
    walk(other, scratch, at, under, rest, cold * before * share[other]);

    scratch.hot[element] = true;
    scratch.shares[element] = before * share[taken];
    multiply(scratch.polynomials[at], scratch.shares[element], rest, scratch.polynomials[at + 1]);
    walk(taken, scratch, at + 1, under, rest + 1, cold);
    scratch.shares[element] = before;
  }

  private boolean goesLeft(int node, float[] row) {
    float value = row[slots[node]];
    if (Float.isNaN(value)) {
      return missingLeft[node];
    }
    return inclusive ? value <= values[node] : value < values[node];
  }

  private void leaf(Scratch scratch, int level, int distinct, int hot, double value) {
    if (distinct == 0) {
      return;
    }
    double[] p = scratch.polynomials[level];
    double[] w = weights[distinct];
    double ofCold = 0;
    if (hot < distinct) {
      for (int k = 0; k <= hot; k++) {
        ofCold += w[k] * p[k];
      }
      ofCold *= -value;
    }
    for (int i = 0; i < distinct; i++) {
      double contribution = ofCold;
      if (scratch.hot[i]) {
        double z = scratch.shares[i];
        divide(p, z, hot, scratch.quotient);
        double sum = 0;
        for (int k = 0; k < hot; k++) {
          sum += w[k] * scratch.quotient[k];
        }
        contribution = value * (1 - z) * sum;
      }
      scratch.sums[scratch.base + scratch.slotOf[i]] += contribution;
    }
  }

  /** {@code to = from * (x + z)}, {@code from} of this degree. */
  private static void multiply(double[] from, double z, int degree, double[] to) {
    to[degree + 1] = from[degree];
    for (int k = degree; k > 0; k--) {
      to[k] = from[k - 1] + z * from[k];
    }
    to[0] = z * from[0];
  }

  /**
   * {@code to = from / (x + z)}, {@code from} of this degree.
   *
   * <p>{@code from[k] = to[k - 1] + z * to[k]} is solved for the larger of the two, from below
   * where that is the second and from above where it is the first, so that no coefficient loses
   * more than a few bits however long the path. There is one change over, because the coefficients
   * of a product of such factors are log-concave.
   */
  private static void divide(double[] from, double z, int degree, double[] to) {
    int below = 0;
    double part = from[0];
    while (below < degree && part > 0.5 * from[below]) {
      double quotient = part / z;
      to[below] = quotient;
      below++;
      part = from[below] - quotient;
    }
    if (below < degree) {
      to[degree - 1] = from[degree];
      for (int k = degree - 1; k > below; k--) {
        to[k - 1] = from[k] - z * to[k];
      }
    }
  }
}
