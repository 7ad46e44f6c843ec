package dev.amulet.training.vision;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.onnx.BatchNormFolding;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture against timm: names, shapes, sizes and embeddings. */
class BackboneGoldenTest {
  static Stream<String> names() {
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
    Map<List<Integer>, List<GoldenBackbone.Picture>> bySize =
        golden.pictures().stream()
            .collect(groupingBy(picture -> List.of(picture.height(), picture.width())));
    for (List<GoldenBackbone.Picture> pictures : bySize.values()) {
      int height = pictures.get(0).height();
      int width = pictures.get(0).width();
      // The plain graph at the odd size, where every padding shows; what serves at the others.
      boolean plain = height != width;
      OnnxGraph sized = (plain ? graph : folded).withInputSize(height, width);
      try (OrtSession session = plain ? OrtSession.plain(sized) : OrtSession.of(sized)) {
        for (GoldenBackbone.Picture picture : pictures) {
          assertThat(sized.shapes().get(Backbone.FEATURE_MAP)).isEqualTo(featureShape(picture));
          float[] embedding =
              session.run(picture.pixels(), 1, 3, height, width).get(Backbone.EMBEDDING);
          assertThat(embedding).hasSize(golden.spec().embeddingWidth());
          errors.put(picture.name(), picture.error(embedding));
        }
      }
    }
    assertThat(errors).hasSize(5);
    assertThat(errors.values())
        .as("%s: %s", name, errors)
        .allMatch(error -> error <= GoldenBackbone.TOLERANCE);
  }

  private static int[] featureShape(GoldenBackbone.Picture picture) {
    int[] shape = {-1, 0, 0, 0};
    for (int i = 0; i < 3; i++) {
      shape[i + 1] = picture.json().get("feature_shape").get(i).intValue();
    }
    return shape;
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
