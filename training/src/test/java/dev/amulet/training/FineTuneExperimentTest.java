package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.Stage;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.vision.FineTuner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole experiments that fine-tune a network. */
class FineTuneExperimentTest {
  private static final int ROWS = 48;

  @TempDir Path folder;

  private final ExperimentTest.Messages messages = new ExperimentTest.Messages();

  @BeforeAll
  static void needPyTorch() {
    Optional<String> reason = FineTuner.whyNot();
    assumeTrue(reason.isEmpty(), () -> "skipped: " + reason.orElse(""));
  }

  /** Discs and squares: pictures alone decide. */
  private Path shapes() throws IOException {
    Random random = new Random(5);
    PictureTable table = new PictureTable(folder, "photo", "target");
    for (int i = 0; i < ROWS; i++) {
      table.add(
          i == 7 ? null : table.picture("p" + i, Signs.colour(i % 3), i % 2 == 0, random),
          i % 2 == 0 ? "disc" : "square");
    }
    return table.write("data.csv");
  }

  private ExperimentConfig.Builder config(Path data, String choice) {
    return ExperimentConfig.builder(data)
        .target("target")
        .folds(2)
        .set("threads", "1")
        .set("learner", "linear")
        .set("image_transformer_pretrained_models", "nano")
        .set("image_resize", "squash")
        .set("image_input_size", "32")
        .set("image_transformer_fine_tune", choice)
        .set("image_transformer_fine_tuning_num_epochs", "1")
        .set("image_transformer_fine_tuning_learning_rate", "3e-4")
        .set("image_transformer_fine_tuning_batch_size", "8")
        .set("image_mirror_average", "false")
        .set("embedding_cache", "none")
        .out(folder.resolve("out"));
  }

  private ExperimentResult run(ExperimentConfig config) {
    return Experiment.of(config).run(messages);
  }

  @Test
  void theTunedNetworkScoresInTheRuntimeAndTheSettingsRepeatTheRun() throws Exception {
    Path data = shapes();
    ExperimentResult result = run(config(data, "always").name("first").build());
    assertThat(result.featureSet()).startsWith("tuned_");
    assertThat(Files.readString(result.directory().resolve("leaderboard.csv")))
        .contains("tuned_score,linear", "tuned_embedding,linear", "embedding,linear");
    assertThat(messages.lines)
        .contains("fine-tuning, fold 0:", "fine-tuning, fold 1:", "fine-tuning, all rows:")
        .anyMatch(line -> line.startsWith("fine-tuning pays") || line.contains("does not pay"));
    assertThat(Files.readString(result.directory().resolve("metrics.json")))
        .contains("\"fine_tuning\"", "\"epochs_on_all_rows\" : [ 1 ]", "\"images_per_second\"");
    assertThat(Files.readString(result.directory().resolve("report.html")))
        .contains("Fine-tuning", "24 rows per class");
    assertThat(ImageIO.read(result.directory().resolve("augmentations.png").toFile())).isNotNull();
    try (Artifact artifact = Artifact.open(result.amulet())) {
      Manifest manifest = artifact.manifest();
      WeightLineage lineage = manifest.getProvenance().getWeights(0);
      assertThat(lineage.getFineTunedEpochs()).isEqualTo(1);
      assertThat(lineage.getLicence()).isNotEmpty();
      assertThat(lineage.getSha256().size()).isEqualTo(32);
      assertThat(manifest.getNetworks(0).getOutputs(0).getName()).isEqualTo("embedding");
    }
    ScorerOptions options = ScorerOptions.builder().imageRoot(folder).build();
    try (Scorer scorer = Scorer.open(result.amulet(), options)) {
      assertThat(scorer.verify().passed()).isTrue();
      double[] scored =
          scorer.score(scorer.newRow().set("photo", "pictures/p0.png")).probabilities();
      String first = Files.readAllLines(result.directory().resolve("predictions/train.csv")).get(1);
      assertThat(first).contains(Double.toString(scored[0]).substring(0, 7));
    }
    ExperimentResult again =
        run(
            ExperimentConfig.builder(data)
                .configFile(result.directory().resolve("config.toml"))
                .set("name", "again")
                .build());
    assertThat(Files.readString(again.directory().resolve("predictions/oof.csv")))
        .isEqualTo(Files.readString(result.directory().resolve("predictions/oof.csv")));
    assertThat(Files.readString(again.directory().resolve("predictions/train.csv")))
        .isEqualTo(Files.readString(result.directory().resolve("predictions/train.csv")));
  }

