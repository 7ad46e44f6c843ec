package dev.amulet.format;

import dev.amulet.format.OnnxSummary.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Walks an ONNX model's wire format without parsing it, before any engine sees the bytes, and
 * refuses what a network in an amulet may not have: data outside the file, sub-graphs, functions,
 * sparse tensors, operators other than {@link OnnxOperators}, domains other than the default,
 * fields this version does not know.
 *
 * <p>Every occurrence of a field is looked at, because protobuf parsers merge repeated ones.
 */
public final class OnnxScanner {
  static final long MIN_OPSET = 7;
  static final long MAX_OPSET = 24;
  static final long MAX_IR_VERSION = 13;
  private static final int MAX_NAME_BYTES = 4096;
  private static final int MAX_VALUES = 16_384;
  private static final int MAX_RANK = 16;
  private static final Set<String> DEFAULT_DOMAIN = Set.of("", "ai.onnx");

  private final WireReader reader;
  private final Where where;
  private final SortedMap<String, Integer> operators = new TreeMap<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Set<String> initializers = new HashSet<>();
  private long irVersion;
  private long opset;
  private boolean graphSeen;

  /** Position of the node being read; -1 outside of nodes. */
  private int node = -1;

  private OnnxScanner(ByteBuffer model, Where where) {
    this.reader = new WireReader(model);
    this.where = where;
  }

  /**
   * Looks through a model.
   *
   * @param model an ONNX {@code ModelProto}, from position to limit; not changed
   * @param label what error texts call the model, for instance its file name
   * @throws ArtifactException when it may not be in an amulet
   */
  public static OnnxSummary scan(ByteBuffer model, String label) throws ArtifactException {
    return scan(model, new Where("network " + Where.quote(label), ""));
  }

  static OnnxSummary scan(ByteBuffer model, Where where) throws ArtifactException {
    return new OnnxScanner(model, where).model();
  }

  private OnnxSummary model() throws ArtifactException {
    while (reader.next(where)) {
      switch (reader.field()) {
        case 1 -> irVersion = reader.number(where);
        case 2, 3, 4, 5, 6, 14 -> reader.skip(where);
        case 7 -> graph(where.at("graph"));
        case 8 -> opset(where.at("opset_import"));
        case 20 -> throw where.at("training_info").bad("training graphs, expected none");
        case 25 -> throw where.at("functions").bad("a function, expected operators only");
        default -> throw unknown(where);
      }
    }
    if (!graphSeen) {
      throw where.bad("no graph; the entry is not an ONNX model");
    }
    if (irVersion < 3 || irVersion > MAX_IR_VERSION) {
      throw where.at("ir_version").bad(irVersion + ", expected 3 to " + MAX_IR_VERSION);
    }
    if (opset < MIN_OPSET || opset > MAX_OPSET) {
      throw where
          .at("opset_import")
          .bad(
              (opset == 0 ? "no opset of the default domain" : "opset " + opset)
                  + ", expected "
                  + MIN_OPSET
                  + " to "
                  + MAX_OPSET
                  + "; export the network with one of these");
    }
    List<Value> fed = inputs.stream().filter(v -> !initializers.contains(v.name())).toList();
    return new OnnxSummary(irVersion, opset, operators, fed, outputs);
  }

  private void opset(Where at) throws ArtifactException {
    String domain = "";
    long version = 0;
    int outer = reader.enter(at);
    while (reader.next(at)) {
      switch (reader.field()) {
        case 1 -> domain = reader.text(MAX_NAME_BYTES, at);
        case 2 -> version = reader.number(at);
        default -> throw unknown(at);
      }
      requireDomain(domain, at);
    }
    reader.leave(outer);
    if (opset != 0) {
      throw at.bad("two opsets of the default domain, expected one");
    }
    opset = version;
  }

  private void graph(Where at) throws ArtifactException {
    if (graphSeen) {
      throw at.bad("given twice, expected once");
    }
    graphSeen = true;
    int outer = reader.enter(at);
    int nodes = 0;
    while (reader.next(at)) {
      switch (reader.field()) {
        case 1 -> {
          node = nodes++;
          node(at);
          node = -1;
        }
        case 2, 10, 13, 14, 16 -> reader.skip(at);
        case 5 -> initializers.add(bounded(initializers, tensor(at), at));
        case 11 -> inputs.add(bounded(inputs, value(at.at("input")), at));
        case 12 -> outputs.add(bounded(outputs, value(at.at("output")), at));
        case 15 -> throw at.at("sparse_initializer").bad("a sparse tensor, expected none");
        default -> throw unknown(at);
      }
    }
    reader.leave(outer);
  }

  private static <T> T bounded(Collection<T> values, T value, Where at) throws ArtifactException {
    if (values.size() >= MAX_VALUES) {
      throw at.bad("more than " + MAX_VALUES + " inputs, outputs or initializers");
    }
    return value;
  }

