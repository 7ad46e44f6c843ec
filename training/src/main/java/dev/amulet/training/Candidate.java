package dev.amulet.training;

import dev.amulet.training.tree.TreeOptions;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A way to model the data that cross-validation compares with others.
 *
 * @param features what the learner sees; for a blend, what its two learners see together
 * @param trees how its trees are grown where that was searched for; null for as the settings say
 */
record Candidate(FeatureSet features, LearnerKind learner, @Nullable TreeOptions trees)
    implements Comparable<Candidate> {
  private static final Comparator<Candidate> SIMPLEST_FIRST =
      Comparator.comparing(Candidate::features)
          .thenComparing(Candidate::learner)
          .thenComparing(Candidate::trees, Comparator.nullsFirst(Comparator.naturalOrder()));

  Candidate(FeatureSet features, LearnerKind learner) {
    this(features, learner, null);
  }

  /** For people. */
  String words() {
    String what =
        switch (features) {
          case TABLE -> "table only";
          case IMAGE_SCORE -> "image score";
          case EMBEDDING -> "embedding";
          case BOTH -> "both";
          case TUNED_SCORE -> "tuned network's score";
          case TUNED_EMBEDDING -> "tuned embedding";
        };
    return what + ", " + (trees == null ? "" : "tuned ") + learner.key();
  }

  @Override
  public int compareTo(Candidate other) {
    return SIMPLEST_FIRST.compare(this, other);
  }
}
