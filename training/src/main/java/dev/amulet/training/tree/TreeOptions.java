package dev.amulet.training.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The part of {@link TreeSettings} that is worth choosing for a data set; written as {@code
 * eta=0.05 max_depth=6 …}. Ordered by nothing but its text.
 */
public record TreeOptions(
    double eta,
    int maxDepth,
    double minChildWeight,
    double subsample,
    double colsampleByTree,
    double lambda)
    implements Comparable<TreeOptions> {

  private static final double[] ETAS = {0.03, 0.05, 0.1};
  private static final int[] DEPTHS = {2, 3, 4, 6, 8};
  private static final double[] CHILD_WEIGHTS = {1, 3, 10};
  private static final double[] SUBSAMPLES = {0.6, 0.8, 1};
  private static final double[] COLSAMPLES = {0.2, 0.5, 0.9};
  private static final double[] LAMBDAS = {1, 3, 10};

  public TreeOptions {
    // Refuses what is out of range.
    TreeSettings.builder()
        .eta(eta)
        .maxDepth(maxDepth)
        .minChildWeight(minChildWeight)
        .subsample(subsample)
        .colsampleByTree(colsampleByTree)
        .lambda(lambda)
        .build();
  }

  /** What is used where nothing was chosen. */
  public static TreeOptions usual() {
    TreeSettings usual = TreeSettings.builder().build();
    return new TreeOptions(
        usual.eta(),
        usual.maxDepth(),
        usual.minChildWeight(),
        usual.subsample(),
        usual.colsampleByTree(),
        usual.lambda());
  }

  /** Different sensible ones, the usual ones first; the same for the same seed. */
  public static List<TreeOptions> sensible(int count, long seed) {
    List<TreeOptions> options = new ArrayList<>(List.of(usual()));
    Random random = new Random(seed);
    while (options.size() < count) {
      TreeOptions drawn =
          new TreeOptions(
              ETAS[random.nextInt(ETAS.length)],
              DEPTHS[random.nextInt(DEPTHS.length)],
              CHILD_WEIGHTS[random.nextInt(CHILD_WEIGHTS.length)],
              SUBSAMPLES[random.nextInt(SUBSAMPLES.length)],
              COLSAMPLES[random.nextInt(COLSAMPLES.length)],
              LAMBDAS[random.nextInt(LAMBDAS.length)]);
      if (!options.contains(drawn)) {
        options.add(drawn);
      }
    }
    return options;
  }

  /**
   * Reads the text form; what it does not name is as usual.
   *
   * @throws IllegalArgumentException when a name or a value is not one
   */
  public static TreeOptions parse(String text) {
    TreeOptions usual = usual();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("eta", usual.eta);
    values.put("max_depth", (double) usual.maxDepth);
    values.put("min_child_weight", usual.minChildWeight);
    values.put("subsample", usual.subsample);
    values.put("colsample_bytree", usual.colsampleByTree);
    values.put("lambda", usual.lambda);
    for (String part : text.strip().split("[\\s,;]+", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0 || values.replace(part.substring(0, equals), number(part, equals)) == null) {
        throw new IllegalArgumentException(
            "\"" + part + "\", expected NAME=NUMBER with a name of " + values.keySet());
      }
    }
    List<Double> all = new ArrayList<>(values.values());
    if (all.get(1) != Math.rint(all.get(1))) {
      throw new IllegalArgumentException("max_depth " + all.get(1) + ", expected a whole number");
    }
    return new TreeOptions(
        all.get(0), all.get(1).intValue(), all.get(2), all.get(3), all.get(4), all.get(5));
  }

  private static Double number(String part, int equals) {
    try {
      return Double.valueOf(part.substring(equals + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + part + "\", expected NAME=NUMBER", e);
    }
  }

  /** The same settings for everything else, with these. */
  public TreeSettings.Builder builder() {
    return TreeSettings.builder()
        .eta(eta)
        .maxDepth(maxDepth)
        .minChildWeight(minChildWeight)
        .subsample(subsample)
        .colsampleByTree(colsampleByTree)
        .lambda(lambda);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "eta=%s max_depth=%d min_child_weight=%s subsample=%s colsample_bytree=%s lambda=%s",
        eta,
        maxDepth,
        minChildWeight,
        subsample,
        colsampleByTree,
        lambda);
  }

  @Override
  public int compareTo(TreeOptions other) {
    return toString().compareTo(other.toString());
  }
}
