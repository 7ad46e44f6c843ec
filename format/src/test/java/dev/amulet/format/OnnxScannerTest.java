package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxScannerTest {
  @Test
  void tellsWhatIsInTheGraph() throws Exception {
    OnnxSummary summary = OnnxScanner.scan(ByteBuffer.wrap(TinyOnnx.network()), "tiny.onnx");
    assertThat(summary.opset()).isEqualTo(17);
    assertThat(summary.irVersion()).isEqualTo(8);
    assertThat(summary.operators())
        .isEqualTo(Map.of("Flatten", 1, "Gemm", 1, "GlobalAveragePool", 1));
    assertThat(summary.inputs())
        .containsExactly(new OnnxSummary.Value("input", 1, true, List.of(-1L, 3L, -1L, -1L)));
    assertThat(summary.outputs())
        .extracting(OnnxSummary.Value::name)
        .containsExactly("embedding", "logits");
  }

  @Test
  void initializersThatOldModelsListAsInputsAreNotInputs() throws Exception {
    TinyOnnx graph = TinyOnnx.graph().message(11, TinyOnnx.value("w", 3, 2));
    OnnxSummary summary =
        OnnxScanner.scan(ByteBuffer.wrap(TinyOnnx.model(graph).toBytes()), "tiny.onnx");
    assertThat(summary.inputs()).extracting(OnnxSummary.Value::name).containsExactly("input");
  }

  @Test
  void namesTheFileInARefusal() {
    assertThatThrownBy(() -> OnnxScanner.scan(ByteBuffer.allocate(3), "photo.onnx"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("network \"photo.onnx\": ");
  }

  @Test
  void damageNeverGivesAnotherThrowable() {
    byte[] good = TinyOnnx.network();
    Random random = new Random(4);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int hit = 0; hit < 1 + round % 3; hit++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(OnnxScanner.scan(ByteBuffer.wrap(bytes), "tiny").opset()).isPositive();
      } catch (ArtifactException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @CsvSource({"mobilenet_edgetpu, 1280", "squeezenet1_1, 512", "mobilenetv2_bn, 1280"})
  void acceptsRealNetworks(String name, long width) throws Exception {
    Path file = Path.of("..", "..", "shared", "weights", name + ".onnx");
    Assumptions.assumeTrue(Files.exists(file), "needs " + file);
    OnnxSummary summary = OnnxScanner.scan(ByteBuffer.wrap(Files.readAllBytes(file)), name);
    assertThat(summary.inputs())
        .containsExactly(new OnnxSummary.Value("input", 1, true, List.of(-1L, 3L, 224L, 224L)));
    assertThat(summary.outputs())
        .contains(new OnnxSummary.Value("embedding", 1, true, List.of(-1L, width)));
  }
}
