package dev.amulet.runtime;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a {@link Prediction} is to say beyond the score. Any combination works on the same {@link
 * Scorer}, in the pass that scores the row, and none changes the score. Immutable.
 *
 * <p>What the amulet cannot give ({@link Scorer#available()}) is refused with an {@link
 * IllegalStateException} that says why, before any row is scored.
 */
public final class ScoreOptions {
  /** One thing to ask for. */
  public enum Part {
    /** {@link Prediction#contributions} of every slot. */
    CONTRIBUTIONS_TRANSFORMED,
    /** {@link Prediction#contributions} of every source column. */
    CONTRIBUTIONS_ORIGINAL,
    /** {@link Prediction#intervals} of a regression. */
    INTERVALS,
    /** {@link Prediction#embeddings} of every image column. */
    EMBEDDINGS,
    /**
     * {@link Prediction#activationMaps} of every image. Each image runs through its network even
     * where an {@link EmbeddingCache} knows it.
     */
    ACTIVATION_MAPS,
    /**
     * {@link Prediction#unusualValues}. Each image is decoded, for its size, even where an {@link
     * EmbeddingCache} knows it.
     */
    UNUSUAL_VALUES,
    /** {@link Prediction#timingNs} of every stage. */
    TIMINGS
  }

  private static final ScoreOptions NONE = builder().build();

  private final Set<Part> parts;

  private ScoreOptions(Set<Part> parts) {
    this.parts = parts;
  }

  /** The score only, which allocates nothing. */
  public static ScoreOptions none() {
    return NONE;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Whether this was asked for. */
  public boolean has(Part part) {
    return parts.contains(part);
  }

  /** Whether nothing beyond the score was asked for. */
  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Everything that was asked for. */
  public Set<Part> parts() {
    return EnumSet.copyOf(parts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreOptions options && options.parts.equals(parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  @Override
  public String toString() {
    return "ScoreOptions" + parts;
  }

  /** Builds {@link ScoreOptions}; not safe for concurrent use. */
  public static final class Builder {
    private final EnumSet<Part> parts = EnumSet.noneOf(Part.class);

    private Builder() {}

    /** Asks for contributions of slots, of source columns, or of both (call it twice). */
    public Builder contributions(FeatureSpace space) {
      return ask(
          space == FeatureSpace.TRANSFORMED
              ? Part.CONTRIBUTIONS_TRANSFORMED
              : Part.CONTRIBUTIONS_ORIGINAL);
    }

    /** Asks how long each stage of the row took. */
    public Builder timings() {
      return ask(Part.TIMINGS);
    }

    /** Asks for prediction intervals. */
    public Builder intervals() {
      return ask(Part.INTERVALS);
    }

    /** Asks for what the networks made of the images. */
    public Builder embeddings() {
      return ask(Part.EMBEDDINGS);
    }

    /** Asks which parts of the images moved the score. */
    public Builder activationMaps() {
      return ask(Part.ACTIVATION_MAPS);
    }

    /** Asks which cells are unlike any that training saw. */
    public Builder unusualValues() {
      return ask(Part.UNUSUAL_VALUES);
    }

    /** Asks for one part. */
    public Builder ask(Part part) {
      parts.add(part);
      return this;
    }

    public ScoreOptions build() {
      return new ScoreOptions(EnumSet.copyOf(parts));
    }
  }
}
