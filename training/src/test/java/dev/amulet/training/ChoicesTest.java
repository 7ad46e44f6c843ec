package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.ImageStage;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Resize;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an experiment decides by itself, and what it does as it is told. */
class ChoicesTest {
  private static final int ROWS = 60;

  @TempDir Path folder;

  @Test
  void picturesAreShownAsTheSettingsSay() throws IOException, ArtifactException {
    Manifest manifest =
        manifest(
            signs(Signs.Kind.NUMBER)
                .set("image_resize", "crop")
                .set("image_mirror_average", "true")
                .set("feature_set", "image_score")
                .set("learner", "linear")
                .build());
    ImageStage stage =
        manifest.getPipeline().getStagesList().stream()
            .filter(Stage::hasImage)
            .findFirst()
            .orElseThrow()
            .getImage();
    assertThat(stage.getViewsList()).containsExactly(View.UPRIGHT, View.MIRRORED);
    assertThat(stage.getPreprocessing().getResize()).isEqualTo(Resize.SHORTER_SIDE_CROP);
    assertThat(stage.getPreprocessing().getShorterSide())
        .isEqualTo(Math.round(stage.getPreprocessing().getWidth() / 0.875f));
  }

  @Test
  void otherwiseSeveralWaysAreComparedAndTheChoiceIsWrittenDown() throws IOException {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(
                signs(Signs.Kind.NUMBER)
                    .set("feature_set", "image_score")
                    .set("learner", "linear")
                    .build())
            .run(messages);
    assertThat(messages.lines)
        .anyMatch(line -> line.contains("nano cropped"))
        .anyMatch(line -> line.contains("nano with their mirror image"));
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .containsPattern("image_resize = \"(squash|crop)\"")
        .containsPattern("image_mirror_average = \"(true|false)\"");
  }

  @Test
  void aTargetThatGrowsByFactorsIsLearnedAsALogarithm() throws IOException, ArtifactException {
    Random random = new Random(4);
    PictureTable table = new PictureTable(folder, "a", "b", "target");
    for (int i = 0; i < 200; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      table.add(a, b, Math.exp(3 + 4 * a + 2 * b + 0.05 * random.nextGaussian()));
    }
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(
                ExperimentConfig.builder(table.write("growth.csv"))
                    .target("target")
                    .folds(3)
                    .set("learner", "linear")
                    .set("threads", "1")
                    .out(folder.resolve("out"))
                    .build())
            .run(messages);
    assertThat(messages.lines).anyMatch(line -> line.contains("positive and skewed"));
    try (Artifact artifact = Artifact.open(result.amulet())) {
      assertThat(artifact.manifest().getOutputs().getTargetTransform().getFunction())
          .isEqualTo(TargetFunction.TARGET_LOG);
    }
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .contains("target_transformer = \"log\"");
  }

  @Test
  void aTargetThatIsNotSkewedIsLearnedAsItIs() throws IOException, ArtifactException {
    assertThat(
            manifest(signs(Signs.Kind.NUMBER).set("feature_set", "table").build())
                .getOutputs()
                .getTargetTransform()
                .getFunction())
        .isEqualTo(TargetFunction.TARGET_IDENTITY);
  }

  @Test
  void withoutTimeOnlyTheQuickestAreTried() throws IOException {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(signs(Signs.Kind.NUMBER).set("time_budget", "0.01").build()).run(messages);
    assertThat(messages.lines).anyMatch(line -> line.startsWith("time budget: "));
    assertThat(result.learner()).isEqualTo("linear");
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .as("what was found, as a repeated run may have time for more")
        .contains("learner = \"linear\"")
        .contains("feature_set = \"" + result.featureSet() + "\"");
    assertThat(result.amulet()).exists();
  }

