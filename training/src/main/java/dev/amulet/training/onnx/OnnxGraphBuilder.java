package dev.amulet.training.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Builds an ONNX graph (opset 17, float32, NCHW) layer by layer. Each method adds one layer and
 * gives the name of its value, to be passed on:
 *
 * <pre>{@code
 * var net = new OnnxGraphBuilder("net", weights);
 * String x = net.input("input", 3, 64, 64);
 * x = net.relu(net.batchNorm(net.conv(x, "conv1", Convolution.of(16, 3)), "bn1"));
 * net.output("embedding", net.flatten(net.globalAveragePool(x)));
 * OnnxGraph graph = net.build();
 * }</pre>
 *
 * A layer named {@code conv1} has the parameters {@code conv1.weight} and {@code conv1.bias}, a
 * BatchNormalization also {@code .running_mean} and {@code .running_var}: the names of PyTorch
 * state dicts. One builder makes one graph; not for several threads.
 */
public final class OnnxGraphBuilder {
  /** Where parameter values come from: row-major, of the shape asked for. */
  @FunctionalInterface
  public interface Parameters {
    float[] values(String name, List<Integer> shape);
  }

  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Parameters parameters;
  private final Map<String, Integer> channels = new HashMap<>();
  private final Map<String, String> outputs = new HashMap<>();

  public OnnxGraphBuilder(String name, Parameters parameters) {
    graph.setName(name);
    this.parameters = parameters;
  }

  /** The picture tensor, {@code [N,channels,height,width]}. */
  public String input(String name, int channelCount, int height, int width) {
    graph.addInput(GraphEdits.floatValue(name, new int[] {-1, channelCount, height, width}));
    channels.put(name, channelCount);
    return name;
  }

  public String conv(String x, String name, Convolution shape) {
    int in = channelsOf(x) / shape.groups();
    List<Integer> kernel = shape.kernel();
    String weight =
        parameter(name + ".weight", List.of(shape.channels(), in, kernel.get(0), kernel.get(1)));
    List<String> inputs =
        shape.bias()
            ? List.of(x, weight, parameter(name + ".bias", List.of(shape.channels())))
            : List.of(x, weight);
    int stride = shape.stride();
    return node(
        "Conv",
        name,
        inputs,
        shape.channels(),
        Attributes.of("dilations", List.of(1, 1)),
        Attributes.of("group", (long) shape.groups()),
        Attributes.of("kernel_shape", kernel),
        shape.padding().isEmpty()
            ? Attributes.of("auto_pad", "SAME_UPPER")
            : Attributes.of("pads", shape.padding()),
        Attributes.of("strides", List.of(stride, stride)));
  }

  /** With the epsilon of PyTorch's default, 1e-5. */
  public String batchNorm(String x, String name) {
    return batchNorm(x, name, 1e-5f);
  }

  public String batchNorm(String x, String name, float epsilon) {
    List<Integer> shape = List.of(channelsOf(x));
    List<String> inputs =
        List.of(
            x,
            parameter(name + ".weight", shape),
            parameter(name + ".bias", shape),
            parameter(name + ".running_mean", shape),
            parameter(name + ".running_var", shape));
    return node(
        "BatchNormalization",
        name,
        inputs,
        channelsOf(x),
        Attributes.of("epsilon", epsilon),
        Attributes.of("momentum", 0.9f));
  }

  public String relu(String x) {
    return same("Relu", x);
  }

  public String relu6(String x) {
    return node(
        "Clip", fresh("relu6"), List.of(x, scalar("zero", 0), scalar("six", 6)), channelsOf(x));
  }

  public String sigmoid(String x) {
    return same("Sigmoid", x);
  }

  /** x * sigmoid(x). */
  public String silu(String x) {
    return mul(x, sigmoid(x));
  }

  public String add(String a, String b) {
    return node("Add", fresh("add"), List.of(a, b), channelsOf(a));
  }

  /** Product; b may be {@code [N,C,1,1]} (a gate). */
  public String mul(String a, String b) {
    return node("Mul", fresh("mul"), List.of(a, b), channelsOf(a));
  }

  /** Joins along channels. */
  public String concat(List<String> values) {
    int total = values.stream().mapToInt(this::channelsOf).sum();
    return node("Concat", fresh("concat"), values, total, Attributes.of("axis", 1L));
  }

