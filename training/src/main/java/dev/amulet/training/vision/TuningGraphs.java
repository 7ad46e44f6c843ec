package dev.amulet.training.vision;

import dev.amulet.training.onnx.OnnxGraph;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** From a backbone to the graph that learns, and back. */
final class TuningGraphs {
  private TuningGraphs() {}

  /**
   * The backbone's graph up to the embedding, with a hidden layer where the settings ask for one:
   * it becomes part of the network, so that what follows is linear.
   */
  static OnnxGraph trainable(Backbone backbone, FineTuneSettings settings) {
    List<String> outputs =
        Stream.of(Backbone.EMBEDDING, Backbone.FEATURE_MAP)
            .filter(backbone.graph().outputNames()::contains)
            .toList();
    OnnxGraph graph = backbone.graph().cutTo(outputs);
    if (settings.hidden == 0) {
      return graph;
    }
    int in = backbone.embeddingWidth();
    float[] weight = new float[in * settings.hidden];
    SplittableRandom random = new SplittableRandom(settings.seed);
    double bound = Math.sqrt(6.0 / in);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextDouble(-bound, bound);
    }
    String pooled = Backbone.EMBEDDING + ".pooled";
    String sum = Backbone.EMBEDDING + ".hidden";
    OnnxGraph renamed = graph.renamed(Backbone.EMBEDDING, pooled);
    return renamed
        .withTensor(sum + ".weight", List.of(in, settings.hidden), weight)
        .withTensor(sum + ".bias", List.of(settings.hidden), new float[settings.hidden])
        .withNode("Gemm", List.of(pooled, sum + ".weight", sum + ".bias"), sum)
        .withNode("Relu", List.of(sum), Backbone.EMBEDDING)
        .cutTo(outputs);
  }

  /** The backbone with tuned weights. */
  static Backbone tuned(Backbone backbone, OnnxGraph graph, int width) {
    return new Backbone(
        backbone.name(),
        backbone.description() + ", fine-tuned",
        graph,
        ServingGraph.of(graph),
        width,
        backbone.preprocessing(),
        backbone.source(),
        backbone.sha256(),
        backbone.licence(),
        backbone.notes());
  }
}