  @Test
  void aWrongLearningRateLeavesTheNetworkFrozen() throws IOException {
    ExperimentResult result =
        run(
            config(shapes(), "true")
                .set("image_transformer_fine_tuning_learning_rate", "10")
                .build());
    assertThat(result.featureSet()).isEqualTo("embedding");
    assertThat(messages.lines)
        .anyMatch(line -> line.contains("given up") || line.contains("does not pay"));
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .contains("image_transformer_fine_tune = \"false\"");
  }

  @Test
  void withoutTimeTheFrozenNetworkStands() throws IOException {
    ExperimentResult result = run(config(shapes(), "true").set("time_budget", "0.01").build());
    assertThat(result.featureSet()).isEqualTo("embedding");
    assertThat(messages.lines)
        .anyMatch(line -> line.startsWith("fine-tuning is given up after 0 of 2 folds"))
        .anyMatch(
            line ->
                line.startsWith("the data are small (24 rows per class, fewer than 1,000) and ")
                    && line.contains("as the network has no ImageNet classifier: 0."));
    assertThat(Files.readString(result.directory().resolve("metrics.json")))
        .contains("\"search_cut_short\" : true");
  }

  @Test
  void aTableAndScoresOfNetworksThatDidNotSeeTheRowAreLearnedFromTogether() throws Exception {
    Path data = Signs.write(folder, ROWS, 3, Signs.Kind.NUMBER);
    ExperimentResult result =
        run(
            config(data, "always")
                .drop(List.of("owner", "fold", "weight"))
                .set("learner", "auto")
                .set("tree_settings", "usual")
                .set("feature_set", "tuned_score")
                .build());
    assertThat(result.featureSet()).isEqualTo("tuned_score");
    assertThat(Files.readString(result.directory().resolve("leaderboard.csv")))
        .contains("tuned_score,linear", "tuned_score,trees");
    try (Artifact artifact = Artifact.open(result.amulet())) {
      assertThat(artifact.manifest().getPipeline().getStagesList())
          .anyMatch(stage -> stage.getId().equals("tuned_score"));
    }
  }

  @Test
  void pictureColumnsShareTheTunedNetwork() throws Exception {
    Random random = new Random(6);
    PictureTable table = new PictureTable(folder, "front", "back", "target");
    for (int i = 0; i < ROWS; i++) {
      table.add(
          table.picture("f" + i, Signs.colour(i % 3), true, random),
          i % 11 == 4 ? null : table.picture("b" + i, Signs.colour(i % 2), true, random),
          10 * (i % 3) + i % 2);
    }
    ExperimentResult result =
        run(config(table.write("data.csv"), "always").set("holdout", "0.4").build());
    assertThat(result.featureSet()).startsWith("tuned_");
    try (Artifact artifact = Artifact.open(result.amulet())) {
      assertThat(artifact.manifest().getNetworksList()).hasSize(1);
      assertThat(artifact.manifest().getPipeline().getStagesList().stream().filter(Stage::hasImage))
          .hasSize(2);
    }
    assertThat(messages.lines).anyMatch(line -> line.contains("one fold, so no interval"));
  }

