package dev.amulet.training.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchNormFoldingTest {
  @Test
  void theFoldedGraphGivesTheSameOutputsWithFewerNodes() {
    OnnxGraph graph = TestGraphs.everyLayer();
    OnnxGraph folded = BatchNormFolding.fold(graph);
    assertThat(folded.operatorCounts()).doesNotContainKey("BatchNormalization");
    assertThat(folded.initializer("stem_bn.running_mean")).isEmpty();
    assertThat(BatchNormFolding.fold(graph).toBytes()).isEqualTo(folded.toBytes());
    assertSame(graph, folded, 3, 33, 29);
  }

  @Test
  void aConvReadTwiceKeepsItsBatchNorm() {
    OnnxGraphBuilder net = new OnnxGraphBuilder("shared", TestGraphs.parameters(2));
    String conv = net.conv(net.input("input", 3, 9, 9), "conv", Convolution.of(6, 3));
    String x = net.add(net.batchNorm(conv, "bn"), conv);
    net.output("embedding", net.flatten(net.globalAveragePool(x)));
    assertKept(net.build());
  }

  @Test
  void aConvThatIsItselfAnOutputKeepsItsBatchNorm() {
    OnnxGraph graph = TestGraphs.classifier(4).withOutput("conv1");
    assertThat(BatchNormFolding.fold(graph).operatorCounts()).containsKey("BatchNormalization");
  }

  @Test
  void aBatchNormAfterSomethingElseStays() {
    OnnxGraphBuilder net = new OnnxGraphBuilder("preactivation", TestGraphs.parameters(3));
    String x = net.maxPool(net.input("input", 3, 9, 9), 3, 2, 1);
    x = net.conv(net.relu(net.batchNorm(x, "bn")), "conv", Convolution.of(6, 3));
    net.output("embedding", net.flatten(net.globalAveragePool(x)));
    assertKept(net.build());
  }

  private static void assertKept(OnnxGraph graph) {
    OnnxGraph folded = BatchNormFolding.fold(graph);
    assertThat(folded.operatorCounts()).isEqualTo(graph.operatorCounts());
    assertSame(graph, folded, 3, 9, 9);
  }

  private static void assertSame(
      OnnxGraph graph, OnnxGraph folded, int channels, int height, int width) {
    float[] input = TestGraphs.noise(2 * channels * height * width);
    try (OrtSession before = OrtSession.plain(graph);
        OrtSession after = OrtSession.plain(folded)) {
      var expected = before.run(input, 2, channels, height, width);
      var found = after.run(input, 2, channels, height, width);
      assertThat(found.keySet()).isEqualTo(expected.keySet()).containsAll(List.of("embedding"));
      expected.forEach((name, values) -> assertClose(found.get(name), values));
    }
  }

  private static void assertClose(float[] found, float[] expected) {
    double largest = 1e-3;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }
}