  private void node(Where graph) throws ArtifactException {
    String operator = "";
    int outer = reader.enter(graph);
    while (reader.next(graph)) {
      switch (reader.field()) {
        case 1, 2, 3, 6, 9 -> reader.skip(graph);
        case 4 -> {
          operator = reader.text(MAX_NAME_BYTES, graph);
          requireAllowed(operator, graph);
        }
        case 5 -> attribute(graph);
        case 7 -> requireDomain(reader.text(MAX_NAME_BYTES, graph), graph);
        case 8 -> throw here(graph).bad("an overload, expected plain operators");
        default -> throw unknown(here(graph));
      }
    }
    reader.leave(outer);
    requireAllowed(operator, graph);
    operators.merge(operator, 1, Integer::sum);
  }

  private void requireAllowed(String operator, Where graph) throws ArtifactException {
    if (!OnnxOperators.ALLOWED.contains(operator)) {
      throw here(graph)
          .bad(
              "operator "
                  + Where.quote(operator)
                  + ", expected one an image network needs (the list is in FORMAT.md)");
    }
  }

  private void attribute(Where graph) throws ArtifactException {
    int outer = reader.enter(graph);
    while (reader.next(graph)) {
      switch (reader.field()) {
        case 1, 2, 3, 4, 7, 8, 9, 13, 20 -> reader.skip(graph);
        case 5, 10 -> tensor(graph);
        case 6, 11 -> throw here(graph).bad("a sub-graph, expected no control flow");
        case 22, 23 -> throw here(graph).bad("a sparse tensor, expected none");
        default -> throw unknown(here(graph));
      }
    }
    reader.leave(outer);
  }

  /** Looks at a tensor and returns its name. */
  private String tensor(Where graph) throws ArtifactException {
    String name = "";
    boolean external = false;
    int outer = reader.enter(graph);
    while (reader.next(graph)) {
      switch (reader.field()) {
        case 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 16 -> reader.skip(graph);
        case 6 -> throw here(graph).bad("a tensor of strings, expected numbers");
        case 8 -> name = reader.text(MAX_NAME_BYTES, graph);
        case 13 -> {
          external = true;
          reader.skip(graph);
        }
        case 14 -> external |= reader.number(graph) != 0;
        default -> throw unknown(here(graph));
      }
    }
    reader.leave(outer);
    if (external) {
      throw here(graph)
          .named(name)
          .bad("its data is outside the file; export the network with its weights inside");
    }
    return name;
  }

  /** Made only for an error text: a graph may have very many nodes. */
  private Where here(Where graph) {
    return node < 0 ? graph.at("initializer") : graph.at("node", node);
  }

  private Value value(Where at) throws ArtifactException {
    String name = "";
    Value type = new Value("", 0, false, List.of());
    int outer = reader.enter(at);
    while (reader.next(at)) {
      switch (reader.field()) {
        case 1 -> name = reader.text(MAX_NAME_BYTES, at);
        case 2 -> type = type(at);
        case 3, 4 -> reader.skip(at);
        default -> throw unknown(at);
      }
    }
    reader.leave(outer);
    return new Value(name, type.elementType(), type.declaresShape(), type.shape());
  }

  private Value type(Where at) throws ArtifactException {
    Value tensor = new Value("", 0, false, List.of());
    int outer = reader.enter(at);
    while (reader.next(at)) {
      switch (reader.field()) {
        case 1 -> tensor = tensorType(at);
        case 6 -> reader.skip(at);
        default -> throw at.bad("not a tensor (type field " + reader.field() + ")");
      }
    }
    reader.leave(outer);
    return tensor;
  }

  private Value tensorType(Where at) throws ArtifactException {
    long elementType = 0;
    boolean declared = false;
    List<Long> shape = new ArrayList<>();
    int outer = reader.enter(at);
    while (reader.next(at)) {
      switch (reader.field()) {
        case 1 -> elementType = reader.number(at);
        case 2 -> {
          declared = true;
          shape(shape, at);
        }
        default -> throw unknown(at);
      }
    }
    reader.leave(outer);
    return new Value("", (int) Math.min(elementType, Integer.MAX_VALUE), declared, shape);
  }

  private void shape(List<Long> shape, Where at) throws ArtifactException {
    int outer = reader.enter(at);
    while (reader.next(at)) {
      if (reader.field() != 1) {
        throw unknown(at);
      }
      if (shape.size() == MAX_RANK) {
        throw at.bad("more than " + MAX_RANK + " dimensions");
      }
      shape.add(dimension(at));
    }
    reader.leave(outer);
  }

  private long dimension(Where at) throws ArtifactException {
    long size = -1;
    int outer = reader.enter(at);
    while (reader.next(at)) {
      switch (reader.field()) {
        case 1 -> {
          size = reader.number(at);
          if (size < 0) {
            throw at.bad("a dimension of " + size + ", expected 0 or more");
          }
        }
        case 2, 3 -> reader.skip(at);
        default -> throw unknown(at);
      }
    }
    reader.leave(outer);
    return size == 0 ? -1 : size;
  }

  private static void requireDomain(String domain, Where at) throws ArtifactException {
    if (!DEFAULT_DOMAIN.contains(domain)) {
      throw at.bad(
          "operators of the domain " + Where.quote(domain) + ", expected the default domain only");
    }
  }

  private ArtifactException unknown(Where at) {
    return at.bad(
        "field " + reader.field() + ", which this version does not know; upgrade the runtime");
  }
}