  @Test
  void severalTunedNetworksSayTheMeanOfWhatEachSays() throws Exception {
    Random random = new Random(6);
    PictureTable table = new PictureTable(folder, "front", "back", "target");
    for (int i = 0; i < ROWS; i++) {
      table.add(
          table.picture("f" + i, Signs.colour(i % 3), i % 2 == 0, random),
          table.picture("b" + i, Signs.colour(i % 2), true, random),
          i % 2 == 0 ? "disc" : "square");
    }
    Path data = table.write("data.csv");
    ExperimentResult result =
        run(
            config(data, "always")
                .name("several")
                .set("image_transformer_pretrained_models", "nano,random64")
                .set("image_transformer_selection", "concat")
                .set("image_transformer_fine_tuning_learning_rate", "3e-4,1e-3")
                .set("image_transformer_fine_tuning_networks", "3")
                .set("feature_set", "tuned_score")
                .build());
    assertThat(Files.readString(result.directory().resolve("metrics.json")))
        .contains("\"epochs_on_all_rows\" : [ 1, 1, 1 ]", "_2\"");
    try (Artifact artifact = Artifact.open(result.amulet())) {
      assertThat(artifact.manifest().getNetworksList()).hasSize(3);
      assertThat(artifact.manifest().getProvenance().getWeightsList())
          .hasSize(3)
          .allMatch(weights -> weights.getFineTunedEpochs() == 1);
      assertThat(artifact.manifest().getPipeline().getStagesList().stream().filter(Stage::hasImage))
          .hasSize(6);
    }
    ExperimentResult again =
        run(
            ExperimentConfig.builder(data)
                .configFile(result.directory().resolve("config.toml"))
                .set("name", "again")
                .build());
    assertThat(Files.readString(again.directory().resolve("predictions/oof.csv")))
        .isEqualTo(Files.readString(result.directory().resolve("predictions/oof.csv")));
    assertThat(Files.readString(again.directory().resolve("predictions/train.csv")))
        .isEqualTo(Files.readString(result.directory().resolve("predictions/train.csv")));
  }

  @Test
  void aNetworkMayStartFromRandomWeightsAndTheFrozenOneStaysAsItCame() throws Exception {
    ExperimentConfig.Builder config =
        config(shapes(), "always")
            .set("holdout", "0.4")
            .set("image_transformer_fine_tuning_init", "random");
    Experiment.of(config.build()).plan(messages);
    assertThat(messages.lines).anyMatch(line -> line.contains("fine-tuning nano from random"));
    ExperimentResult result = run(config.build());
    assertThat(messages.lines)
        .anyMatch(
            line -> line.startsWith("fine-tuning nano from random weights at 32 x 32 pixels"));
    assertThat(Files.readString(result.directory().resolve("report.html")))
        .contains("nano from random weights");
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .contains(
            "image_transformer_fine_tuning_init = \"random\"",
            "image_transformer_fine_tuning_batch_norm = \"train\"");
    assertThat(Files.readString(result.directory().resolve("leaderboard.csv")))
        .contains("tuned_score,linear", "embedding,linear");
    try (Artifact artifact = Artifact.open(result.amulet())) {
      assertThat(artifact.manifest().getProvenance().getWeights(0).getSource())
          .startsWith("random weights drawn by Amulet, seed 1, in the architecture of ");
    }
  }

  @Test
  void whatContradictsFineTuningIsRefused() throws IOException {
    Path data = shapes();
    assertThatThrownBy(
            () ->
                run(
                    config(data, "true")
                        .set("feature_set", "tuned_score")
                        .set("time_budget", "0.01")
                        .build()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("given up")
        .hasMessageContaining("allow nothing else");
    assertThatThrownBy(() -> run(config(data, "true").set("feature_set", "embedding").build()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("image_transformer_fine_tune")
        .hasMessageContaining("tuned_score");
    assertThatThrownBy(() -> run(config(data, "false").set("feature_set", "tuned_score").build()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("image_transformer_fine_tune = true");
    Experiment.of(config(data, "true").build()).plan(messages);
    assertThat(messages.lines)
        .anyMatch(
            line ->
                line.startsWith("  fine-tuning nano at 32 x 32 pixels in 2 folds, then on all"));
    Experiment.of(
            config(data, "false").set("image_transformer_augmentations", "Blur, CLAHE").build())
        .plan(messages);
    assertThat(messages.lines)
        .anyMatch(
            line ->
                line.startsWith("without effect")
                    && line.contains("image_transformer_augmentations"));
  }
}
