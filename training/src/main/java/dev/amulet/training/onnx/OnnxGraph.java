package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A self-contained ONNX graph, the one form a network exists in. Immutable: every edit gives a new
 * graph (tensors are shared, not copied). Equal graphs have equal bytes.
 */
public final class OnnxGraph {
  /** Largest file read: 1 GiB. */
  public static final long MAX_BYTES = 1L << 30;

  private final ModelProto model;
  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();

  private OnnxGraph(ModelProto model) {
    this.model = model;
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      initializers.put(tensor.getName(), tensor);
    }
    for (NodeProto node : model.getGraph().getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
    }
  }

  /** A graph over a message that is known to be sound (built here). */
  static OnnxGraph of(ModelProto model) {
    return new OnnxGraph(model);
  }

  /**
   * Reads an ONNX file.
   *
   * @throws TrainingException when the file cannot be read, is too large, is not ONNX, or keeps its
   *     weights in another file
   */
  public static OnnxGraph read(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new TrainingException(
            String.format("%s: %,d bytes, ONNX files up to %,d are read", file, size, MAX_BYTES));
      }
      return read(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new TrainingException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /**
   * Reads an ONNX model from memory. The array is not copied and must not change afterwards.
   *
   * @param label what to call it in messages, a file name usually
   */
  public static OnnxGraph read(byte[] bytes, String label) {
    ModelProto model;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.enableAliasing(true);
      model = ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new TrainingException(label + ": not an ONNX file, or cut short (" + e + ")", e);
    }
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new TrainingException(
          label + ": not an ONNX file (no graph inside); expected a network exported as .onnx");
    }
    checkSelfContained(model.getGraph(), label);
    return new OnnxGraph(model);
  }

  private static void checkSelfContained(GraphProto graph, String label) {
    for (TensorProto tensor : graph.getInitializerList()) {
      checkSelfContained(tensor, label);
    }
    for (NodeProto node : graph.getNodeList()) {
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasT()) {
          checkSelfContained(attribute.getT(), label);
        }
        if (attribute.hasG() || attribute.getGraphsCount() > 0) {
          throw new TrainingException(
              String.format(
                  "%s: node \"%s\" (%s) holds a graph of its own; control flow is not supported,"
                      + " export the network without it (torch.onnx.export by tracing)",
                  label, node.getName(), node.getOpType()));
        }
      }
    }
  }

  private static void checkSelfContained(TensorProto tensor, String label) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new TrainingException(
          String.format(
              "%s: tensor \"%s\" is kept in another file (external data); save the network as one"
                  + " file: onnx.save(onnx.load(\"in.onnx\"), \"out.onnx\")",
              label, tensor.getName()));
    }
  }

  /** The message itself. */
  public ModelProto model() {
    return model;
  }

  public GraphProto graph() {
    return model.getGraph();
  }

  /** Serialised; a fresh array each call, the same bytes for the same graph. */
  public byte[] toBytes() {
    return model.toByteArray();
  }

  /** The file's metadata_props, in file order. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    model.getMetadataPropsList().forEach(p -> metadata.put(p.getKey(), p.getValue()));
    return metadata;
  }

  /** Inputs the caller has to feed (initializers listed as inputs are not). */
  public List<ValueInfoProto> inputs() {
    return graph().getInputList().stream()
        .filter(input -> !initializers.containsKey(input.getName()))
        .toList();
  }

  public List<String> outputNames() {
    return graph().getOutputList().stream().map(ValueInfoProto::getName).toList();
  }

  /** The node that computes a value; empty for inputs, initializers and unknown names. */
  public Optional<NodeProto> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  public Optional<TensorProto> initializer(String name) {
    return Optional.ofNullable(initializers.get(name));
  }

  /** Whether this name is an input, an initializer or computed by a node. */
  public boolean hasValue(String name) {
    return producers.containsKey(name)
        || initializers.containsKey(name)
        || graph().getInputList().stream().anyMatch(i -> i.getName().equals(name));
  }

  /** Nodes per operator, by operator name. */
  public SortedMap<String, Integer> operatorCounts() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    graph().getNodeList().forEach(node -> counts.merge(node.getOpType(), 1, Integer::sum));
    return counts;
  }

  /** Float values in the initializers. */
  public long parameterCount() {
    return initializers.values().stream()
        .filter(TensorData::isFloat)
        .mapToLong(TensorData::count)
        .sum();
  }

  /** Shapes by value name, as far as they can be told; -1 for a dimension that is free. */
  public Map<String, int[]> shapes() {
    return ShapeWalk.of(graph());
  }

  /**
   * The graph that computes these values and nothing else: only their ancestors and the
   * initializers those use stay. Any value may be named, not only present outputs.
   */
  public OnnxGraph cutTo(List<String> outputs) {
    return GraphEdits.cutTo(this, outputs);
  }

  /** The same graph with a value renamed wherever it occurs; the new name must be free. */
  public OnnxGraph renamed(String from, String to) {
    return GraphEdits.renamed(this, from, to);
  }

  /** The same graph with one more value as output. */
  public OnnxGraph withOutput(String value) {
    return GraphEdits.withOutputs(this, plus(outputNames(), value));
  }

  /** The same graph without this output; what only it needs stays until {@link #cutTo}. */
  public OnnxGraph withoutOutput(String value) {
    return GraphEdits.withOutputs(
        this, outputNames().stream().filter(name -> !name.equals(value)).toList());
  }

  /** The same graph with one more float32 initializer; the name must be free. */
  public OnnxGraph withTensor(String name, List<Integer> shape, float[] values) {
    if (hasValue(name)) {
      throw new IllegalArgumentException("the name \"" + name + "\" is taken");
    }
    return with(graph().toBuilder().addInitializer(TensorData.of(name, shape, values)));
  }

  /** The same graph with one more node at the end; its inputs must exist. */
  public OnnxGraph withNode(String operator, List<String> inputs, String output) {
    return GraphEdits.withNode(this, operator, inputs, output);
  }

  /**
   * The same graph with other values in some float initializers; shapes stay.
   *
   * @param values row-major, by initializer name
   */
  public OnnxGraph withValues(Map<String, float[]> values) {
    return GraphEdits.withValues(this, values);
  }

  /** The same graph for any batch size: the first dimension of inputs and outputs becomes "N". */
  public OnnxGraph withFreeBatch() {
    return GraphEdits.withFreeBatch(this);
  }

  /**
   * The same graph for pictures of another size, where its operators take any: the last two
   * dimensions of the input, and the shapes that follow from them.
   */
  public OnnxGraph withInputSize(int height, int width) {
    return GraphEdits.withInputSize(this, height, width);
  }

  /** The same graph without documentation strings, intermediate shapes and metadata. */
  public OnnxGraph withoutAnnotations() {
    GraphProto.Builder graph = graph().toBuilder().clearDocString().clearValueInfo();
    graph.getNodeBuilderList().forEach(NodeProto.Builder::clearDocString);
    graph.getInitializerBuilderList().forEach(TensorProto.Builder::clearDocString);
    return new OnnxGraph(
        model.toBuilder().setGraph(graph).clearDocString().clearMetadataProps().build());
  }

  /** The same graph with these metadata_props instead of its own. */
  public OnnxGraph withMetadata(Map<String, String> metadata) {
    ModelProto.Builder edited = model.toBuilder().clearMetadataProps();
    metadata.forEach(
        (key, value) ->
            edited.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return new OnnxGraph(edited.build());
  }

  /** The same model around another graph. */
  OnnxGraph with(GraphProto.Builder graph) {
    return new OnnxGraph(model.toBuilder().setGraph(graph).build());
  }

  /** Every name in use, of values and initializers. */
  Set<String> names() {
    Set<String> names = new HashSet<>(producers.keySet());
    names.addAll(initializers.keySet());
    graph().getInputList().forEach(input -> names.add(input.getName()));
    return names;
  }

  private static List<String> plus(List<String> names, String name) {
    return names.contains(name) ? names : Stream.concat(names.stream(), Stream.of(name)).toList();
  }
}
