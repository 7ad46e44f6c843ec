package dev.amulet.training.vision;

import com.google.protobuf.ByteString;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.weights.KeySpelling;
import dev.amulet.training.weights.StateDict;
import dev.amulet.training.weights.WeightFileException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts the weights of a file into an architecture of the catalogue. */
final class PretrainedBackbone {
  /** Endings and beginnings of names that a network can do without. */
  private static final String COUNTER = ".num_batches_tracked";

  private static final String AUXILIARY = "AuxLogits.";

  private final BackboneSpec spec;
  private final StateDict weights;
  private final Set<String> used = new HashSet<>();

  private PretrainedBackbone(BackboneSpec spec, StateDict weights) {
    this.spec = spec;
    this.weights = weights;
  }

  /** A mismatch between file and architecture, found by name. */
  private static final class Mismatch extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Mismatch(String message) {
      super(message);
    }
  }

  /**
   * The architecture with these weights, every tensor of the file accounted for.
   *
   * @throws WeightFileException when a tensor is missing, has another shape, is not finite, or
   *     belongs to another network
   */
  static OnnxGraph graph(BackboneSpec spec, StateDict file) throws WeightFileException {
    StateDict weights = KeySpelling.of(spec.timmModel()).apply(file);
    PretrainedBackbone loading = new PretrainedBackbone(spec, weights);
    try {
      return loading.graph();
    } catch (Mismatch e) {
      throw new WeightFileException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The network as experiments use it. */
  static Backbone of(BackboneSpec spec, WeightFile file) throws WeightFileException {
    OnnxGraph graph = graph(spec, file.weights());
    OnnxGraph serving = ServingGraph.of(graph);
    Map<String, String> metadata = file.weights().metadata();
    int side = spec.input().side();
    return new Backbone(
        spec.name(),
        String.format(
            Locale.ROOT,
            "%s: %dx%d pixels to %d numbers, %,d parameters, weights from %s",
            spec.name(),
            side,
            side,
            spec.embeddingWidth(),
            serving.parameterCount(),
            file.origin()),
        graph,
        serving,
        spec.embeddingWidth(),
        preprocessing(spec, metadata),
        metadata.getOrDefault("source", file.origin()),
        ByteString.copyFrom(HexFormat.of().parseHex(file.sha256())),
        metadata.getOrDefault("license", spec.licence()),
        List.of());
  }

  /** The catalogue's, with mean and standard deviation of the file where it says them. */
  private static ImagePreprocessing preprocessing(BackboneSpec spec, Map<String, String> metadata) {
    ImagePreprocessing catalogued = spec.input().squashed();
    if (!metadata.containsKey("mean") || !metadata.containsKey("std")) {
      return catalogued;
    }
    int side = spec.input().side();
    ImagePreprocessing own =
        new PixelMetadata(
                Map.of("mean", metadata.get("mean"), "std", metadata.get("std")), spec.name())
            .preprocessing(side, side);
    return own.toBuilder().setInterpolation(catalogued.getInterpolation()).build();
  }

  private OnnxGraph graph() {
    int classes =
        weights
            .shape(spec.classifier() + ".weight")
            .filter(
                shape ->
                    shape.size() == 2 && weights.shape(spec.classifier() + ".bias").isPresent())
            .map(shape -> shape.get(0))
            .orElse(0);
    OnnxGraph graph = spec.graph(this::values, classes);
    Optional<String> foreign =
        weights.names().stream()
            .filter(name -> !used.contains(name))
            .filter(name -> !name.endsWith(COUNTER) && !name.startsWith(AUXILIARY))
            .findFirst();
    if (foreign.isPresent()) {
      throw new Mismatch(
          String.format("tensor \"%s\" has no place in %s", foreign.get(), spec.name()));
    }
    return graph;
  }

  private float[] values(String name, List<Integer> shape) {
    List<Integer> found =
        weights
            .shape(name)
            .orElseThrow(
                () -> new Mismatch(String.format("%s needs a tensor \"%s\"", spec.name(), name)));
    if (!withoutOnes(found).equals(withoutOnes(shape))) {
      throw new Mismatch(
          String.format(
              "tensor \"%s\" has shape %s, in %s it has %s", name, found, spec.name(), shape));
    }
    used.add(name);
    float[] values = weights.floats(name);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new Mismatch(String.format("tensor \"%s\" holds the value %s", name, value));
      }
    }
    return values;
  }

  /** Some collections store a 1x1 convolution as a matrix. */
  private static List<Integer> withoutOnes(List<Integer> shape) {
    int end = shape.size();
    while (end > 0 && shape.get(end - 1) == 1) {
      end--;
    }
    return shape.subList(0, end);
  }
}
