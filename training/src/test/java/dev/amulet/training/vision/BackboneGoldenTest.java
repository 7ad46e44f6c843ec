package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.onnx.BatchNormFolding;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture against timm: names, shapes, sizes and embeddings. */
class BackboneGoldenTest {
  static java.util.stream.Stream<String> names() {
    return BackboneCatalogue.all().stream().map(BackboneSpec::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void theGraphComputesTimmsEmbeddings(String name) {
    GoldenBackbone golden = GoldenBackbone.of(name);
    OnnxGraph graph = golden.spec().graph(golden);
    checkCatalogue(golden);
    checkParameters(golden, graph);
    OnnxGraph folded = BatchNormFolding.fold(graph);
    Map<String, Double> errors = new TreeMap<>();
    for (GoldenBackbone.Picture picture : golden.pictures()) {
      int height = picture.height();
      int width = picture.width();
      // The plain graph at the odd size, where every padding shows; what serves at the others.
      boolean plain = height != width;
      OnnxGraph sized = (plain ? graph : folded).withInputSize(height, width);
      try (OrtSession session = plain ? OrtSession.plain(sized) : OrtSession.of(sized)) {
        Map<String, float[]> outputs = session.run(picture.pixels(), 1, 3, height, width);
        float[] embedding = outputs.get(Backbone.EMBEDDING);
        assertThat(embedding).hasSize(golden.spec().embeddingWidth());
        assertThat(sized.shapes().get(Backbone.FEATURE_MAP))
            .containsExactly(
                -1,
                picture.json().get("feature_shape").get(0).intValue(),
                picture.json().get("feature_shape").get(1).intValue(),
                picture.json().get("feature_shape").get(2).intValue());
        errors.put(picture.name(), picture.error(embedding));
      }
    }
    assertThat(errors).hasSize(5);
    assertThat(errors.values())
        .as("%s: %s", name, errors)
        .allMatch(error -> error <= GoldenBackbone.TOLERANCE);
  }

  private static void checkCatalogue(GoldenBackbone golden) {
    BackboneSpec spec = golden.spec();
    assertThat(spec.timmModel()).isEqualTo(golden.json().get("timm_model").asText());
    assertThat(spec.input().side()).isEqualTo(golden.json().get("native").get(1).intValue());
    assertThat(spec.embeddingWidth()).isEqualTo(golden.json().get("embedding_dim").intValue());
  }

  /** Names and shapes are timm's, all of them and no others; so are the generated values. */
  private static void checkParameters(GoldenBackbone golden, OnnxGraph graph) {
    Map<String, Object> found = new TreeMap<>();
    graph.graph().getInitializerList().stream()
        .filter(tensor -> tensor.getDimsCount() > 0)
        .forEach(
            tensor ->
                found.put(
                    tensor.getName(), tensor.getDimsList().stream().map(Long::intValue).toList()));
    assertThat(found).isEqualTo(golden.shapes());
    assertThat(golden.digest()).isEqualTo(golden.json().get("params_sha256").asText());
    long trainable =
        golden.shapes().entrySet().stream()
            .filter(entry -> !entry.getKey().contains(".running_"))
            .mapToLong(entry -> entry.getValue().stream().reduce(1, Math::multiplyExact))
            .sum();
    assertThat(trainable).isEqualTo(golden.spec().parameters());
  }
}
