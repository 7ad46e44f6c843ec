package dev.amulet.training.insight;

import java.util.Random;
import java.util.stream.IntStream;

/** Rows drawn for what cannot show them all. */
public final class Sample {
  /** Dots in a chart. */
  static final int DOTS = 2000;

  private Sample() {}

  /** At most so many rows, ascending: all of them, or drawn evenly by the seed. */
  public static int[] rows(int rows, int most, long seed) {
    if (rows <= most) {
      return IntStream.range(0, rows).toArray();
    }
    return new Random(seed).ints(0, rows).distinct().limit(most).sorted().toArray();
  }

  static String words(int shown, int all) {
    return "%s rows drawn from %s are shown.".formatted(Figures.count(shown), Figures.count(all));
  }
}
