package dev.amulet.training.vision;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.amulet.training.onnx.BatchNormFolding;
import dev.amulet.training.onnx.OnnxGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What of a backbone's graph goes into an amulet. */
final class ServingGraph {
  /** Operators that leave the numbers of a pooled map as they are when a network serves. */
  private static final Set<String> SAME_NUMBERS =
      Set.of("Flatten", "Reshape", "Squeeze", "Identity", "Dropout");

  private ServingGraph() {}

  /**
   * The embedding, and the feature map where the embedding is its mean over all positions and its
   * size is known: then a linear function of the embedding is the mean of a map of the picture.
   * Nothing more is computed for it, and nothing copied unless asked for.
   */
  static OnnxGraph of(OnnxGraph graph) {
    List<String> outputs =
        isMeanOfMap(graph)
            ? List.of(Backbone.EMBEDDING, Backbone.FEATURE_MAP)
            : List.of(Backbone.EMBEDDING);
    return BatchNormFolding.fold(graph.cutTo(outputs)).withoutAnnotations();
  }

  private static boolean isMeanOfMap(OnnxGraph graph) {
    int[] shape = graph.shapes().get(Backbone.FEATURE_MAP);
    if (shape == null || shape.length != 4 || Arrays.stream(shape).skip(1).anyMatch(s -> s < 1)) {
      return false;
    }
    Optional<NodeProto> node = graph.producer(Backbone.EMBEDDING);
    while (node.isPresent() && SAME_NUMBERS.contains(node.get().getOpType())) {
      node = graph.producer(node.get().getInput(0));
    }
    return node.filter(pool -> pool.getInput(0).equals(Backbone.FEATURE_MAP))
        .filter(ServingGraph::isMeanOverPositions)
        .isPresent();
  }

  private static boolean isMeanOverPositions(NodeProto pool) {
    if (pool.getOpType().equals("GlobalAveragePool")) {
      return true;
    }
    // From opset 18 on the axes are an input; such a network serves without its map.
    return pool.getOpType().equals("ReduceMean")
        && pool.getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals("axes"))
            .map(axes -> axes.getIntsList().stream().map(axis -> axis < 0 ? axis + 4 : axis))
            .anyMatch(axes -> axes.sorted().toList().equals(List.of(2L, 3L)));
  }
}
