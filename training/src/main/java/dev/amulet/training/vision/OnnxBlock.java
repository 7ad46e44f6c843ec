package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.amulet.training.onnx.Attributes;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.TensorData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph that PyTorch runs and trains: the graph's nodes one by one, its initializers as
 * parameters under their own names. There is no second definition of a network that could drift
 * from what is served; {@link #graph()} writes the parameters back.
 *
 * <p>Trainable are the weights and biases of Conv, Gemm and MatMul, the scale and shift of
 * BatchNormalization and the slopes of PRelu; other initializers are constants. A
 * BatchNormalization that uses its stored statistics right behind a Conv is folded into that Conv
 * inside the step: the same function and the same gradients, without a pass over the activations.
 *
 * <p>Owns its arrays, on the device of the manager it was made with. Not for several threads.
 */
final class OnnxBlock implements AutoCloseable {
  /** How BatchNormalization behaves. */
  enum Mode {
    /** Statistics as stored. */
    STORED,
    /** Statistics of the batch, and the stored ones follow; frozen layers keep theirs. */
    BATCH
  }

  private final OnnxGraph source;
  private final NDManager manager;
  private final String input;
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, NDArray> arrays = new HashMap<>();
  private final Set<String> trainable = new LinkedHashSet<>();
  private final Set<String> frozen = new HashSet<>();
  private final Map<String, String> aliases = new HashMap<>();
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, Integer> uses = new HashMap<>();

  /**
   * Takes the graph apart and loads its parameters.
   *
   * @param parent whose device the arrays live on; closing it closes this block too
   * @throws dev.amulet.training.TrainingException when the graph holds an operator this engine does
   *     not run; the message names the nodes
   */
  OnnxBlock(OnnxGraph graph, NDManager parent) {
    source = graph;
    manager = parent.newSubManager();
    input = graph.inputs().get(0).getName();
    graph.graph().getInitializerList().forEach(t -> constants.put(t.getName(), t));
    for (NodeProto node : graph.graph().getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        Attributes.find(node, "value").ifPresent(v -> constants.put(node.getOutput(0), v.getT()));
      }
    }
    try {
      new OnnxNodes(this, graph).compile().forEach(nodes::add);
      nodes.forEach(n -> n.inputs().forEach(i -> uses.merge(i, 1, Integer::sum)));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Names of the parameters that learn, in graph order; frozen ones are not among them. */
  List<String> trainable() {
    return trainable.stream().filter(name -> !frozen.contains(name)).toList();
  }

  /** Every parameter and BatchNormalization statistic, in graph order. */
  List<String> parameters() {
    List<String> names = new ArrayList<>();
    for (TensorProto tensor : source.graph().getInitializerList()) {
      if (arrays.containsKey(tensor.getName()) && isState(tensor.getName())) {
        names.add(tensor.getName());
      }
    }
    return names;
  }

  private boolean isState(String name) {
    return trainable.contains(name) || nodes.stream().anyMatch(n -> n.statistics().contains(name));
  }

  /** A parameter, constant or statistic; this block's own. */
  NDArray parameter(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("no parameter \"" + name + "\"");
    }
    return array;
  }

  /**
   * Parameters of these names learn no more, and their BatchNormalization keeps its statistics; the
   * others learn.
   */
  void freeze(Predicate<String> names) {
    frozen.clear();
    for (String name : trainable) {
      boolean still = names.test(name);
      if (still) {
        frozen.add(name);
      }
      parameter(name).setRequiresGradient(!still);
    }
  }

  boolean isFrozen(String name) {
    return frozen.contains(name);
  }

  /**
   * Runs the nodes that the wanted values need.
   *
   * @param pictures {@code [N,3,H,W]} float32; what is computed belongs to its manager
   * @param wanted names of any values of the graph
   * @return the wanted values by name
   */
  Map<String, NDArray> forward(NDArray pictures, Mode mode, Collection<String> wanted) {
    return run(Map.of(input, pictures), pictures.getManager(), mode, wanted);
  }

  /**
   * Runs the part of the graph behind a value: from it to the wanted ones (a feature map to the
   * class scores, say).
   */
  Map<String, NDArray> forwardFrom(String from, NDArray value, Collection<String> wanted) {
    return run(Map.of(resolve(from), value), value.getManager(), Mode.STORED, wanted);
  }

  private Map<String, NDArray> run(
      Map<String, NDArray> given, NDManager step, Mode mode, Collection<String> wanted) {
    Map<String, String> resolved = new LinkedHashMap<>();
    wanted.forEach(name -> resolved.put(name, resolve(name)));
    Set<String> needed = needed(resolved.values(), given.keySet());
    Map<String, NDArray> values = new HashMap<>(given);
    Map<String, Integer> left = new HashMap<>();
    for (OnnxNode node : nodes) {
      if (needed.contains(node.output())) {
        node.inputs().forEach(i -> left.merge(i, 1, Integer::sum));
      }
    }
    resolved.values().forEach(name -> left.merge(name, 1, Integer::sum));
    OnnxStep context = new OnnxStep(this, step, mode, values, resolved.values());
    for (OnnxNode node : nodes) {
      if (!needed.contains(node.output()) || values.containsKey(node.output())) {
        continue;
      }
      values.put(node.output(), node.operator().apply(context));
      for (String name : node.inputs()) {
        // PyTorch keeps what a gradient needs; this handle only holds memory longer.
        if (left.merge(name, -1, Integer::sum) == 0 && !given.containsKey(name)) {
          Torch.close(values.remove(name));
        }
      }
    }
    Map<String, NDArray> outputs = new LinkedHashMap<>();
    resolved.forEach((name, value) -> outputs.put(name, require(values.get(value), name)));
    return outputs;
  }

  private static NDArray require(@Nullable NDArray value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("no value \"" + name + "\" in this graph");
    }
    return value;
  }

  private Set<String> needed(Collection<String> outputs, Set<String> given) {
    Set<String> needed = new HashSet<>(outputs);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      OnnxNode node = nodes.get(i);
      if (needed.contains(node.output()) && !given.contains(node.output())) {
        needed.addAll(node.inputs());
      }
    }
    return needed;
  }

  /** The graph with the parameters as they are now. */
  OnnxGraph graph() {
    Map<String, float[]> values = new TreeMap<>();
    for (String name : parameters()) {
      values.put(name, parameter(name).toFloatArray());
    }
    return source.withValues(values);
  }

  /** Parameters and statistics as they are now, by name. */
  Map<String, float[]> snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters().forEach(name -> values.put(name, parameter(name).toFloatArray()));
    return values;
  }

  /** Puts values from {@link #snapshot()} back. */
  void restore(Map<String, float[]> values) {
    values.forEach((name, v) -> parameter(name).set(v));
  }

  @Override
  public void close() {
    manager.close();
  }

  // What the nodes are made of, used while the graph is taken apart.

  /** The value another name stands for (behind Identity, Dropout and casts). */
  String resolve(String name) {
    String value = name;
    for (String next = aliases.get(value); next != null; next = aliases.get(value)) {
      value = next;
    }
    return value;
  }

  void alias(String output, String of) {
    aliases.put(output, of);
  }

  Optional<TensorProto> constant(String name) {
    return Optional.ofNullable(constants.get(resolve(name)));
  }

  /** Loads an initializer as a parameter that learns. */
  void learn(String name) {
    if (trainable.add(name)) {
      load(name).setRequiresGradient(true);
    }
  }

  /** Loads a float initializer or Constant as it is. */
  NDArray load(String name) {
    NDArray there = arrays.get(name);
    if (there != null) {
      return there;
    }
    TensorProto tensor = constants.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no stored tensor \"" + name + "\"");
    }
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    NDArray array = manager.create(TensorData.floats(tensor), new Shape(shape));
    arrays.put(name, array);
    return array;
  }
}
