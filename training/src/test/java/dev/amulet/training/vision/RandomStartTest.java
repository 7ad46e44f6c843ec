package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.BatchNormFolding;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import dev.amulet.training.onnx.TensorData;
import dev.amulet.training.onnx.TestGraphs;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStartTest {
  private static final List<String> OUTPUTS = List.of("embedding");

  @Test
  void everyWeightIsDrawnAndEverythingElseStays() {
    OnnxGraph before = TestGraphs.everyLayer();
    OnnxGraph after = RandomStart.drawn(before, 1, "every");
    Set<String> learned = new HashSet<>();
    for (NodeProto node : before.graph().getNodeList()) {
      switch (node.getOpType()) {
        case "Conv", "Gemm" -> {
          learned.add(node.getInput(1));
          assertThat(values(after, node.getInput(1)))
              .isNotEqualTo(values(before, node.getInput(1)));
          if (node.getInputCount() > 2) {
            learned.add(node.getInput(2));
            assertThat(values(after, node.getInput(2))).containsOnly(0);
          }
        }
        case "BatchNormalization" -> {
          learned.addAll(node.getInputList().subList(1, 5));
          assertThat(values(after, node.getInput(1))).containsOnly(1);
          assertThat(values(after, node.getInput(2))).containsOnly(0);
          assertThat(values(after, node.getInput(3))).containsOnly(0);
          assertThat(values(after, node.getInput(4))).containsOnly(1);
        }
        default -> {}
      }
    }
    assertThat(learned).contains("stem.bias", "depthwise.weight", "stem_bn.running_var");
    assertThat(before.graph().getInitializerList())
        .extracting(TensorProto::getName)
        .contains("zero", "six");
    assertThat(after.graph().getInitializerList())
        .filteredOn(tensor -> !learned.contains(tensor.getName()))
        .isNotEmpty()
        .allSatisfy(t -> assertThat(t).isEqualTo(before.initializer(t.getName()).orElseThrow()));
    assertThat(after.graph().getNodeList()).isEqualTo(before.graph().getNodeList());
  }

  @Test
  void weightsHaveHesVarianceForTheirFanIn() {
    OnnxGraph graph =
        TestGraphs.classifier(1)
            .cutTo(OUTPUTS)
            .withTensor("wide", List.of(8, 2000), new float[16_000])
            .withNode("MatMul", List.of("embedding", "wide"), "out")
            .cutTo(List.of("out"));
    OnnxGraph after = RandomStart.drawn(graph, 3, "wide");
    assertThat(meanSquare(values(after, "wide"))).isCloseTo(2 / 8.0, within(0.01));
    double bound = Math.sqrt(6 / 27.0);
    for (float value : values(after, "conv1.weight")) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
    }
    assertThat(meanSquare(values(after, "conv1.weight"))).isCloseTo(2 / 27.0, within(0.02));
  }

  @Test
  void theSeedDecides() {
    OnnxGraph graph = TestGraphs.everyLayer();
    OnnxGraph first = RandomStart.drawn(graph, 1, "a");
    assertThat(RandomStart.drawn(graph, 1, "b").toBytes()).isEqualTo(first.toBytes());
    assertThat(values(RandomStart.drawn(graph, 2, "a"), "stem.weight"))
        .isNotEqualTo(values(first, "stem.weight"));
    // What was there before does not shine through.
    assertThat(RandomStart.drawn(RandomStart.drawn(graph, 2, "a"), 1, "a").toBytes())
        .isEqualTo(first.toBytes());
  }

  @Test
  void aWeightMayBeSharedAndTheBiasBehindAMatrixIsOne() {
    OnnxGraph graph =
        shared("Add")
            .withTensor("factor", List.of(8), filled(8, 7))
            .withNode("Mul", List.of("sum", "factor"), "out")
            .cutTo(List.of("out"));
    OnnxGraph after = RandomStart.drawn(graph, 1, "shared");
    assertThat(values(after, "square")).isNotEqualTo(values(graph, "square"));
    assertThat(values(after, "shift")).containsOnly(0);
    assertThat(values(after, "factor")).containsOnly(7);
    // A subtraction is no bias.
    OnnxGraph less = shared("Sub").cutTo(List.of("sum"));
    assertThat(values(RandomStart.drawn(less, 1, "less"), "shift")).containsOnly(7);
  }

  /** Two layers of one matrix, and an operator with a constant. */
  private static OnnxGraph shared(String operator) {
    return TestGraphs.classifier(1)
        .cutTo(OUTPUTS)
        .withTensor("square", List.of(8, 8), filled(64, 7))
        .withTensor("shift", List.of(8), filled(8, 7))
        .withNode("MatMul", List.of("embedding", "square"), "once")
        .withNode("MatMul", List.of("once", "square"), "twice")
        .withNode(operator, List.of("twice", "shift"), "sum");
  }

  @Test
  void whatIsAWeightAndAConstantAtOnceIsRefused() {
    OnnxGraph both =
        shared("Add").withNode("Mul", List.of("sum", "shift"), "out").cutTo(List.of("out"));
    assertThatThrownBy(() -> RandomStart.drawn(both, 1, "both"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("network \"both\" cannot start from random weights")
        .hasMessageContaining("\"shift\" is a weight and a constant at once");
    OnnxGraph two =
        TestGraphs.classifier(1)
            .withTensor("slope", List.of(8), filled(8, 1))
            .withNode("MatMul", List.of("embedding", "slope"), "product")
            .withNode("PRelu", List.of("embedding", "slope"), "rest")
            .cutTo(List.of("product", "rest"));
    assertThatThrownBy(() -> RandomStart.drawn(two, 1, "two"))
        .hasMessageContaining("\"slope\" is two different weights at once");
    OnnxGraph none =
        TestGraphs.classifier(1).withNode("Relu", List.of("input"), "out").cutTo(List.of("out"));
    assertThatThrownBy(() -> RandomStart.drawn(none, 1, "none"))
        .hasMessageContaining("it stores no weights");
  }

  @Test
  void aFoldedNetworkIsDrawnToo() {
    OnnxGraph folded = BatchNormFolding.fold(TestGraphs.classifier(1).cutTo(OUTPUTS));
    OnnxGraph after = RandomStart.drawn(folded, 1, "folded");
    try (OrtSession before = OrtSession.of(folded);
        OrtSession session = OrtSession.of(after)) {
      float[] picture = TestGraphs.noise(3 * 16 * 16);
      float[] embedding = session.run(picture, 1, 3, 16, 16).get("embedding");
      assertThat(embedding).isNotEqualTo(before.run(picture, 1, 3, 16, 16).get("embedding"));
      for (float value : embedding) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void theLineageSaysThatTheWeightsWereDrawn() {
    Backbone nano = NanoBackbone.builtIn();
    Backbone drawn = nano.untrained(6);
    assertThat(drawn.name()).isEqualTo(nano.name());
    assertThat(drawn.description()).contains("random (seed 6), not pretrained");
    assertThat(drawn.preprocessing()).isEqualTo(nano.preprocessing());
    assertThat(drawn.graph().outputNames()).doesNotContain(Backbone.LOGITS);
    assertThat(drawn.serving().operatorCounts()).doesNotContainKey("BatchNormalization");
    WeightLineage lineage = drawn.lineage("net");
    assertThat(lineage.getSource())
        .isEqualTo(
            "random weights drawn by Amulet, seed 6, in the architecture of " + nano.source());
    assertThat(lineage.getSha256()).isEqualTo(OnnxFileBackbone.sha256(drawn.graph().toBytes()));
    assertThat(lineage.getSha256()).isNotEqualTo(nano.sha256());
    assertThat(lineage.getLicence()).isEqualTo(nano.licence());
    assertThat(nano.untrained(6).onnx()).isEqualTo(drawn.onnx());
  }

  private static float[] values(OnnxGraph graph, String name) {
    return TensorData.floats(graph.initializer(name).orElseThrow());
  }

  private static double meanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }
}
