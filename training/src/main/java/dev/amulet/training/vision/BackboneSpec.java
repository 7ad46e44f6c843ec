package dev.amulet.training.vision;

import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import dev.amulet.training.onnx.OnnxGraphBuilder.Parameters;
import dev.amulet.training.vision.architecture.Architecture;
import java.util.List;

/**
 * An entry of the catalogue: an architecture, how its public weights want their pictures, and where
 * these are.
 *
 * @param name as in settings
 * @param weightsOf the model of timm's collection that the weights are, with its tag
 * @param input native size, crop, interpolation, mean and standard deviation
 * @param embeddingWidth D
 * @param parameters trainable values without the classifier
 * @param classifier name of the fully connected layer in the weight file
 * @param licence of the weights, as their publisher states it
 * @param locations of the weights, best first
 */
public record BackboneSpec(
    String name,
    String weightsOf,
    Architecture architecture,
    NativeInput input,
    int embeddingWidth,
    long parameters,
    String classifier,
    String licence,
    List<WeightLocation> locations) {

  /** Name of the graph's one input. */
  public static final String INPUT = "input";

  public BackboneSpec {
    locations = List.copyOf(locations);
  }

  /**
   * The network without classifier, at its native size, BatchNormalization unfolded: input {@value
   * #INPUT} {@code [N,3,side,side]}, outputs {@code embedding [N,D]} and {@code feature_map
   * [N,D,h,w]}. {@link OnnxGraph#withInputSize} gives it for other sizes.
   *
   * @param weights asked for each parameter once, by timm's name for it
   */
  public OnnxGraph graph(Parameters weights) {
    return graph(weights, 0);
  }

  /**
   * The same with the classifier the weights came with, as output {@code logits [N,classes]}.
   *
   * @param classes 0 for none
   */
  public OnnxGraph graph(Parameters weights, int classes) {
    OnnxGraphBuilder net = new OnnxGraphBuilder(name, weights);
    String map = architecture.features(net, net.input(INPUT, 3, input.side(), input.side()));
    String embedding = net.flatten(net.globalAveragePool(map));
    net.output(Backbone.EMBEDDING, embedding);
    net.output(Backbone.FEATURE_MAP, map);
    if (classes > 0) {
      net.output(Backbone.LOGITS, net.gemm(embedding, classifier, classes));
    }
    return net.build();
  }

  /** The model's name in timm, without the tag of its weights. */
  public String timmModel() {
    int dot = weightsOf.indexOf('.');
    return dot < 0 ? weightsOf : weightsOf.substring(0, dot);
  }
}
