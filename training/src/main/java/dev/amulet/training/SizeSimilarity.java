package dev.amulet.training;

import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.ClassConfidence;
import dev.amulet.training.vision.Similarity;
import dev.amulet.training.vision.TuningChoice;
import java.util.Arrays;
import java.util.List;

/** Where an experiment's data lie in the size-similarity matrix of {@link TuningChoice}. */
final class SizeSimilarity {
  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Folds folds;

  private SizeSimilarity(ExperimentConfig config, ExperimentData data, Folds folds) {
    this.config = config;
    this.data = data;
    this.folds = folds;
  }

  /**
   * By the number of rows, and by how sure a network is of what it was pretrained to see in their
   * pictures, or else by how well frozen embeddings tell the target.
   *
   * @param given networks as the settings name them, their pictures of their native size
   * @param id of the one of them to tune, the first where there are several
   * @param frozen what frozen networks make of the pictures
   */
  static TuningChoice of(
      ExperimentConfig config,
      ExperimentData data,
      Folds folds,
      List<NamedBackbone> given,
      String id,
      Embeddings frozen) {
    Backbone network =
        given.stream().filter(named -> named.id().equals(id)).findFirst().orElseThrow().toTune();
    ClassConfidence confidence =
        ClassConfidence.of(
            network,
            PictureRows.images(data.profile()),
            data.table().rows(),
            FoldTuning.policy(),
            config.threads(),
            config.seed());
    Similarity similarity =
        confidence.isMeasured()
            ? Similarity.confidence(confidence)
            : new SizeSimilarity(config, data, folds).separation(frozen, confidence.problem());
    return TuningChoice.of(
        data.coding().task(), data.table().rows(), data.coding().classes(), similarity);
  }

  private Similarity separation(Embeddings frozen, String because) {
    boolean regression = data.coding().task() == Task.REGRESSION;
    Metric metric = regression ? Metric.RMSE : Metric.LOGLOSS;
    double loss =
        Score.of(
                new LinearProbe(folds, metric, config.threads())
                    .perFold(data, frozen.features(), frozen.slots()))
            .mean();
    return regression
        ? Similarity.separation(loss * loss, variance(data.targets()), because)
        : Similarity.separation(loss, entropy(), because);
  }

  private static double variance(double[] targets) {
    double mean = Arrays.stream(targets).average().orElse(0);
    return Arrays.stream(targets).map(y -> (y - mean) * (y - mean)).average().orElse(0);
  }

  /** The log loss of always predicting the class shares. */
  private double entropy() {
    double[] counts = new double[data.coding().classes()];
    for (double label : data.targets()) {
      counts[(int) label]++;
    }
    double rows = data.table().rows();
    return Arrays.stream(counts).filter(n -> n > 0).map(n -> -n / rows * Math.log(n / rows)).sum();
  }
}
