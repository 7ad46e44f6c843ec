package dev.amulet.training.vision;

/**
 * How like the pictures that a network was pretrained on those of some data are.
 *
 * @param value 0 to 1
 * @param threshold from which value on they are similar
 * @param measure what was measured, for people
 */
public record Similarity(double value, double threshold, String measure) {
  /**
   * Below what three networks reach on photographs of ImageNet's classes (0.51 to 0.70), above what
   * they reach on skin, tissue and signs (0.14 to 0.43) but for one that is too sure of itself
   * (0.49); {@code docs/fine-tuning.md} has the figures.
   */
  static final double CONFIDENT = 0.45;

  /** Frozen features are then halfway from the best constant to perfect. */
  static final double SEPARATED = 0.5;

  /** By how sure the network is of its own classes; which must have been measured. */
  public static Similarity confidence(ClassConfidence confidence) {
    return new Similarity(
        confidence.mean(),
        CONFIDENT,
        "its mean confidence in its ImageNet classes on %d pictures"
            .formatted(confidence.pictures()));
  }

  /**
   * By how well frozen features tell the target apart, 0 (as the best constant) to 1 (perfectly).
   *
   * @param loss held-out log loss or squared error of a linear model on frozen embeddings
   * @param constant the same of the best constant
   * @param because why it was not told by confidence
   */
  public static Similarity separation(double loss, double constant, String because) {
    return new Similarity(
        constant > 0 ? Math.max(0, Math.min(1, 1 - loss / constant)) : 0,
        SEPARATED,
        "the share of a constant's loss that its frozen embeddings take away, as %s:"
            .formatted(because));
  }

  boolean isReached() {
    return value >= threshold;
  }
}
