package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real pretrained networks, where they are at hand. */
class WeightFilesTest {
  private static final Path WEIGHTS = Path.of("..", "..", "shared", "weights");

  @ParameterizedTest
  @CsvSource({
    "mobilenet_edgetpu.onnx, 1280,"
        + " b91ba320211ced0fb31bb6df4b8a88fc701f7e52a8a26c31806c4f71fa23afa2",
    "squeezenet1_1.onnx, 512, e6b8283866b9e3a281b9fffc90567b49413b4d97631147c1d9c31457954b1d73",
    "mobilenetv2_bn.onnx, 1280, b734c6b9a3978a85a2290882fa13bc6f8542aedc9373c26142a9e5677d253b63"
  })
  void theServingGraphGivesTheFilesOwnEmbedding(String name, int width, String sha256) {
    Path file = file(name);
    Backbone backbone = Backbones.fromFile(file);
    assertThat(backbone.embeddingWidth()).isEqualTo(width);
    assertThat(HexFormat.of().formatHex(backbone.sha256().toByteArray())).isEqualTo(sha256);
    assertThat(backbone.licence()).isEqualTo("Apache-2.0");
    assertThat(backbone.notes()).isEmpty();
    assertThat(backbone.serving().operatorCounts())
        .doesNotContainKeys("Gemm", "BatchNormalization")
        .containsEntry("GlobalAveragePool", 1);
    assertThat(backbone.graph().outputNames()).contains("embedding", "feature_map");
    assertThat(Backbones.fromFile(file).onnx()).isEqualTo(backbone.onnx());

    float[] input = noise(2 * 3 * 224 * 224);
    try (OrtSession original = OrtSession.of(OnnxGraph.read(file));
        OrtSession serving = OrtSession.of(backbone.serving())) {
      float[] expected = original.run(input, 2, 3, 224, 224).get("embedding");
      Map<String, float[]> outputs = serving.run(input, 2, 3, 224, 224);
      assertThat(outputs).containsOnlyKeys("embedding", "feature_map");
      assertClose(outputs.get("embedding"), expected);
      assertClose(meanOverPositions(outputs.get("feature_map"), 2 * width), expected);
    }
  }

  @Test
  void aNameOfTheCatalogueFindsItsFileInTheFolder() {
    Path file = file("mobilenetv2.safetensors");
    Backbone backbone = Backbones.resolve("mobilenetv2", file.getParent(), 0);
    assertThat(backbone.embeddingWidth()).isEqualTo(1280);
    assertThat(HexFormat.of().formatHex(backbone.sha256().toByteArray()))
        .isEqualTo("2c2d1e5882e5c2271b063059ebf5c3e61fe70094607f2908fa037b16a0b04015");
    assertThat(backbone.source()).startsWith("google-coral/test_data");
    assertThat(backbone.graph().outputNames())
        .containsExactly("embedding", "feature_map", "logits");
    assertThat(backbone.graph().operatorCounts()).containsEntry("BatchNormalization", 52);
    assertThat(Backbones.resolve("auto", file.getParent(), 0).name()).isEqualTo("mobilenetv2");
    assertThatThrownBy(() -> Backbones.resolve("resnet50", file.getParent(), 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("looked for resnet50.safetensors, resnet50.pth");
  }

  private static float[] meanOverPositions(float[] map, int channels) {
    int positions = map.length / channels;
    float[] means = new float[channels];
    for (int i = 0; i < map.length; i++) {
      means[i / positions] += map[i] / positions;
    }
    return means;
  }

  @ParameterizedTest
  @CsvSource({
    "mobilenet_edgetpu.onnx, 0.5, 0.5",
    "squeezenet1_1.onnx, 0.485, 0.229",
    "mobilenetv2_bn.onnx, 0.485, 0.229"
  })
  void theMetadataSaysHowPixelsAreWanted(String name, float mean, float std) {
    ImagePreprocessing pixels = Backbones.fromFile(file(name)).preprocessing();
    assertThat(pixels.getDivisor()).isEqualTo(255);
    assertThat(pixels.getMean(0)).isEqualTo(mean);
    assertThat(pixels.getStd(0)).isEqualTo(std);
    assertThat(pixels.getChannelOrder()).isEqualTo(ChannelOrder.RGB);
    assertThat(pixels.getWidth()).isEqualTo(224);
    assertThat(pixels.getHeight()).isEqualTo(224);
  }

  @ParameterizedTest
  @CsvSource({"mobilenet_edgetpu.onnx, 1280", "squeezenet1_1.onnx, 512"})
  void theManifestDescribesTheNetworkByItsOutputs(String name, int width) {
    Backbone backbone = Backbones.fromFile(file(name));
    Network network = backbone.network("photo");
    assertThat(network.getEntry()).isEqualTo("networks/photo.onnx");
    assertThat(network.getInput()).isEqualTo("input");
    assertThat(network.getOutputs(0).getName()).isEqualTo("embedding");
    assertThat(network.getOutputs(0).getShapeList()).containsExactly(width);
    assertThat(network.getOutputs(1).getRole()).isEqualTo(OutputRole.FEATURE_MAP);
    assertThat(network.getOutputs(1).getShapeList()).startsWith(width).hasSize(3);
    assertThat(network.getParameters()).isEqualTo(backbone.serving().parameterCount());
    assertThat(backbone.lineage("photo").getNetwork()).isEqualTo("photo");
  }

  private static Path file(String name) {
    Path file = WEIGHTS.resolve(name);
    assumeTrue(Files.isRegularFile(file), () -> file + " is not there: skipped");
    return file;
  }

  private static float[] noise(int count) {
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return values;
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isGreaterThan(0);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }
}
