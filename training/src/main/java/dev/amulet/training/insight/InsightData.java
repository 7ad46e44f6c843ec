package dev.amulet.training.insight;

import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.data.Target;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything a report is made of.
 *
 * @param profile the table trained on
 * @param scorer the metric that counts
 * @param validation what models that did not see a row predicted for it
 * @param contenders what was compared, simplest first
 * @param constant figures of always predicting the mean or the class shares
 * @param corrected the scorer without the luck of the best of many
 * @param test figures on a separate table
 * @param explanations what moved the predictions, or null when nothing can be said
 * @param embeddings what the networks made of the pictures, or null without pictures
 * @param learningCurve how the figures grow with the rows
 * @param run how it was made
 */
public record InsightData(
    TableProfile profile,
    Metric scorer,
    Validation validation,
    List<Contender> contenders,
    Map<Metric, Score> constant,
    Score corrected,
    TestFigures test,
    @Nullable Explanations explanations,
    @Nullable Embeddings embeddings,
    LearningCurve learningCurve,
    Run run) {

  public InsightData {
    contenders = List.copyOf(contenders);
    constant = Map.copyOf(constant);
  }

  /**
   * Out-of-fold predictions of the model that was chosen, of the rows that some fold held out.
   *
   * @param rows indexes into the dataset, ascending
   * @param actual {@code [rows]} the target, or the class index
   * @param predicted {@code [rows][1 or classes]} in the target's terms
   * @param weights {@code [rows]}
   * @param fold {@code [rows]} index into {@code foldNames}
   * @param threshold from which probability on the second of two classes is predicted
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row, shared and never written.
  public record Validation(
      int[] rows,
      double[] actual,
      double[][] predicted,
      double[] weights,
      int[] fold,
      List<String> foldNames,
      double threshold) {}

  /**
   * A way to model the data that was compared with others.
   *
   * @param features table, image_score, embedding or both
   * @param learner linear, trees or blend
   * @param tuning how its trees are grown where that was searched for, else empty
   * @param chosen whether the model is made this way
   * @param perFold every metric, one value per fold
   */
  public record Contender(
      String features,
      String learner,
      String tuning,
      boolean chosen,
      Map<Metric, double[]> perFold) {
    /** A metric over the folds. */
    public Score score(Metric metric) {
      double[] values = perFold.get(metric);
      return values == null ? new Score(Double.NaN, 0) : Score.of(values);
    }

    boolean readsImages() {
      return !features.equals("table");
    }
  }

  /**
   * How the finished model did on a separate table.
   *
   * @param rows of that table, 0 when there was none
   * @param scores every metric; empty when the table has no target
   */
  public record TestFigures(int rows, Map<Metric, Double> scores) {}

  /**
   * Contributions of source columns in margin space, by the finished model.
   *
   * @param rows the rows explained, indexes into the dataset
   * @param columns source columns
   * @param outputs what each output stands for: one name, or one per class
   * @param values {@code [outputs][rows][columns]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Thousands of numbers, shared and never written.
  public record Explanations(
      int[] rows, List<String> columns, List<String> outputs, double[][][] values) {}

  /**
   * What the networks made of the pictures.
   *
   * @param features one row per row of the dataset
   * @param slots of the embeddings, all image columns and networks side by side; NaN where a row
   *     has no such picture
   */
  @SuppressWarnings("ArrayRecordComponent") // Slot numbers, shared and never written.
  public record Embeddings(FeatureMatrix features, int[] slots) {
    /** Whether the row has all its pictures. */
    boolean isComplete(int row) {
      for (int slot : slots) {
        if (Float.isNaN(features.value(row, slot))) {
          return false;
        }
      }
      return true;
    }

    float value(int row, int position) {
      return features.value(row, slots[position]);
    }
  }

  /**
   * The chosen way of modelling with part of the rows.
   *
   * @param points fewest rows first; empty when none was made
   * @param note why there are no points or fewer than usual; empty when there is nothing to say
   */
  public record LearningCurve(List<Point> points, String note) {
    /**
     * Training with a share of the rows.
     *
     * @param share of the training rows of each fold
     * @param rows how many they are, on average
     * @param score the scorer over the folds
     * @param folds how many folds were trained
     */
    public record Point(double share, int rows, Score score, int folds) {}
  }

  /**
   * A network that pictures go through.
   *
   * @param input such as {@code 224 × 224, squashed}
   * @param width numbers per embedding
   * @param bytes size in the amulet
   * @param msPerImage as measured before the search, at the network's own size; NaN when not known
   */
  public record NetworkCard(
      String name,
      String input,
      int width,
      long bytes,
      double msPerImage,
      String source,
      String licence) {}

  /**
   * How the experiment was made.
   *
   * @param name of the experiment
   * @param created moment, ISO 8601
   * @param version of Amulet
   * @param transformer function the target is learned through: identity, log or sqrt
   * @param networks in use, empty without pictures
   * @param seconds by phase, in order
   * @param cutShort whether something was left out because the time budget was spent
   * @param config the resolved settings as TOML
   * @param seed of every random choice
   * @param tuning how a network was fine-tuned, or null where that was not asked for
   */
  public record Run(
      String name,
      String created,
      String version,
      String transformer,
      List<NetworkCard> networks,
      Map<String, Double> seconds,
      boolean cutShort,
      String config,
      long seed,
      @Nullable Tuning tuning) {}

  /**
   * How networks were fine-tuned.
   *
   * @param network that was tuned, or several
   * @param pictures such as {@code 128 × 128}
   * @param strategy which layers learned
   * @param quadrant where the data lie by size and likeness to what the network knows
   * @param folds the networks of each; empty where it was given up
   * @param epochsOnAllRows of each network of the model; empty where the model does without
   * @param verdict whether it pays, in a sentence, or why it was given up
   * @param used whether the model is made with it
   */
  public record Tuning(
      String network,
      String pictures,
      String strategy,
      String quadrant,
      List<TunedFold> folds,
      List<Integer> epochsOnAllRows,
      String verdict,
      boolean used) {
    public Tuning {
      folds = List.copyOf(folds);
      epochsOnAllRows = List.copyOf(epochsOnAllRows);
    }

    /** Images a second while training, one fold with another; NaN without. */
    public double imagesPerSecond() {
      return folds.stream().mapToDouble(TunedFold::imagesPerSecond).average().orElse(Double.NaN);
    }

    /** Share of the training time spent waiting for pictures; NaN without folds. */
    public double waitingShare() {
      return folds.stream().mapToDouble(TunedFold::waitingShare).average().orElse(Double.NaN);
    }
  }

  /**
   * A network of a fold.
   *
   * @param network its id
   * @param rate learning rate at its peak
   * @param epochs made
   * @param best the epoch its weights are from; 0 for those it started with
   * @param startLoss of the rows it held out of its own, before the first step; NaN without any
   * @param bestLoss of the same after the best epoch
   */
  public record TunedFold(
      String network,
      String fold,
      double rate,
      int epochs,
      int best,
      double startLoss,
      double bestLoss,
      double imagesPerSecond,
      double waitingShare) {}

  /** A class as a sentence names it: a number alone would say nothing. */
  String className(int label) {
    String name = Figures.shortened(target().classes().get(label), 40);
    return name.matches("[0-9.+-]+") ? target().column() + " = " + name : name;
  }

  Task task() {
    return target().task();
  }

  Target target() {
    return profile.requiredTarget();
  }

  Dataset dataset() {
    return profile.dataset();
  }

  /** The way the model is made. */
  Contender chosen() {
    return contenders.stream().filter(Contender::chosen).findFirst().orElseThrow();
  }

  /** The best without pictures; null when the table has only pictures. */
  @Nullable Contender tableOnly() {
    Contender best = null;
    for (Contender contender : contenders) {
      if (!contender.readsImages()
          && (best == null
              || scorer.better(contender.score(scorer).mean(), best.score(scorer).mean()))) {
        best = contender;
      }
    }
    return best;
  }

  /** The best without pictures, where there are some to do without; else null. */
  @Nullable Contender tableBaseline() {
    return withImages() == null ? null : tableOnly();
  }

  /** The best that reads pictures; null when the table has none. */
  @Nullable Contender withImages() {
    Contender best = null;
    for (Contender contender : contenders) {
      if (contender.readsImages()
          && (best == null
              || scorer.better(contender.score(scorer).mean(), best.score(scorer).mean()))) {
        best = contender;
      }
    }
    return best;
  }
}
