package dev.amulet.training.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputSizeTest {
  @Test
  void aNetworkThatPoolsEverythingTakesPicturesOfAnotherSize() {
    OnnxGraph graph = TestGraphs.everyLayer();
    OnnxGraph larger = InputSize.change(graph, 64, 48).orElseThrow();
    assertThat(larger.shapes().get("input")).containsExactly(-1, 3, 64, 48);
    assertThat(larger.shapes().get("embedding")).isEqualTo(graph.shapes().get("embedding"));
    assertThat(larger.graph().getNodeList()).isEqualTo(graph.graph().getNodeList());
    assertThat(InputSize.change(larger, 33, 29).orElseThrow().shapes())
        .usingRecursiveComparison()
        .isEqualTo(graph.shapes());
  }

  @Test
  void aNetworkWhoseLayersCountPositionsDoesNot() {
    OnnxGraphBuilder net = new OnnxGraphBuilder("fixed", TestGraphs.parameters(1));
    String x = net.relu(net.conv(net.input("input", 3, 16, 16), "conv", Convolution.of(4, 3)));
    net.output("embedding", net.flatten(net.averagePool(x, 4, 4, 0)));
    OnnxGraph graph = net.build();
    assertThat(InputSize.change(graph, 32, 32)).as("a wider embedding").isEmpty();
    assertThat(InputSize.change(graph, 3, 3)).as("nothing left to pool").isEmpty();
    assertThat(InputSize.change(graph, 16, 16)).isPresent();
  }
}
