package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.Attributes;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.TensorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns the nodes of a graph into what {@link OnnxBlock} runs. */
final class OnnxNodes {
  private final OnnxBlock block;
  private final OnnxGraph graph;
  private final OnnxWindows windows;
  private final OnnxShapes shapes;
  private final Map<String, Integer> uses = new HashMap<>();

  OnnxNodes(OnnxBlock block, OnnxGraph graph) {
    this.block = block;
    this.graph = graph;
    this.windows = new OnnxWindows(block);
    this.shapes = new OnnxShapes(block);
    graph
        .graph()
        .getNodeList()
        .forEach(n -> n.getInputList().forEach(i -> uses.merge(i, 1, Integer::sum)));
  }

  /**
   * The nodes in graph order.
   *
   * @throws TrainingException when some node cannot be run; names them all
   */
  List<OnnxNode> compile() {
    List<OnnxNode> compiled = new ArrayList<>();
    TreeSet<String> refused = new TreeSet<>();
    for (NodeProto node : graph.graph().getNodeList()) {
      if (node.getOutputCount() == 0 || node.getOpType().equals("Constant")) {
        continue;
      }
      if (isAlias(node)) {
        block.alias(node.getOutput(0), node.getInput(0));
        continue;
      }
      try {
        compiled.add(compile(node));
      } catch (UnsupportedOperationException e) {
        refused.add(
            String.format(
                "%s (node \"%s\"): %s", node.getOpType(), node.getName(), e.getMessage()));
      }
    }
    if (!refused.isEmpty()) {
      throw new TrainingException(
          String.format(
              "network \"%s\" cannot be fine-tuned: %s;%nuse it frozen, or export it with plain"
                  + " operators",
              graph.graph().getName(), String.join("; ", refused)));
    }
    return compiled;
  }

  private static boolean isAlias(NodeProto node) {
    return switch (node.getOpType()) {
      case "Identity", "Dropout" -> true;
      case "Cast" ->
          Attributes.integer(node, "to", 0) == TensorProto.DataType.FLOAT_VALUE
              && node.getInputCount() == 1;
      default -> false;
    };
  }

