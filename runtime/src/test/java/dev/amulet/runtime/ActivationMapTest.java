package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.part;
import static dev.amulet.runtime.AmuletBuilder.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NetworkOutput;
import dev.amulet.format.v1.OutputRole;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.TreeSketch.Node;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ActivationMapTest {
  private static final ScoreOptions MAPS = ScoreOptions.builder().activationMaps().build();

  @Test
  void itsMeanIsWhatTheLinearStageMakesOfTheImage() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    int embedding = image(amulet, View.UPRIGHT);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1.5f, -2f, 0.5f), range(embedding, 3));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      for (Prediction prediction : scored(scorer, 5)) {
        ActivationMap map = prediction.activationMaps().get(0);
        assertThat(List.of(map.column(), map.network())).containsExactly("photo", "colour");
        assertThat(map.classes()).isEqualTo(1);
        assertThat(mean(map, 0)).isCloseTo(prediction.value(), within(1e-5));
      }
    }
  }

  @Test
  void treesUseTheHeadOfTheImageScoreAndClassesOfTwoAreOpposed() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    int embedding = image(amulet, View.UPRIGHT, View.MIRRORED);
    int score =
        amulet.imageScoreStage(
            "score",
            ImageScore.newBuilder()
                .setInputs(3)
                .setOutputs(1)
                .addAllFill(List.of(0f, 0f, 0f))
                .addAllCentre(List.of(0.5f, 0f, 0f))
                .addAllWeights(List.of(2f, 0f, -1f))
                .addAllBias(List.of(7.0)),
            List.of(part(0, 3)),
            range(embedding, 3));
    amulet.treeStage(
        "trees",
        new TreeSketch(Comparison.LESS_THAN, 0)
            .tree(0, Node.split(score, 0, true, Node.leaf(1), Node.leaf(2)))
            .build());
    amulet.outputs(AmuletBuilder.binary(0.5));
    try (Scorer scorer = amulet.open();
        ScoringSession session = scorer.newSession()) {
      Row row = scorer.newRow().setImage("photo", DrawnPng.of("map", 40, 30));
      Prediction prediction = session.newPrediction();
      session.score(row, MAPS, prediction);
      float partial = scorer.features(List.of(row)).values()[score];
      ActivationMap map = prediction.activationMaps().get(0);
      assertThat(mean(map, 1)).isCloseTo(partial, within(1e-5));
      assertThat(map.value(0, 3, 4)).isEqualTo(-map.value(1, 3, 4));
    }
  }

  /** The picture is darker at its top: that is where the map is, mirrored views turned back. */
  @Test
  void positionsAreThoseOfThePicture() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    int embedding = image(amulet, View.UPRIGHT, View.MIRRORED);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1f, 0f, 0f), range(embedding, 3));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Row row = scorer.newRow().setImage("photo", redIn(5, 9));
      ActivationMap map = scorer.score(row, MAPS).activationMaps().get(0);
      int best = 0;
      float[] values = map.values(0);
      for (int i = 0; i < values.length; i++) {
        best = values[i] > values[best] ? i : best;
      }
      assertThat(List.of(best / map.width(), best % map.width())).containsExactly(5, 9);
    }
  }

  @Test
  void theOverlayIsAPngOfThePictureTheNetworkSees() throws ArtifactException, IOException {
    AmuletBuilder amulet = new AmuletBuilder();
    int embedding = image(amulet, View.UPRIGHT);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1f, 0f, 0f), range(embedding, 3));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Row row = scorer.newRow().setImage("photo", redIn(5, 9));
      byte[] png = scorer.score(row, MAPS).activationMaps().get(0).overlayPng(0);
      var picture = ImageIO.read(new ByteArrayInputStream(png));
      assertThat(List.of(picture.getWidth(), picture.getHeight())).containsExactly(32, 32);
      // 0.55 of the brightest colour over red as grey, and of the darkest over black.
      assertThat(picture.getRGB(9, 5) & 0xFFFFFF).isEqualTo(0xadaf7d);
      assertThat(picture.getRGB(30, 30) & 0xFFFFFF).isEqualTo(0x000002);
    }
  }

  @Test
  void aMissingImageHasNoMapAndACachedOneHas() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    int embedding = image(amulet, View.UPRIGHT);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1f, 1f, 1f), range(embedding, 3));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    ScorerOptions cached =
        ScorerOptions.builder().embeddingCache(EmbeddingCache.inMemory(1 << 20)).build();
    try (Scorer scorer = amulet.open(cached)) {
      assertThat(scorer.score(scorer.newRow(), MAPS).activationMaps()).isEmpty();
      Row row = scorer.newRow().setImage("photo", redIn(1, 2));
      double first = scorer.score(row).value();
      Prediction again = scorer.score(row, MAPS);
      assertThat(again.activationMaps()).hasSize(1);
      assertThat(again.value()).isEqualTo(first);
    }
  }

  @Test
  void amuletsWithoutMapsSayWhy() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    int embedding = image(amulet, View.UPRIGHT);
    amulet.treeStage(
        "trees",
        new TreeSketch(Comparison.LESS_THAN, 0)
            .tree(0, Node.split(embedding, 0, true, Node.leaf(1), Node.leaf(2)))
            .build());
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      assertThat(scorer.available()).doesNotContain(ScoreOptions.Part.ACTIVATION_MAPS);
      assertThatThrownBy(() -> scorer.score(List.of(scorer.newRow()), MAPS))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no image score and no linear model");
    }
    try (Scorer scorer = GoldenAmulet.of(GoldenAmulets.TASKS.get(0)).open()) {
      assertThatThrownBy(() -> scorer.score(scorer.newRow(), MAPS))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no network of it has a feature map");
    }
  }

  private static int image(AmuletBuilder amulet, View... views) {
    amulet.network(
        "colour",
        SketchedOnnx.colourMap(),
        output("embedding", OutputRole.EMBEDDING, 3),
        output("feature_map", OutputRole.FEATURE_MAP, 3, 32, 32));
    int photo = amulet.image("photo", MissingImage.ZERO_EMBEDDING, SeveralImages.ONE_IMAGE);
    return amulet.imageStage(photo, "colour", 3, List.of("embedding"), views);
  }

  private static NetworkOutput.Builder output(String name, OutputRole role, int... shape) {
    NetworkOutput.Builder output = NetworkOutput.newBuilder().setName(name).setRole(role);
    for (int side : shape) {
      output.addShape(side);
    }
    return output;
  }

  private static List<Prediction> scored(Scorer scorer, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> scorer.newRow().setImage("photo", DrawnPng.of("p" + i, 30 + i, 50 - i)))
        .map(row -> scorer.score(row, MAPS))
        .toList();
  }

  /** 32 x 32 pixels, black but for one red one. */
  private static byte[] redIn(int y, int x) {
    var picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(x, y, 0xFF0000);
    var file = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return file.toByteArray();
  }

  private static double mean(ActivationMap map, int classIndex) {
    double sum = 0;
    for (float value : map.values(classIndex)) {
      sum += value;
    }
    return sum / (map.height() * map.width());
  }
}
