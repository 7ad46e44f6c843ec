package dev.amulet.training.vision.nano;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder.Parameters;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NanoNetworkTest {
  private static final Parameters ONES =
      (name, shape) -> {
        float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
        Arrays.fill(values, 1);
        return values;
      };

  @Test
  void theNetworkIsAsSmallAsItSays() {
    OnnxGraph graph = NanoNetwork.graph(ONES);
    assertThat(graph.parameterCount()).isBetween(400_000L, 600_000L);
    assertThat(graph.outputNames()).containsExactlyInAnyOrder("embedding", "feature_map");
    assertThat(graph.shapes().get("feature_map")).containsExactly(-1, NanoNetwork.WIDTH, 4, 4);
    assertThat(graph.shapes().get("embedding")).containsExactly(-1, NanoNetwork.WIDTH);
  }

  @Test
  void answersAreOneMoreLayerOnTheEmbedding() {
    OnnxGraph graph = NanoNetwork.withAnswers(ONES, 10);
    assertThat(graph.shapes().get(NanoNetwork.ANSWERS)).containsExactly(-1, 10);
    assertThat(graph.cutTo(List.of("embedding", "feature_map")).parameterCount())
        .isEqualTo(NanoNetwork.graph(ONES).parameterCount());
  }
}
