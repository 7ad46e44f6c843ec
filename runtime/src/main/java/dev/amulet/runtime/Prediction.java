package dev.amulet.runtime;

import dev.amulet.format.v1.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the model says about one row: the score, and what {@link ScoreOptions} asked for beyond it.
 * Reusable: a {@link ScoringSession} overwrites the prediction it is given; those returned by
 * {@link Scorer} belong to the caller.
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
  private @Nullable PredictionDetails details;
  private @Nullable Map<ScoringStage, Long> timingsNs;

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

  /**
   * What each feature adds to the margins.
   *
   * @throws IllegalStateException when {@link ScoreOptions} did not ask for them
   */
  public Contributions contributions(FeatureSpace space) {
    Contributions contributions =
        space == FeatureSpace.TRANSFORMED ? details().transformed() : details().original();
    return asked(contributions, "contributions(FeatureSpace." + space + ")");
  }

  /**
   * How long a stage of this row took, in nanoseconds; over all its images, and for {@link
   * ScoringStage#NETWORK} the runs of its whole batch, which it waited for.
   *
   * @throws IllegalStateException when {@link ScoreOptions} did not ask for it
   */
  public long timingNs(ScoringStage stage) {
    return asked(timingsNs, "timings()").getOrDefault(stage, 0L);
  }

  /**
   * Regression: where the true value lies, one interval per coverage the amulet was made with.
   *
   * @throws IllegalStateException when {@link ScoreOptions} did not ask for them
   */
  public List<Interval> intervals() {
    return asked(details().intervals(), "intervals()");
  }

  /** Lower end of the first of {@link #intervals}. */
  public double lower() {
    return intervals().get(0).lower();
  }

  /** Upper end of the first of {@link #intervals}. */
  public double upper() {
    return intervals().get(0).upper();
  }

  /**
   * What the networks made of the images, in the order of {@link Scorer#embeddingNames()}.
   *
   * @throws IllegalStateException when {@link ScoreOptions} did not ask for them
   */
  public List<Embedding> embeddings() {
    return asked(details().embeddings(), "embeddings()");
  }

  /**
   * Which parts of each image moved the score; no map of an image that is missing.
   *
   * @throws IllegalStateException when {@link ScoreOptions} did not ask for them
   */
  public List<ActivationMap> activationMaps() {
    return asked(details().activationMaps(), "activationMaps()");
  }

  /**
   * Cells unlike any that training saw, in column order; empty when there are none.
   *
   * @throws IllegalStateException when {@link ScoreOptions} did not ask for them
   */
  public List<UnusualValue> unusualValues() {
    return asked(details().unusualValues(), "unusualValues()");
  }

  private PredictionDetails details() {
    return details == null ? PredictionDetails.NONE : details;
  }

  private static <T> T asked(@Nullable T part, String method) {
    if (part == null) {
      throw new IllegalStateException(
          "not asked for: score with ScoreOptions.builder()." + method + ".build()");
    }
    return part;
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
    details = null;
    timingsNs = null;
  }

  void setTimings(Map<ScoringStage, Long> newTimingsNs) {
    timingsNs = newTimingsNs;
  }

  void setDetails(PredictionDetails newDetails) {
    details = newDetails;
  }

  @Override
  public String toString() {
    return classIndex < 0
        ? "Prediction[" + value + "]"
        : "Prediction[" + label() + " " + Arrays.toString(probabilities) + "]";
  }
}
