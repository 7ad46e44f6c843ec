package dev.amulet.training;

import java.util.Comparator;

/**
 * A way to model the data that cross-validation compares with others.
 *
 * @param features what the learner sees; for a blend, what its two learners see together
 */
record Candidate(FeatureSet features, LearnerKind learner) implements Comparable<Candidate> {
  private static final Comparator<Candidate> SIMPLEST_FIRST =
      Comparator.comparing(Candidate::features).thenComparing(Candidate::learner);

  /** For people. */
  String words() {
    String what =
        switch (features) {
          case TABLE -> "table only";
          case IMAGE_SCORE -> "image score";
          case EMBEDDING -> "embedding";
          case BOTH -> "both";
        };
    return what + ", " + learner.key();
  }

  @Override
  public int compareTo(Candidate other) {
    return SIMPLEST_FIRST.compare(this, other);
  }
}