  @Test
  void aModelCarriesNoStageThatItsLearnersDoNotRead() throws IOException, ArtifactException {
    List<Stage> stages =
        manifest(
                signs(Signs.Kind.NUMBER)
                    .set("feature_set", "embedding")
                    .set("learner", "linear")
                    .build())
            .getPipeline()
            .getStagesList();
    assertThat(stages).noneMatch(Stage::hasProjection).noneMatch(Stage::hasImageScore);
    assertThat(stages).anyMatch(Stage::hasLinear);
  }

  @Test
  void withoutTimeWhatWasAskedForIsStillMade() throws IOException {
    ExperimentResult result =
        ExperimentTest.run(
            signs(Signs.Kind.NUMBER)
                .set("time_budget", "0.01")
                .set("feature_set", "both")
                .set("learner", "trees")
                .build());
    assertThat(result.featureSet()).isEqualTo("both");
    assertThat(result.learner()).isEqualTo("trees");
    assertThat(Files.readString(result.directory().resolve("metrics.json")))
        .contains("\"search_cut_short\" : true");
  }

  @Test
  void whereThereIsNoTimeForABlendOneLearnerStandsIn() throws IOException {
    ExperimentResult result =
        ExperimentTest.run(
            signs(Signs.Kind.NUMBER)
                .set("time_budget", "0.01")
                .set("feature_set", "image_score")
                .set("learner", "blend")
                .build());
    assertThat(result.featureSet()).isEqualTo("image_score");
    assertThat(result.learner()).as("a blend where the machine is quick").isIn("linear", "blend");
  }

  @Test
  void treesAreGrownInTheWayThatPromisesMostAndTheConfigurationRepeatsIt() throws IOException {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentConfig.Builder builder =
        ExperimentConfig.builder(Signs.write(folder, ROWS, 3, Signs.Kind.NUMBER))
            .target("target")
            .keep(List.of("size", "make"))
            .folds(3)
            .set("threads", "1")
            .set("learner", "trees")
            .out(folder.resolve("out"));
    ExperimentResult first = Experiment.of(builder.build()).run(messages);
    assertThat(messages.lines).anyMatch(line -> line.contains("tuned trees: eta="));
    assertRepeated(first);
  }

  @Test
  void aBlendOfLearnersThatSeeDifferentFeaturesIsRepeated() throws IOException {
    ExperimentResult first =
        ExperimentTest.run(
            signs(Signs.Kind.NUMBER)
                .set("learner", "blend")
                .set("linear_features", "embedding")
                .set("tree_features", "image_score")
                .build());
    assertThat(Files.readString(first.directory().resolve("config.toml")))
        .contains("linear_features = \"embedding\"", "tree_features = \"image_score\"");
    assertRepeated(first);
  }

  private void assertRepeated(ExperimentResult first) throws IOException {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult second =
        Experiment.of(
                ExperimentConfig.builder(folder.resolve("data.csv"))
                    .configFile(first.directory().resolve("config.toml"))
                    .out(folder.resolve("again"))
                    .build())
            .run(messages);
    assertThat(second.validation()).isEqualTo(first.validation());
    assertThat(second.directory().resolve("predictions/oof.csv"))
        .hasSameTextualContentAs(first.directory().resolve("predictions/oof.csv"));
    assertThat(Files.readString(second.directory().resolve("config.toml")))
        .isEqualTo(
            Files.readString(first.directory().resolve("config.toml"))
                .replace(folder.resolve("out").toString(), folder.resolve("again").toString()));
    assertThat(messages.lines).noneMatch(line -> line.contains("tuned"));
  }

  private ExperimentConfig.Builder signs(Signs.Kind kind) throws IOException {
    return ExperimentConfig.builder(Signs.write(folder, ROWS, 3, kind))
        .target("target")
        .drop(List.of("owner", "fold", "weight"))
        .folds(3)
        .set("threads", "1")
        .set("tree_settings", "usual")
        .out(folder.resolve("out"));
  }

  private static Manifest manifest(ExperimentConfig config) throws ArtifactException {
    ExperimentResult result = ExperimentTest.run(config);
    try (Artifact artifact = Artifact.open(result.amulet())) {
      return artifact.manifest();
    }
  }
}
