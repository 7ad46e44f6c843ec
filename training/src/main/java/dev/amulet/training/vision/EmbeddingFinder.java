package dev.amulet.training.vision;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.OnnxGraph;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the value of a classifier's graph that serves as the embedding, and what lies around it.
 */
final class EmbeddingFinder {
  /** Operators between a classifier and the graph's output. */
  private static final Set<String> AFTER_CLASSIFIER =
      Set.of("Softmax", "LogSoftmax", "Sigmoid", "Identity", "Dropout");

  /** Operators that leave a pooled vector what it is. */
  private static final Set<String> RESHAPES =
      Set.of("Flatten", "Reshape", "Squeeze", "Identity", "Dropout");

  private static final Set<String> POOLS =
      Set.of("GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "AveragePool");

  private static final int CANDIDATES_SHOWN = 8;

  private final OnnxGraph graph;
  private final String label;
  private final Map<String, int[]> shapes;

  EmbeddingFinder(OnnxGraph graph, String label) {
    this.graph = graph;
    this.label = label;
    this.shapes = graph.shapes();
  }

  /**
   * The value to take: the one named, else metadata {@code embedding}, else the output of that
   * name, else the input of the classifier (last Gemm or MatMul), else the last pooled value, else
   * a feature map that is an output.
   */
  String find(@Nullable String wanted) {
    if (wanted != null) {
      return known(wanted, "setting image_transformer_embedding_output");
    }
    String inMetadata = graph.metadata().get("embedding");
    if (inMetadata != null) {
      return known(inMetadata.trim(), "metadata embedding");
    }
    if (graph.outputNames().contains(Backbone.EMBEDDING)) {
      return Backbone.EMBEDDING;
    }
    return graph.outputNames().stream()
        .flatMap(output -> beforeClassifier(output).stream())
        .findFirst()
        .orElseThrow(() -> notFound("no classifier, pooling or feature map leads to an output"));
  }

  /** The feature map that was pooled into this value, if one was. */
  Optional<String> pooledFrom(String embedding) {
    String value = embedding;
    Optional<NodeProto> node = graph.producer(value);
    while (node.isPresent() && RESHAPES.contains(node.get().getOpType())) {
      value = node.get().getInput(0);
      node = graph.producer(value);
    }
    return node.filter(pool -> POOLS.contains(pool.getOpType()))
        .map(pool -> pool.getInput(0))
        .filter(map -> rank(map) == 4 && graph.producer(map).isPresent());
  }

  /** The output that holds class scores: the one called logits, else another of rank 2. */
  Optional<String> logits(String embedding) {
    return graph.outputNames().stream()
        .filter(output -> !output.equals(embedding) && !output.equals(Backbone.EMBEDDING))
        .filter(output -> rank(output) == 2)
        .min(Comparator.comparing(output -> !output.equals(Backbone.LOGITS)));
  }

  TrainingException notFound(String reason) {
    return new TrainingException(
        String.format(
            "%s: no embedding found (%s). Name one: --set image_transformer_embedding_output=NAME;"
                + "%ncandidates: %s",
            label, reason, String.join(", ", candidates())));
  }

  private String known(String value, String origin) {
    if (graph.producer(value).isEmpty()) {
      throw new TrainingException(
          String.format(
              "%s: %s = \"%s\", but the graph computes no such value;%ncandidates: %s",
              label, origin, value, String.join(", ", candidates())));
    }
    return value;
  }

  private Optional<String> beforeClassifier(String output) {
    String value = output;
    Set<String> seen = new HashSet<>();
    while (seen.add(value)) {
      NodeProto node = graph.producer(value).orElse(null);
      if (node == null || node.getInputCount() == 0) {
        return Optional.empty();
      }
      String operator = node.getOpType();
      if (operator.equals("Gemm") || operator.equals("MatMul")) {
        return Optional.of(node.getInput(0));
      }
      boolean bias = operator.equals("Add") && node.getInputCount() == 2;
      if (AFTER_CLASSIFIER.contains(operator)) {
        value = node.getInput(0);
      } else if (bias && graph.initializer(node.getInput(1)).isPresent()) {
        value = node.getInput(0);
      } else if (bias && graph.initializer(node.getInput(0)).isPresent()) {
        value = node.getInput(1);
      } else if (RESHAPES.contains(operator) || POOLS.contains(operator)) {
        return Optional.of(value);
      } else {
        return rank(value) == 4 ? Optional.of(value) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private int rank(String value) {
    int[] shape = shapes.get(value);
    return shape == null ? -1 : shape.length;
  }

  private List<String> candidates() {
    List<String> pooled =
        graph.graph().getNodeList().stream()
            .filter(n -> POOLS.contains(n.getOpType()) || RESHAPES.contains(n.getOpType()))
            .filter(n -> n.getOutputCount() > 0)
            .map(n -> n.getOutput(0))
            .toList();
    List<String> last =
        pooled.subList(Math.max(0, pooled.size() - CANDIDATES_SHOWN), pooled.size());
    return last.isEmpty() ? graph.outputNames() : last;
  }
}
