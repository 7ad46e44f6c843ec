package dev.amulet.training;

import dev.amulet.training.tree.TreeOptions;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A way to model the data that cross-validation compares with others.
 *
 * @param features what the learner sees; for a blend, what its two learners see together
 * @param components principal components of each embedding that its trees read; 0 where they read
 *     none, and for a linear model, which reads the embedding itself
 * @param trees how its trees are grown where that was searched for; null for as the settings say
 */
record Candidate(
    FeatureSet features, LearnerKind learner, int components, @Nullable TreeOptions trees)
    implements Comparable<Candidate> {
  private static final Comparator<Candidate> SIMPLEST_FIRST =
      Comparator.comparing(Candidate::features)
          .thenComparing(Candidate::learner)
          .thenComparing(Candidate::components)
          .thenComparing(Candidate::trees, Comparator.nullsFirst(Comparator.naturalOrder()));

  Candidate(FeatureSet features, LearnerKind learner) {
    this(features, learner, 0, null);
  }

  /** The same with trees grown in another way. */
  Candidate with(int newComponents, @Nullable TreeOptions newTrees) {
    return new Candidate(features, learner, newComponents, newTrees);
  }

  /** Slots that its trees read, ascending. */
  int[] treeSlots(FittedFeatures fitted) {
    return features.slots(fitted, components);
  }

  /** What a search set for its trees; empty where they are as usual. */
  String searched() {
    String size =
        components == 0 || components == ImageSettings.USUAL_DIMENSION
            ? ""
            : "components=" + components;
    return (size + (trees == null ? "" : " " + trees)).strip();
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
    String usual = what + ", " + (trees == null ? "" : "tuned ") + learner.key();
    return components == 0 || components == ImageSettings.USUAL_DIMENSION
        ? usual
        : usual + " on " + components + " components";
  }

  @Override
  public int compareTo(Candidate other) {
    return SIMPLEST_FIRST.compare(this, other);
  }
}
