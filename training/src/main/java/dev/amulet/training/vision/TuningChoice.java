package dev.amulet.training.vision;

import dev.amulet.format.v1.Task;
import dev.amulet.training.vision.FineTuneSettings.Strategy;

/**
 * Which part of a network to tune, proposed by how much data there is and how much it resembles
 * what the network knows (the size-similarity matrix of Marcelino, "Transfer learning from
 * pre-trained models", 2018, that Driverless AI's tutorial teaches). A proposal: validation
 * decides.
 *
 * @param large enough rows to change every layer
 * @param similar the network as it is already tells the target apart
 * @param strategy what the matrix proposes
 * @param reason for people: the quadrant and the figures that lead to it
 */
public record TuningChoice(boolean large, boolean similar, Strategy strategy, String reason) {
  /** Fewer pictures per class are a small data set. */
  static final int LARGE_PER_CLASS = 1000;

  /** Fewer rows of a regression are a small data set. */
  static final int LARGE_ROWS = 30_000;

  /** Similarity from which on a data set resembles what the network knows. */
  static final double SIMILAR = 0.5;

  /**
   * The matrix: large and different, every layer; large and similar, or small and different, the
   * top layers; small and similar, none.
   *
   * @param similarity 0 to 1: the network's mean confidence in its own classes where it has some,
   *     else {@link #separation}
   */
  public static TuningChoice of(Task task, int rows, int classes, double similarity) {
    boolean regression = task == Task.REGRESSION;
    int perClass = rows / Math.max(1, classes);
    boolean large = regression ? rows >= LARGE_ROWS : perClass >= LARGE_PER_CLASS;
    boolean similar = similarity >= SIMILAR;
    Strategy strategy =
        large && !similar
            ? Strategy.WHOLE
            : large || !similar ? Strategy.TOP : Strategy.FROZEN_BASE;
    String size =
        regression
            ? String.format("%,d rows, %s %,d", rows, large ? "at least" : "fewer than", LARGE_ROWS)
            : String.format(
                "%,d rows per class, %s %,d",
                perClass, large ? "at least" : "fewer than", LARGE_PER_CLASS);
    String reason =
        String.format(
            "%s (%s) and %s (%.2f, from %.1f on similar)",
            large ? "large" : "small",
            size,
            similar ? "similar to what the network knows" : "different from what the network knows",
            similarity,
            SIMILAR);
    return new TuningChoice(large, similar, strategy, reason);
  }

  /**
   * How well frozen features tell the target apart, 0 (as the best constant) to 1 (perfectly).
   *
   * @param loss held-out log loss or squared error of a linear model on frozen embeddings
   * @param constant the same of the best constant
   */
  public static double separation(double loss, double constant) {
    return constant > 0 ? Math.max(0, Math.min(1, 1 - loss / constant)) : 0;
  }
}
