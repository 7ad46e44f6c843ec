package dev.amulet.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Which features a learner sees; from the simplest on. Table columns are always among them. */
enum FeatureSet {
  TABLE,
  IMAGE_SCORE,
  EMBEDDING,
  BOTH,
  /** What a fine-tuned network with its head says; nothing else where there is no table. */
  TUNED_SCORE,
  /** The embedding of a fine-tuned network, for linear models. */
  TUNED_EMBEDDING;

  /** Whether it needs a fine-tuned network. */
  boolean isTuned() {
    return this == TUNED_SCORE || this == TUNED_EMBEDDING;
  }

  /** The sets that these features of a frozen network allow, simplest first. */
  static List<FeatureSet> available(boolean table, boolean images) {
    if (!images) {
      return table ? List.of(TABLE) : List.of();
    }
    return table
        ? List.of(TABLE, IMAGE_SCORE, EMBEDDING, BOTH)
        : List.of(IMAGE_SCORE, EMBEDDING, BOTH);
  }

  /** The sets that make sense for a linear model: of embeddings it reads all, not components. */
  static List<FeatureSet> availableToLinear(boolean table, boolean images) {
    if (!images) {
      return table ? List.of(TABLE) : List.of();
    }
    return table ? List.of(TABLE, IMAGE_SCORE, EMBEDDING) : List.of(EMBEDDING);
  }

  /** Whether trees read principal components of it. */
  boolean hasComponents() {
    return this == EMBEDDING || this == BOTH;
  }

  /** What two learners see together. */
  FeatureSet and(FeatureSet other) {
    if (this == other || other == TABLE) {
      return this;
    }
    if (isTuned() || other.isTuned()) {
      // The embedding holds what the score was made of.
      return this == TABLE ? other : TUNED_EMBEDDING;
    }
    return this == TABLE ? other : BOTH;
  }

  /** Slots of this set for a linear model, ascending. */
  int[] linearSlots(FittedFeatures fitted) {
    boolean whole = this == EMBEDDING || this == TUNED_EMBEDDING || isHead(fitted);
    int[] images = whole ? fitted.embeddingSlots() : imageSlots(fitted);
    int[] all = concat(fitted.tableSlots(), images);
    // It has a weight per level already; beside those, means of few rows each made it worse
    // (houses: RMSE 336 to 350 thousand, car_price: 12.3 to 14.7 thousand).
    return without(all, without(fitted.targetSlots(), fitted.scoreSlots()));
  }

  /** Those of the slots for a linear model that are whole embeddings. */
  int[] linearEmbeddings(FittedFeatures fitted) {
    return this == EMBEDDING || this == TUNED_EMBEDDING ? fitted.embeddingSlots() : new int[0];
  }

  /** Whether there is nothing to learn beside the tuned network's own head. */
  boolean isHead(FittedFeatures fitted) {
    return this == TUNED_SCORE && fitted.tableSlots().length == 0;
  }

  /**
   * Slots of this set for trees, ascending; a logarithm says to them what the number says.
   *
   * @param components most components of each embedding
   */
  int[] slots(FittedFeatures fitted, int components) {
    int[] images = without(imageSlots(fitted), fitted.componentsBeyond(components));
    return concat(without(fitted.tableSlots(), fitted.logSlots()), images);
  }

  private int[] imageSlots(FittedFeatures fitted) {
    return switch (this) {
      case TABLE -> new int[0];
      case IMAGE_SCORE, TUNED_SCORE -> without(fitted.imageSlots(), fitted.componentSlots());
      case EMBEDDING, TUNED_EMBEDDING -> without(fitted.imageSlots(), fitted.scoreSlots());
      case BOTH -> fitted.imageSlots();
    };
  }

  /** Name in files and settings. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Ascending, as a stage reads its slots. */
  private static int[] concat(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).sorted().toArray();
  }

  private static int[] without(int[] slots, int[] leftOut) {
    return Arrays.stream(slots)
        .filter(slot -> Arrays.stream(leftOut).noneMatch(out -> out == slot))
        .toArray();
  }
}
