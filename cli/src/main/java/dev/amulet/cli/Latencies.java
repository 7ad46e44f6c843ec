package dev.amulet.cli;

import java.util.Arrays;

/** Times of single calls: every one is kept, none is smoothed. */
final class Latencies {
  private long[] ns = new long[1024];
  private int count;
  private boolean sorted = true;

  void add(long durationNs) {
    if (count == ns.length) {
      ns = Arrays.copyOf(ns, 2 * count);
    }
    ns[count++] = durationNs;
    sorted = false;
  }

  int count() {
    return count;
  }

  /**
   * The time, in milliseconds, within which this share of the calls came back: one that was
   * measured, never one in between.
   *
   * @param share above 0, at most 1
   */
  double ms(double share) {
    if (count == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    if (!sorted) {
      Arrays.sort(ns, 0, count);
      sorted = true;
    }
    return ns[Math.max(0, (int) Math.ceil(share * count) - 1)] / 1e6;
  }
}
