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
 * @param similar the pictures resemble what the network knows
 * @param strategy what the matrix proposes
 * @param reason for people: the quadrant and the figures that lead to it
 */
public record TuningChoice(boolean large, boolean similar, Strategy strategy, String reason) {
  /** Fewer pictures per class are a small data set. */
  static final int LARGE_PER_CLASS = 1000;

  /** Fewer rows of a regression are a small data set. */
  static final int LARGE_ROWS = 30_000;

  /**
   * The matrix: large and different, every layer; large and similar, or small and different, the
   * top layers; small and similar, none.
   *
   * @param similarity by the network's confidence in its own ImageNet classes where it has them,
   *     else by how well its frozen features separate the target
   */
  public static TuningChoice of(Task task, int rows, int classes, Similarity similarity) {
    boolean regression = task == Task.REGRESSION;
    int perClass = rows / Math.max(1, classes);
    boolean large = regression ? rows >= LARGE_ROWS : perClass >= LARGE_PER_CLASS;
    boolean similar = similarity.isReached();
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
            "%s (%s) and %s (%s %.2f, from %.2f on similar)",
            large ? "large" : "small",
            size,
            similar ? "similar to what the network knows" : "different from what the network knows",
            similarity.measure(),
            similarity.value(),
            similarity.threshold());
    return new TuningChoice(large, similar, strategy, reason);
  }
}
