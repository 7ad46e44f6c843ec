package dev.amulet.training.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.Task;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.linear.LinearTrainer;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OrtSession;
import dev.amulet.training.onnx.TensorData;
import dev.amulet.training.vision.nano.FormulaPictures;
import dev.amulet.training.vision.nano.NanoNetwork;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NanoBackboneTest {
  private static final int PICTURES = 400;
  private static final int FOLDS = 4;

  /** Pictures nano has not seen: its own had another seed. */
  private static final FormulaPictures UNSEEN = new FormulaPictures(77);

  @Test
  void itComesWithAmuletAndIsSmall() throws Exception {
    Backbone nano = Backbones.resolve("nano", null, 0);
    assertThat(nano.name()).isEqualTo(Backbones.NANO);
    assertThat(nano.graph().parameterCount()).isLessThan(600_000);
    assertThat(nano.embeddingWidth()).isEqualTo(NanoNetwork.WIDTH);
    assertThat(nano.graph().operatorCounts()).containsKey("BatchNormalization");
    assertThat(nano.serving().operatorCounts()).doesNotContainKey("BatchNormalization");
    Network network = nano.network("n");
    assertThat(network.getOutputsList())
        .extracting(output -> output.getRole())
        .containsExactlyInAnyOrder(OutputRole.EMBEDDING, OutputRole.FEATURE_MAP);
    try (InputStream resource =
        Objects.requireNonNull(NanoBackbone.class.getResourceAsStream("nano.onnx"))) {
      assertThat(resource.readAllBytes()).hasSizeLessThan(2_500_000);
    }
  }

  @Test
  void itIsTheNetworkThatTheBuilderMakes() {
    OnnxGraph nano = NanoBackbone.builtIn().graph();
    OnnxGraph built =
        NanoNetwork.graph((name, shape) -> TensorData.floats(nano.initializer(name).orElseThrow()));
    assertThat(nano.graph().getNodeList()).isEqualTo(built.graph().getNodeList());
    assertThat(nano.graph().getInitializerList())
        .containsExactlyInAnyOrderElementsOf(built.graph().getInitializerList());
  }

  @Test
  void itRunsAtOtherSizesThanItsOwn() {
    for (int side : new int[] {64, 97, 128}) {
      try (OrtSession session =
          OrtSession.of(NanoBackbone.builtIn().graph().withInputSize(side, side))) {
        float[] embedding = embed(session, 0, side);
        assertThat(embedding).hasSize(NanoNetwork.WIDTH);
        for (float value : embedding) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void itTellsPatternsApartThatRandomWeightsDoNot() {
    double trained = rightPatterns(NanoBackbone.builtIn().graph());
    double random = rightPatterns(Backbones.random(1).graph());
    assertThat(trained).isGreaterThan(random + 0.05);
  }

  /** Share of unseen pictures whose background's pattern a linear model finds, of 16. */
  private static double rightPatterns(OnnxGraph graph) {
    double[] labels = new double[PICTURES];
    int[] folds = new int[PICTURES];
    int classes = FormulaPictures.ANSWERS.get(5);
    float[][] rows = new float[PICTURES][];
    try (OrtSession session = OrtSession.of(graph)) {
      for (int i = 0; i < PICTURES; i++) {
        labels[i] = UNSEEN.answers(i)[5];
        folds[i] = i % FOLDS;
        rows[i] = embed(session, i, 64);
      }
    }
    int width = rows[0].length;
    float[] values = new float[PICTURES * width];
    for (int i = 0; i < PICTURES; i++) {
      System.arraycopy(rows[i], 0, values, i * width, width);
    }
    double[] margins =
        new LinearTrainer(Task.MULTICLASS, classes, 1)
            .crossFit(new LabelledRows(new FeatureMatrix(PICTURES, width, values), labels), folds)
            .outOfFold();
    int right = 0;
    for (int i = 0; i < PICTURES; i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = margins[i * classes + k] > margins[i * classes + best] ? k : best;
      }
      right += best == labels[i] ? 1 : 0;
    }
    return (double) right / PICTURES;
  }

  private static float[] embed(OrtSession session, int index, int side) {
    float[] pixels = new float[3 * side * side];
    float[] mean = new float[3];
    float[] std = new float[3];
    Arrays.fill(mean, NanoBackbone.MEAN);
    Arrays.fill(std, NanoBackbone.STD);
    UNSEEN.draw(index, side).normalised(mean, std, pixels, 0);
    return Objects.requireNonNull(session.run(pixels, 1, 3, side, side).get("embedding"));
  }
}
