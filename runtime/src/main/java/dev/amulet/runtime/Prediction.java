package dev.amulet.runtime;

import dev.amulet.format.v1.Task;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says about one row. Reusable: a {@link ScoringSession} overwrites the prediction
 * it is given; those returned by {@link Scorer} belong to the caller.
 *
 * <p>Not safe for concurrent use.
 */
public final class Prediction {
  private final List<String> classes;
  private final double[] margins;
  private final double[] probabilities;
  private double value;
  private int classIndex;
  private boolean clamped;
  private @Nullable ScoringException imageProblem;

  Prediction(Schema schema, int margins) {
    classes = schema.classes();
    this.margins = new double[margins];
    probabilities = new double[schema.task() == Task.REGRESSION ? 0 : classes.size()];
  }

  /**
   * Regression: the predicted value, in the target's unit. Classification: the probability of the
   * predicted class.
   */
  public double value() {
    return value;
  }

  /** Probability of a class, in [0, 1]. */
  public double probability(int index) {
    return probabilities[index];
  }

  /** A copy: one probability per class, in {@link Schema#classes()} order; empty for regression. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** Index of the predicted class, or -1 for regression. */
  public int classIndex() {
    return classIndex;
  }

  /** Label of the predicted class. */
  public String label() {
    if (classIndex < 0) {
      throw new IllegalStateException("a regression has no label; use value()");
    }
    return classes.get(classIndex);
  }

  /** A copy: the model's raw scores before link, calibration and inverse target transform. */
  public double[] margins() {
    return margins.clone();
  }

  /** Whether a linear margin left the range seen in training and was clamped to it. */
  public boolean clamped() {
    return clamped;
  }

  /**
   * Why an image that was given counts as missing: it could not be read or decoded, and the model's
   * policy for that column is to score without it. Null when every image given was used.
   */
  public @Nullable ScoringException imageProblem() {
    return imageProblem;
  }

  double[] marginsForWriting() {
    return margins;
  }

  double[] probabilitiesForWriting() {
    return probabilities;
  }

  void set(
      double newValue,
      int newClassIndex,
      boolean newClamped,
      @Nullable ScoringException newImageProblem) {
    imageProblem = newImageProblem;
    value = newValue;
    classIndex = newClassIndex;
    clamped = newClamped;
  }

  @Override
  public String toString() {
    return classIndex < 0
        ? "Prediction[" + value + "]"
        : "Prediction[" + label() + " " + Arrays.toString(probabilities) + "]";
  }
}
