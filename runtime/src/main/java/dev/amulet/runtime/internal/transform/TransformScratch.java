package dev.amulet.runtime.internal.transform;

import dev.amulet.runtime.text.NgramCounts;

/** What kernels need to work in; belongs to one thread at a time. */
public final class TransformScratch {
  private final NgramCounts ngrams = new NgramCounts();
  private double[] sums = new double[0];

  NgramCounts ngrams() {
    return ngrams;
  }

  /** At least this many numbers, of any value. */
  double[] sums(int count) {
    if (sums.length < count) {
      sums = new double[count];
    }
    return sums;
  }
}