  private OnnxNode compile(NodeProto node) {
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      throw new UnsupportedOperationException("domain " + node.getDomain() + " is not known");
    }
    return switch (node.getOpType()) {
      case "Conv" -> node(node, windows.conv(node));
      case "MaxPool" -> node(node, windows.maxPool(node));
      case "AveragePool" -> node(node, windows.averagePool(node));
      case "GlobalAveragePool" -> node(node, shapes.globalPool(node, NDArrayEx::globalAvgPool));
      case "GlobalMaxPool" -> node(node, shapes.globalPool(node, NDArrayEx::globalMaxPool));
      case "Pad" -> node(node, windows.pad(node));
      case "BatchNormalization" -> batchNorm(node);
      case "Gemm" -> node(node, shapes.gemm(node));
      case "MatMul" -> node(node, shapes.matMul(node));
      case "Concat" -> node(node, shapes.concat(node));
      case "Flatten" -> node(node, shapes.flatten(node));
      case "Reshape" -> node(node, shapes.reshape(node));
      case "Squeeze" -> node(node, shapes.squeeze(node));
      case "Unsqueeze" -> node(node, shapes.unsqueeze(node));
      case "Transpose" -> node(node, shapes.transpose(node));
      case "ReduceMean" -> node(node, shapes.reduce(node, NDArray::mean));
      case "ReduceSum" -> node(node, shapes.reduce(node, NDArray::sum));
      case "Softmax" -> node(node, unary(node, softmax(node, false)));
      case "LogSoftmax" -> node(node, unary(node, softmax(node, true)));
      case "Add" -> node(node, binary(node, NDArray::add, NDArray::add));
      case "Mul" -> node(node, binary(node, NDArray::mul, NDArray::mul));
      case "Sub" -> node(node, binary(node, NDArray::sub, (b, a) -> b.neg().add(a)));
      case "Div" -> node(node, binary(node, NDArray::div, (b, a) -> b.pow(-1).mul(a)));
      case "Pow" -> node(node, binary(node, NDArray::pow, null));
      case "PRelu" -> node(node, prelu(node));
      default -> node(node, unary(node, pointwise(node)));
    };
  }

  private OnnxNode node(NodeProto node, OnnxNode.Operator operator) {
    return new OnnxNode(node.getOutput(0), computed(node.getInputList()), List.of(), operator);
  }

  /** Inputs that are no stored tensors. */
  private List<String> computed(List<String> inputs) {
    return inputs.stream()
        .filter(name -> !name.isEmpty())
        .map(block::resolve)
        .filter(name -> block.constant(name).isEmpty())
        .toList();
  }

  private OnnxNode.Operator unary(NodeProto node, UnaryOperator<NDArray> operator) {
    String x = block.resolve(node.getInput(0));
    return step -> operator.apply(step.value(x));
  }

  private UnaryOperator<NDArray> pointwise(NodeProto node) {
    float alpha = Attributes.real(node, "alpha", 1);
    return switch (node.getOpType()) {
      case "Relu" -> x -> x.getNDArrayInternal().relu();
      case "Clip" -> clip(node);
      case "Sigmoid" -> x -> x.getNDArrayInternal().sigmoid();
      case "Tanh" -> NDArray::tanh;
      case "LeakyRelu" -> {
        float slope = Attributes.real(node, "alpha", 0.01f);
        yield x -> x.getNDArrayInternal().leakyRelu(slope);
      }
      case "Elu" -> {
        if (alpha != 1) {
          throw new UnsupportedOperationException("alpha " + alpha + ", only 1 is known");
        }
        yield x -> x.getNDArrayInternal().elu(1);
      }
      case "Selu" -> x -> x.getNDArrayInternal().selu();
      case "Gelu" -> {
        if (!Attributes.text(node, "approximate", "none").equals("none")) {
          throw new UnsupportedOperationException("the tanh approximation is not known");
        }
        yield x -> x.getNDArrayInternal().gelu();
      }
      case "Softplus" -> x -> x.getNDArrayInternal().softPlus();
      case "HardSigmoid" -> {
        float slope = Attributes.real(node, "alpha", 0.2f);
        float shift = Attributes.real(node, "beta", 0.5f);
        yield x -> x.mul(slope).add(shift).clip(0f, 1f);
      }
      case "HardSwish" -> x -> x.mul(x.div(6f).add(0.5f).clip(0f, 1f));
      case "Erf" -> NDArray::erf;
      case "Sqrt" -> NDArray::sqrt;
      case "Exp" -> NDArray::exp;
      case "Log" -> NDArray::log;
      case "Neg" -> NDArray::neg;
      case "Abs" -> NDArray::abs;
      case "Reciprocal" -> x -> x.pow(-1);
      default -> throw new UnsupportedOperationException("operator is not known");
    };
  }

  private UnaryOperator<NDArray> clip(NodeProto node) {
    float low = bound(node, "min", 1, Float.NEGATIVE_INFINITY);
    float high = bound(node, "max", 2, Float.POSITIVE_INFINITY);
    if (low == 0 && high == Float.POSITIVE_INFINITY) {
      return x -> x.getNDArrayInternal().relu();
    }
    return x -> x.clip(low, high);
  }

  private float bound(NodeProto node, String attribute, int input, float otherwise) {
    if (node.getInputCount() <= input || node.getInput(input).isEmpty()) {
      return Attributes.real(node, attribute, otherwise);
    }
    return TensorData.floats(stored(block, node, input))[0];
  }

  private static UnaryOperator<NDArray> softmax(NodeProto node, boolean logarithm) {
    int axis = (int) Attributes.integer(node, "axis", -1);
    return x -> logarithm ? x.logSoftmax(axis) : x.softmax(axis);
  }

  /**
   * The operator with the computed value on the left, because a result belongs to the manager of
   * its left side and parameters must not collect results.
   *
   * @param swapped takes the right side first
   */
  private OnnxNode.Operator binary(
      NodeProto node, BinaryOperator<NDArray> plain, @Nullable BinaryOperator<NDArray> swapped) {
    String a = operand(node, 0);
    String b = operand(node, 1);
    if (block.constant(a).isEmpty()) {
      return step -> plain.apply(step.value(a), step.value(b));
    }
    if (swapped == null || block.constant(b).isPresent()) {
      throw new UnsupportedOperationException("its first input is a stored tensor");
    }
    return step -> swapped.apply(step.value(b), step.value(a));
  }

  private String operand(NodeProto node, int index) {
    String name = block.resolve(node.getInput(index));
    if (block.constant(name).isPresent()) {
      if (isBiasOfMatMul(node, index)) {
        block.learn(name);
      } else {
        floats(name);
      }
    }
    return name;
  }

  private void floats(String name) {
    if (block.constant(name).filter(TensorData::isFloat).isEmpty()) {
      throw new UnsupportedOperationException("it computes with whole numbers");
    }
    block.load(name);
  }

  private boolean isBiasOfMatMul(NodeProto node, int index) {
    return node.getOpType().equals("Add")
        && graph.initializer(node.getInput(index)).filter(TensorData::isFloat).isPresent()
        && graph
            .producer(node.getInput(1 - index))
            .filter(other -> other.getOpType().equals("MatMul"))
            .isPresent();
  }

  private OnnxNode.Operator prelu(NodeProto node) {
    String x = block.resolve(node.getInput(0));
    String slope = node.getInput(1);
    block.learn(slope);
    return step -> {
      NDArray value = step.value(x);
      NDArray positive = value.getNDArrayInternal().relu();
      return positive.add(value.sub(positive).mul(step.value(slope)));
    };
  }

  private OnnxNode batchNorm(NodeProto node) {
    BatchNorm norm = new BatchNorm(block, node);
    Optional<NodeProto> conv =
        graph
            .producer(node.getInput(0))
            .filter(before -> before.getOpType().equals("Conv"))
            .filter(before -> uses.getOrDefault(before.getOutput(0), 0) == 1)
            .filter(before -> block.constant(before.getInput(1)).isPresent());
    if (conv.isEmpty()) {
      return new OnnxNode(
          node.getOutput(0),
          List.of(block.resolve(node.getInput(0))),
          norm.statistics(),
          norm.operator(block.resolve(node.getInput(0))));
    }
    return new OnnxNode(
        node.getOutput(0),
        computed(conv.get().getInputList()),
        norm.statistics(),
        norm.operator(windows.convolution(conv.get())));
  }

  /** A tensor that must be stored in the file, because the graph's form depends on it. */
  static TensorProto stored(OnnxBlock block, NodeProto node, int input) {
    return block
        .constant(node.getInput(input))
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "its input \"" + node.getInput(input) + "\" is computed, expected stored"));
  }
}
