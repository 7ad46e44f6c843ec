package dev.amulet.training;

/** Which learners may make the model. */
public enum LearnerChoice {
  /** Whatever scores best in cross-validation. */
  AUTO,
  /** The penalised linear model. */
  LINEAR,
  /** Boosted trees. */
  TREES,
  /** Both, weighted. */
  BLEND;

  /** Whether a candidate of this kind may be chosen. */
  boolean allows(LearnerKind kind) {
    return this == AUTO || name().equals(kind.name());
  }

  /** Whether cross-validation needs this kind. */
  boolean tries(LearnerKind kind) {
    return this == AUTO || this == BLEND || allows(kind);
  }
}
