package dev.amulet.training.tree;

/**
 * How boosted trees are grown; the names and meanings are XGBoost's. Start from {@link #builder()}.
 *
 * @param eta shrinkage of each tree, in (0, 1]
 * @param maxDepth largest depth of a tree, 1 to 16
 * @param minChildWeight smallest sum of second derivatives in a leaf, at least 0
 * @param subsample share of the rows each tree sees, in (0, 1]
 * @param colsampleByTree share of the slots each tree sees, in (0, 1]
 * @param lambda L2 penalty on leaf values, at least 0
 * @param maxRounds most boosting rounds (trees per margin), at least 1
 * @param earlyStoppingRounds rounds without a better validation loss after which training stops
 * @param threads native threads; with more than one, start the JVM with {@code
 *     OMP_WAIT_POLICY=passive} in its environment, or a busy machine slows training many times over
 * @param seed of row and column sampling; the same seed gives the same bits for any thread count
 */
public record TreeSettings(
    double eta,
    int maxDepth,
    double minChildWeight,
    double subsample,
    double colsampleByTree,
    double lambda,
    int maxRounds,
    int earlyStoppingRounds,
    int threads,
    long seed) {

  public TreeSettings {
    require(eta > 0 && eta <= 1, "eta", eta, "in (0, 1]");
    require(maxDepth >= 1 && maxDepth <= 16, "maxDepth", maxDepth, "from 1 to 16");
    require(minChildWeight >= 0, "minChildWeight", minChildWeight, "at least 0");
    require(subsample > 0 && subsample <= 1, "subsample", subsample, "in (0, 1]");
    require(
        colsampleByTree > 0 && colsampleByTree <= 1,
        "colsampleByTree",
        colsampleByTree,
        "in (0, 1]");
    require(lambda >= 0, "lambda", lambda, "at least 0");
    require(maxRounds >= 1, "maxRounds", maxRounds, "at least 1");
    require(earlyStoppingRounds >= 1, "earlyStoppingRounds", earlyStoppingRounds, "at least 1");
    require(threads >= 1, "threads", threads, "at least 1");
  }

  private static void require(boolean holds, String name, double found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "tree setting " + name + ": " + found + ", expected " + expected);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings; every one has a default. */
  public static final class Builder {
    private double eta = 0.05;
    private int maxDepth = 6;
    private double minChildWeight = 1;
    private double subsample = 0.8;
    private double colsampleByTree = 0.5;
    private double lambda = 1;
    private int maxRounds = 1000;
    private int earlyStoppingRounds = 40;
    private int threads = 2;
    private long seed = 1;

    private Builder() {}

    /** Default 0.05; halving it about doubles the rounds. */
    public Builder eta(double value) {
      eta = value;
      return this;
    }

    /** Default 6; the size of the model doubles with each level. */
    public Builder maxDepth(int value) {
      maxDepth = value;
      return this;
    }

    /** Default 1. */
    public Builder minChildWeight(double value) {
      minChildWeight = value;
      return this;
    }

    /** Default 0.8. */
    public Builder subsample(double value) {
      subsample = value;
      return this;
    }

    /** Default 0.5; training time is proportional to it. */
    public Builder colsampleByTree(double value) {
      colsampleByTree = value;
      return this;
    }

    /** Default 1. */
    public Builder lambda(double value) {
      lambda = value;
      return this;
    }

    /** Default 1000. */
    public Builder maxRounds(int value) {
      maxRounds = value;
      return this;
    }

    /** Default 40. */
    public Builder earlyStoppingRounds(int value) {
      earlyStoppingRounds = value;
      return this;
    }

    /** Default 2. */
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** Default 1. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public TreeSettings build() {
      return new TreeSettings(
          eta,
          maxDepth,
          minChildWeight,
          subsample,
          colsampleByTree,
          lambda,
          maxRounds,
          earlyStoppingRounds,
          threads,
          seed);
    }
  }
}
