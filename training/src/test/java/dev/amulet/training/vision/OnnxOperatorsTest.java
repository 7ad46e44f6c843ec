package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operator against ONNX Runtime, under random attributes. */
class OnnxOperatorsTest {
  private static final int ROUNDS = 25;
  private static NDManager manager;

  private final SplittableRandom random = new SplittableRandom(20);

  @BeforeAll
  static void start() {
    manager = PyTorchHere.managerOrSkip();
  }

  @AfterAll
  static void stop() {
    if (manager != null) {
      manager.close();
    }
  }

  @Test
  void convolutionWithAnyPadsStridesDilationsAndGroups() {
    for (int round = 0; round < ROUNDS; round++) {
      int groups = 1 + random.nextInt(3);
      int in = groups * (1 + random.nextInt(3));
      int out = groups * (1 + random.nextInt(3));
      int kh = 1 + random.nextInt(4);
      int kw = 1 + random.nextInt(4);
      OneNode node =
          new OneNode("Conv")
              .ints("kernel_shape", kh, kw)
              .ints("strides", 1 + random.nextInt(3), 1 + random.nextInt(3))
              .ints("dilations", 1 + random.nextInt(2), 1 + random.nextInt(2))
              .ints("pads", random.ints(4, 0, 4).asLongStream().toArray())
              .integer("group", groups)
              .stored("w", List.of(out, in / groups, kh, kw), noise(out * in / groups * kh * kw));
      if (random.nextBoolean()) {
        node.stored("b", List.of(out), noise(out));
      }
      sameAsOnnxRuntime(
          node, 1 + random.nextInt(2), in, 8 + random.nextInt(6), 8 + random.nextInt(6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAME_UPPER", "SAME_LOWER", "VALID"})
  void convolutionThatPadsItself(String mode) {
    for (int round = 0; round < 8; round++) {
      int kernel = 2 + random.nextInt(4);
      int stride = 1 + random.nextInt(3);
      OneNode node =
          new OneNode("Conv")
              .text("auto_pad", mode)
              .ints("strides", stride, stride)
              .stored("w", List.of(3, 2, kernel, kernel), noise(6 * kernel * kernel));
      sameAsOnnxRuntime(node, 1, 2, 7 + random.nextInt(6), 7 + random.nextInt(6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MaxPool", "AveragePool", "AveragePool counting pads"})
  void poolsWithAnyPadsAndCeil(String what) {
    for (int round = 0; round < 2 * ROUNDS; round++) {
      int kh = 1 + random.nextInt(4);
      int kw = 1 + random.nextInt(4);
      OneNode node =
          new OneNode(what.split(" ", -1)[0])
              .ints("kernel_shape", kh, kw)
              .ints("strides", 1 + random.nextInt(3), 1 + random.nextInt(3))
              .ints(
                  "pads",
                  random.nextInt(kh),
                  random.nextInt(kw),
                  random.nextInt(kh),
                  random.nextInt(kw))
              .integer("ceil_mode", random.nextInt(2));
      if (what.endsWith("pads")) {
        node.integer("count_include_pad", 1);
      }
      sameAsOnnxRuntime(node.opset(19), 2, 3, 6 + random.nextInt(7), 6 + random.nextInt(7));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Relu",
        "Sigmoid",
        "Tanh",
        "Elu",
        "Selu",
        "Softplus",
        "HardSigmoid",
        "HardSwish",
        "Erf",
        "Exp",
        "Neg",
        "Abs",
        "Identity",
        "GlobalAveragePool",
        "GlobalMaxPool",
        "LeakyRelu",
        "Softmax",
        "LogSoftmax",
        "Flatten",
        "Dropout",
        "Transpose"
      })
  void operatorsWithoutAttributes(String operator) {
    sameAsOnnxRuntime(new OneNode(operator), 2, 3, 5, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sqrt", "Log", "Reciprocal", "Pow", "Cast"})
  void operatorsOnPositiveNumbers(String operator) {
    OneNode node = new OneNode(operator);
    if (operator.equals("Pow")) {
      node.stored("e", List.of(), 1.7f);
    }
    if (operator.equals("Cast")) {
      node.integer("to", 1);
    }
    float[] input = noise(2 * 3 * 4 * 4);
    for (int i = 0; i < input.length; i++) {
      input[i] = 0.2f + Math.abs(input[i]);
    }
    sameAsOnnxRuntime(node, input, 2, 3, 4, 4);
  }

  @Test
  void operatorsWithAttributes() {
    sameAsOnnxRuntime(new OneNode("LeakyRelu").real("alpha", 0.3f), 2, 3, 4, 4);
    sameAsOnnxRuntime(
        new OneNode("HardSigmoid").real("alpha", 0.15f).real("beta", 0.4f), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode("Gelu").opset(20), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode("Clip").stored("l", List.of(), -0.3f), 2, 3, 4, 4);
    sameAsOnnxRuntime(
        new OneNode("Clip").stored("l", List.of(), 0f).stored("h", List.of(), 0.6f), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode("Clip").skipped().stored("h", List.of(), 0.1f), 2, 3, 4, 4);
    sameAsOnnxRuntime(
        new OneNode("Clip").opset(10).real("min", -0.2f).real("max", 0.5f), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode("Softmax").integer("axis", 1), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode("Flatten").integer("axis", 2), 2, 3, 4, 5);
    sameAsOnnxRuntime(new OneNode("Transpose").ints("perm", 0, 2, 3, 1), 2, 3, 4, 5);
    sameAsOnnxRuntime(new OneNode("PRelu").stored("s", List.of(3, 1, 1), noise(3)), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode("Reshape").stored("s", 0, -1, 2), 2, 3, 4, 5);
    sameAsOnnxRuntime(new OneNode("Squeeze").stored("a", 2, -1), 2, 3, 1, 1);
    sameAsOnnxRuntime(new OneNode("Squeeze").opset(11).ints("axes", 2), 2, 3, 1, 4);
    sameAsOnnxRuntime(new OneNode("Unsqueeze").stored("a", 0, -1), 2, 3);
    sameAsOnnxRuntime(new OneNode("Concat").again().integer("axis", 1), 2, 3, 4, 5);
    sameAsOnnxRuntime(new OneNode("Concat").again().integer("axis", -1), 2, 3, 4, 5);
    sameAsOnnxRuntime(
        new OneNode("Pad").stored("p", 0, 1, 2, 0, 0, 0, 1, 3).stored("v", List.of(), 0.5f),
        2,
        3,
        4,
        5);
    sameAsOnnxRuntime(new OneNode("Pad").stored("p", 0, 0, 0, 0, 0, 0, 0, 0), 2, 3, 4, 5);
  }

  @Test
  void reductionsOverAnyAxes() {
    for (String operator : List.of("ReduceMean", "ReduceSum")) {
      boolean attribute = operator.equals("ReduceMean");
      for (long[] axes : new long[][] {{2, 3}, {-1, -2}, {1}, {3}, {1, 2, 3}}) {
        for (int keep = 0; keep < 2; keep++) {
          OneNode node = new OneNode(operator).integer("keepdims", keep);
          sameAsOnnxRuntime(
              attribute ? node.ints("axes", axes) : node.stored("a", axes), 2, 3, 4, 5);
        }
      }
      sameAsOnnxRuntime(new OneNode(operator).opset(18).stored("a", 2, 3), 2, 3, 4, 5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Mul", "Sub", "Div"})
  void arithmeticWithStoredTensorsOnEitherSide(String operator) {
    float[] positive = noise(3);
    for (int i = 0; i < positive.length; i++) {
      positive[i] = 1.5f + positive[i] / 4;
    }
    sameAsOnnxRuntime(new OneNode(operator).again(), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode(operator).stored("c", List.of(3, 1, 1), positive), 2, 3, 4, 4);
    sameAsOnnxRuntime(
        new OneNode(operator).stored("c", List.of(3, 1, 1), positive).pictureLast(), 2, 3, 4, 4);
    sameAsOnnxRuntime(new OneNode(operator).stored("c", List.of(), 2.5f), 2, 3, 4, 4);
  }

  @Test
  void matrixProducts() {
    for (int round = 0; round < 8; round++) {
      int in = 1 + random.nextInt(6);
      int out = 1 + random.nextInt(6);
      boolean transposed = random.nextBoolean();
      OneNode gemm =
          new OneNode("Gemm")
              .integer("transB", transposed ? 1 : 0)
              .real("alpha", round % 2 == 0 ? 1 : 0.5f)
              .real("beta", round % 3 == 0 ? 1 : 2f)
              .stored("w", transposed ? List.of(out, in) : List.of(in, out), noise(in * out));
      if (random.nextBoolean()) {
        gemm.stored("b", List.of(out), noise(out));
      }
      sameAsOnnxRuntime(gemm, 4, in);
    }
    sameAsOnnxRuntime(
        new OneNode("Gemm").integer("transA", 1).stored("w", List.of(4, 2), noise(8)), 4, 3);
    sameAsOnnxRuntime(new OneNode("MatMul").stored("w", List.of(5, 2), noise(10)), 2, 3, 5);
  }

  @Test
  void batchNormalizationOnStoredStatistics() {
    OneNode node =
        new OneNode("BatchNormalization")
            .real("epsilon", 1e-3f)
            .stored("s", List.of(3), 0.5f, 1.5f, -1)
            .stored("b", List.of(3), noise(3))
            .stored("m", List.of(3), noise(3))
            .stored("v", List.of(3), 0.5f, 1, 2);
    sameAsOnnxRuntime(node, 2, 3, 4, 4);
  }

  @Test
  void namesEveryNodeItCannotRun() {
    OnnxGraph graph = new OneNode("LRN").integer("size", 3).graph(1, 3, 4, 4);
    assertThatThrownBy(() -> new OnnxBlock(graph, manager).close())
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("LRN (node \"node\"): operator is not known")
        .hasMessageContaining("use it frozen");
    OnnxGraph dilated =
        new OneNode("MaxPool").ints("kernel_shape", 2, 2).ints("dilations", 2, 2).graph(1, 3, 9, 9);
    assertThatThrownBy(() -> new OnnxBlock(dilated, manager).close())
        .hasMessageContaining("dilations");
  }

  private void sameAsOnnxRuntime(OneNode node, long... shape) {
    float[] input = noise((int) Arrays.stream(shape).reduce(1, Math::multiplyExact));
    sameAsOnnxRuntime(node, input, shape);
  }

  private static void sameAsOnnxRuntime(OneNode node, float[] input, long... shape) {
    OnnxGraph graph = node.graph(shape);
    float[] expected;
    try (OrtSession session = OrtSession.plain(graph)) {
      expected = session.run(input, shape).get("y");
    }
    try (NDManager step = manager.newSubManager();
        OnnxBlock block = new OnnxBlock(graph, step)) {
      NDArray x = step.create(input, new Shape(shape));
      float[] found = block.forward(x, OnnxBlock.Mode.STORED, List.of("y")).get("y").toFloatArray();
      assertThat(found).as("%s", graph.graph().getNode(0)).hasSameSizeAs(expected);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i])
            .as("value %d of %s", i, graph.graph().getNode(0))
            .isCloseTo(expected[i], Offset.offset(2e-5f * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }

  private float[] noise(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }
}
