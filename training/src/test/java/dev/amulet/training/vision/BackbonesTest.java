package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.Convolution;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder;
import dev.amulet.training.onnx.OrtSession;
import dev.amulet.training.onnx.TestGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackbonesTest {
  @TempDir Path folder;

  @Test
  void aNameOrAPathIsResolved() {
    Path file = save(TestGraphs.classifier(1).toBytes());
    assertThat(Backbones.resolve("random64", null, 3).name()).isEqualTo("random64");
    assertThat(Backbones.resolve(file.toString(), null, 0).name()).isEqualTo("net");
    assertThat(Backbones.resolve("net.onnx", folder, 0).embeddingWidth()).isEqualTo(8);
    assertThatThrownBy(() -> Backbones.resolve("absent.onnx", folder, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> Backbones.resolve("alexnet", null, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("unknown; expected auto, densenet121");
  }

  @Test
  void withoutMetadataImageNetIsAssumedAndSaid() {
    Backbone backbone = Backbones.fromFile(save(TestGraphs.classifier(1).toBytes()));
    assertThat(backbone.preprocessing().getMeanList()).containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(backbone.preprocessing().getStdList()).containsExactly(0.229f, 0.224f, 0.225f);
    assertThat(backbone.preprocessing().getDivisor()).isEqualTo(255);
    assertThat(backbone.notes()).singleElement().asString().contains("ImageNet");
    assertThat(backbone.licence()).isEqualTo("unknown");
    assertThat(backbone.graph().outputNames())
        .containsExactly("embedding", "feature_map", "logits");
  }

  @ParameterizedTest
  @CsvSource({
    "1/255, '0.5,0.5,0.5', '0.25,0.25,0.25', 255",
    "0.00392157, '[0.5, 0.5, 0.5]', 0.25, 255",
    "1, '123.7 116.3 103.5', 58, 1",
    ", '123.7,116.3,103.5', 58, 1",
    ", 0, 1, 255",
    "1/127.5, 1, 1, 127.5"
  })
  void scaleMeanAndStdAreRead(String scale, String mean, String std, float divisor) {
    Map<String, String> metadata = new HashMap<>(Map.of("mean", mean, "std", std, "color", "bgr"));
    if (scale != null) {
      metadata.put("scale", scale);
    }
    var pixels = Backbones.fromFile(save(described(metadata))).preprocessing();
    assertThat(pixels.getDivisor()).isEqualTo(divisor);
    assertThat(pixels.getMeanCount()).isEqualTo(3);
    assertThat(pixels.getChannelOrder()).isEqualTo(ChannelOrder.BGR);
  }

  @ParameterizedTest
  @CsvSource({
    "mean, half, not a number",
    "std, 0, above 0",
    "mean, '0.5,0.5', one or three numbers",
    "mean, 123.7, units of 0 to 255",
    "scale, 0, multiplied by",
    "scale, NaN, not finite",
    "color, CMYK, RGB or BGR",
    "layout, NHWC, channels-first",
    "embedding, nowhere, candidates: globalaveragepool"
  })
  void metadataThatCannotBeRightIsRefused(String key, String value, String expected) {
    Map<String, String> metadata =
        new HashMap<>(Map.of("mean", "0.5", "std", "0.5", "scale", "1/255"));
    metadata.put(key, value);
    Path file = save(described(metadata));
    assertThatThrownBy(() -> Backbones.fromFile(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("net.onnx")
        .hasMessageContaining(expected);
  }

  @Test
  void aMeanWithoutStdIsRefused() {
    Path file = save(described(Map.of("mean", "0.5")));
    assertThatThrownBy(() -> Backbones.fromFile(file)).hasMessageContaining("mean but no std");
  }

  @Test
  void inputsThatAreNotPicturesAreRefusedWithAdvice() {
    assertRefused(dims -> dims.getDimBuilder(1).setDimValue(1), "expected 3 channels");
    assertRefused(dims -> dims.removeDim(3), "[?, 3, 16]");
    assertRefused(
        dims -> {
          dims.getDimBuilder(1).setDimValue(16);
          dims.getDimBuilder(3).setDimValue(3);
        },
        "channels last");
    ModelProto.Builder integer = TestGraphs.classifier(1).model().toBuilder();
    integer
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(2);
    assertThatThrownBy(() -> Backbones.fromFile(save(integer.build().toByteArray())))
        .hasMessageContaining("expected float32");
  }

  @Test
  void customOperatorsAreRefused() {
    ModelProto.Builder custom = TestGraphs.classifier(1).model().toBuilder();
    custom.getGraphBuilder().getNodeBuilder(0).setDomain("com.example");
    assertThatThrownBy(() -> Backbones.fromFile(save(custom.build().toByteArray())))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("com.example");
  }

  @Test
  void operatorsThatNoAmuletMayHoldAreRefusedUnlessTheCutRemovesThem() {
    ModelProto.Builder loop = TestGraphs.classifier(1).model().toBuilder();
    loop.getGraphBuilder().getNodeBuilder(0).setOpType("RandomNormalLike");
    assertThatThrownBy(() -> Backbones.fromFile(save(loop.build().toByteArray())))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("RandomNormalLike")
        .hasMessageContaining("cannot serve as a backbone");
    ModelProto.Builder after = TestGraphs.classifier(1).model().toBuilder();
    int last = after.getGraph().getNodeCount() - 1;
    after.getGraphBuilder().getNodeBuilder(last).setOpType("RandomNormalLike");
    assertThat(Backbones.fromFile(save(after.build().toByteArray())).embeddingWidth()).isEqualTo(8);
  }

  @Test
  void operatorSetsThatNoNodeUsesAreDropped() {
    ModelProto.Builder model = TestGraphs.classifier(1).model().toBuilder();
    model.addOpsetImportBuilder().setDomain("ai.onnx.ml").setVersion(3);
    Backbone backbone = Backbones.fromFile(save(model.build().toByteArray()));
    assertThat(backbone.serving().model().getOpsetImportCount()).isEqualTo(1);
  }

  @Test
  void theClassifiersInputIsTheEmbeddingWhenNobodyNamesOne() {
    OnnxGraph named = TestGraphs.classifier(1);
    OnnxGraph unnamed = named.renamed("embedding", "pooled").withoutOutput("pooled");
    Backbone backbone = Backbones.fromFile(save(unnamed.toBytes()));
    assertThat(backbone.embeddingWidth()).isEqualTo(8);
    assertSameEmbedding(backbone, named);
  }

  @Test
  void aSettingNamesAnotherValueAndAFeatureMapIsPooled() {
    Path file = save(TestGraphs.classifier(1).toBytes());
    Backbone pooled = Backbones.fromFile(file, "bn1");
    assertThat(pooled.embeddingWidth()).isEqualTo(8);
    assertThat(pooled.graph().outputNames()).containsExactly("embedding", "feature_map", "logits");
    try (OrtSession session = OrtSession.of(pooled.serving())) {
      assertThat(session.run(TestGraphs.noise(1536), 2, 3, 16, 16).get("embedding")).hasSize(16);
    }
    assertThatThrownBy(() -> Backbones.fromFile(file, "bn7"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("image_transformer_embedding_output")
        .hasMessageContaining("candidates");
  }

  @Test
  void aHeadlessNetworkIsPooled() {
    OnnxGraphBuilder net =
        new OnnxGraphBuilder("headless", (n, shape) -> new float[shape.get(0) * 27]);
    net.output(
        "features", net.relu(net.conv(net.input("x", 3, 16, 16), "c", Convolution.of(8, 3))));
    Backbone backbone = Backbones.fromFile(save(net.build().toBytes()));
    assertThat(backbone.embeddingWidth()).isEqualTo(8);
    assertThat(backbone.network("a").getInput()).isEqualTo("x");
    assertThat(backbone.graph().outputNames()).containsExactly("embedding", "feature_map");
  }

  @Test
  void anOpenPictureSizeBecomes224AndIsSaid() {
    ModelProto.Builder open = TestGraphs.classifier(1).model().toBuilder();
    TensorShapeProto.Builder dims = inputShape(open);
    dims.getDimBuilder(2).clearDimValue().setDimParam("H");
    dims.getDimBuilder(3).clearDimValue().setDimParam("W");
    Backbone backbone = Backbones.fromFile(save(open.build().toByteArray()));
    assertThat(backbone.preprocessing().getWidth()).isEqualTo(224);
    assertThat(backbone.embeddingWidth()).isEqualTo(8);
    assertThat(backbone.notes()).anyMatch(note -> note.contains("224"));
  }

  @Test
  void aNetworkWithoutAnyPoolingListsWhatCouldBeNamed() {
    OnnxGraphBuilder net = new OnnxGraphBuilder("odd", (n, shape) -> new float[shape.get(0) * 27]);
    net.output("y", net.conv(net.input("x", 3, 16, 16), "c", Convolution.of(8, 3)));
    ModelProto.Builder odd = net.build().withNode("Shape", List.of("y"), "s").model().toBuilder();
    odd.getGraphBuilder().getOutputBuilder(0).setName("s").clearType();
    assertThatThrownBy(() -> Backbones.fromFile(save(odd.build().toByteArray())))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no embedding found")
        .hasMessageContaining("image_transformer_embedding_output");
  }

  private void assertRefused(Consumer<TensorShapeProto.Builder> change, String expected) {
    ModelProto.Builder model = TestGraphs.classifier(1).model().toBuilder();
    change.accept(inputShape(model));
    Path file = save(model.build().toByteArray());
    assertThatThrownBy(() -> Backbones.fromFile(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(expected)
        .hasMessageContaining("[N,3,H,W]");
  }

  private static TensorShapeProto.Builder inputShape(ModelProto.Builder model) {
    return model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder();
  }

  private static void assertSameEmbedding(Backbone backbone, OnnxGraph expected) {
    float[] input = TestGraphs.noise(1536);
    OnnxGraph embedding = backbone.graph().cutTo(List.of("embedding"));
    try (OrtSession found = OrtSession.of(embedding);
        OrtSession original = OrtSession.of(expected)) {
      assertThat(found.run(input, 2, 3, 16, 16).get("embedding"))
          .isEqualTo(original.run(input, 2, 3, 16, 16).get("embedding"));
    }
  }

  private static byte[] described(Map<String, String> metadata) {
    return TestGraphs.classifier(1).withMetadata(metadata).toBytes();
  }

  private Path save(byte[] bytes) {
    try {
      return Files.write(folder.resolve("net.onnx"), bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
