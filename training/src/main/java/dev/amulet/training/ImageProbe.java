package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a linear model makes of the embeddings of some networks, and what it would take to find out.
 */
final class ImageProbe {
  /** Rows looked at to tell how many embeddings are there from earlier. */
  private static final int SAMPLE_ROWS = 12;

  private final ExperimentData data;
  private final Drafts drafts;
  private final LinearProbe probe;
  private final ProgressListener progress;
  private final List<double[][]> predictions = new ArrayList<>();
  private final Map<String, Double> msPerImage;
  private double learningSeconds;

  /**
   * @param msPerImage of each network as far as it is known, by id
   */
  ImageProbe(
      ExperimentData data,
      Folds folds,
      Drafts drafts,
      Metric scorer,
      int threads,
      Map<String, Double> msPerImage,
      ProgressListener progress) {
    this.msPerImage = new HashMap<>(msPerImage);
    this.data = data;
    this.drafts = drafts;
    this.progress = progress;
    probe = new LinearProbe(folds, scorer, threads);
  }

  /** The scorer of each fold's rows with the embeddings of all of these side by side. */
  double[] perFold(List<NamedBackbone> networks) {
    PipelineBuilder pipeline = new PipelineBuilder(data.schema());
    FeaturePlan plan = FeaturePlan.layOut(pipeline, data.schema(), networks);
    long before = drafts.embeddingsComputed();
    long begun = System.nanoTime();
    FeatureMatrix features =
        drafts
            .with(data.schema(), networks)
            .features(pipeline, data.table(), "embeddings", progress);
    long started = System.nanoTime();
    long made = drafts.embeddingsComputed() - before;
    if (made > 0 && networks.size() == 1) {
      msPerImage.putIfAbsent(networks.get(0).id(), (started - begun) / 1e6 / made);
    }
    LinearProbe.Outcome outcome = probe.of(data, features, FeatureFitter.embeddingSlots(plan));
    learningSeconds = (System.nanoTime() - started) / 1e9;
    predictions.add(outcome.predictions());
    return outcome.perFold();
  }

  /** Out-of-fold predictions of everything measured so far. */
  List<double[][]> predictions() {
    return List.copyOf(predictions);
  }

  /** Milliseconds per picture as the network was first shown one; NaN when not known. */
  double msPerImage(NamedBackbone network) {
    return msPerImage.getOrDefault(network.id(), Double.NaN);
  }

  /**
   * About how long it takes to measure a network.
   *
   * @param times as long as when it was first shown pictures
   */
  double expectedSeconds(NamedBackbone network, double times) {
    int rows = data.table().rows();
    int[] sample =
        IntStream.range(0, Math.min(rows, SAMPLE_ROWS))
            .map(i -> (int) ((long) i * rows / Math.min(rows, SAMPLE_ROWS)))
            .toArray();
    Dataset some = data.table().subset(sample);
    PipelineBuilder pipeline = new PipelineBuilder(data.schema());
    FeaturePlan.layOut(pipeline, data.schema(), List.of(network));
    Drafts single = drafts.with(data.schema(), List.of(network));
    long before = single.embeddingsComputed();
    single.features(pipeline, some, "probe", ProgressListener.silent());
    int columns = data.profile().inputs(ColumnType.IMAGE).size();
    double unknown = (double) (single.embeddingsComputed() - before) / (columns * sample.length);
    long images =
        data.profile().inputs(ColumnType.IMAGE).stream()
            .mapToLong(column -> column.statistics().getDistinct())
            .sum();
    double slowest = msPerImage.values().stream().mapToDouble(ms -> ms).max().orElse(0);
    double ms = times * msPerImage.getOrDefault(network.id(), slowest);
    return unknown * images * ms / 1000 + learningSeconds;
  }
}