  public String maxPool(String x, int kernel, int stride, int padding) {
    return maxPool(x, kernel, stride, padding, false);
  }

  /**
   * The same.
   *
   * @param ceil whether a last window that only partly lies on the map counts
   */
  public String maxPool(String x, int kernel, int stride, int padding, boolean ceil) {
    return node(
        "MaxPool",
        fresh("maxpool"),
        List.of(x),
        channelsOf(x),
        Attributes.of("ceil_mode", ceil ? 1L : 0L),
        Attributes.of("kernel_shape", List.of(kernel, kernel)),
        Attributes.of("pads", List.of(padding, padding, padding, padding)),
        Attributes.of("strides", List.of(stride, stride)));
  }

  /** Padding counts as zeros in the average, as in PyTorch. */
  public String averagePool(String x, int kernel, int stride, int padding) {
    return node(
        "AveragePool",
        fresh("averagepool"),
        List.of(x),
        channelsOf(x),
        Attributes.of("count_include_pad", 1L),
        Attributes.of("kernel_shape", List.of(kernel, kernel)),
        Attributes.of("pads", List.of(padding, padding, padding, padding)),
        Attributes.of("strides", List.of(stride, stride)));
  }

  /** To {@code [N,C,1,1]}. */
  public String globalAveragePool(String x) {
    return same("GlobalAveragePool", x);
  }

  /** From {@code [N,C,1,1]} to {@code [N,C]}. */
  public String flatten(String x) {
    return node("Flatten", fresh("flatten"), List.of(x), channelsOf(x), Attributes.of("axis", 1L));
  }

  /** Fully connected layer on {@code [N,C]}; weight {@code [out,C]} as in PyTorch. */
  public String gemm(String x, String name, int out) {
    List<String> inputs =
        List.of(
            x,
            parameter(name + ".weight", List.of(out, channelsOf(x))),
            parameter(name + ".bias", List.of(out)));
    return node("Gemm", name, inputs, out, Attributes.of("transB", 1L));
  }

  /** Makes a value an output under this name. */
  public void output(String name, String value) {
    channelsOf(value);
    outputs.put(value, name);
    graph.addOutput(GraphEdits.floatValue(value, null));
  }

  public OnnxGraph build() {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("amulet")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph)
            .build();
    OnnxGraph built = OnnxGraph.of(model);
    List<String> values = built.outputNames();
    for (String value : values) {
      built = built.withoutOutput(value).withOutput(value);
    }
    for (String value : values) {
      built = built.renamed(value, outputs.getOrDefault(value, value));
    }
    return built;
  }

  /** Channels of a value made by this builder. */
  public int channelsOf(String value) {
    Integer count = channels.get(value);
    if (count == null) {
      throw new IllegalArgumentException("no value \"" + value + "\" in this graph yet");
    }
    return count;
  }

  private String same(String operator, String x) {
    return node(operator, fresh(operator.toLowerCase(Locale.ROOT)), List.of(x), channelsOf(x));
  }

  private String node(
      String operator,
      String name,
      List<String> inputs,
      int channelCount,
      AttributeProto... attributes) {
    if (channels.putIfAbsent(name, channelCount) != null) {
      throw new IllegalArgumentException("two layers named \"" + name + "\"");
    }
    graph.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(Arrays.asList(attributes)));
    return name;
  }

  private String fresh(String operator) {
    return operator + "_" + graph.getNodeCount();
  }

  private String parameter(String name, List<Integer> shape) {
    float[] values = parameters.values(name, shape);
    int expected = shape.stream().reduce(1, Math::multiplyExact);
    if (values.length != expected) {
      throw new IllegalArgumentException(
          String.format("parameter \"%s\": %d values, shape %s", name, values.length, shape));
    }
    graph.addInitializer(TensorData.of(name, shape, values));
    return name;
  }

  private String scalar(String name, float value) {
    boolean there =
        graph.getInitializerList().stream().map(TensorProto::getName).anyMatch(name::equals);
    if (!there) {
      graph.addInitializer(TensorData.of(name, List.of(), new float[] {value}));
    }
    return name;
  }
}
