package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Network;
import dev.amulet.format.v1.Resize;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.feature.NamedBackbone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSearchTest {
  @TempDir static Path folder;

  private static Path data;

  private final ExperimentTest.Messages messages = new ExperimentTest.Messages();

  @BeforeAll
  static void draw() throws IOException {
    data = Signs.write(folder, 60, 5, Signs.Kind.NAME);
  }

  @Test
  void aNetworkThatAddsNothingIsLeftOut() {
    List<NamedBackbone> chosen = choose(new Budget(100), "random64, random64", "auto");
    assertThat(chosen).hasSize(1);
    assertThat(messages.lines).anyMatch(line -> line.contains("random64 + random64_2"));
  }

  @Test
  void ofTheBestOnlyOneIsKeptAndAConcatenationIsNotRaced() {
    assertThat(choose(new Budget(100), "random64, random64", "best")).hasSize(1);
    assertThat(messages.lines).noneMatch(line -> line.contains(" + "));
    assertThat(choose(new Budget(100), "random64, random64", "concat"))
        .extracting(NamedBackbone::id)
        .containsExactly("random64", "random64_2");
  }

  @Test
  void withoutTimeTheFirstNetworkIsTakenAsItIs() {
    Budget stopped = new Budget(100);
    stopped.stop();
    List<NamedBackbone> chosen = choose(stopped, "random64, random64", "auto");
    assertThat(chosen).singleElement().satisfies(one -> assertThat(one.mirrored()).isFalse());
    assertThat(stopped.wasCut()).isTrue();
    assertThat(messages.lines).anyMatch(line -> line.contains("not tried"));
  }

  @Test
  void whatIsSetForEachNetworkIsDone() {
    ExperimentConfig config =
        config("random64, random64", "concat")
            .set("image_resize", "squash, crop")
            .set("image_input_size", "native, 96")
            .set("image_mirror_average", "true, false")
            .build();
    List<NamedBackbone> chosen = choose(config, new Budget(100));
    assertThat(chosen.get(0).preprocessing().getWidth()).isEqualTo(64);
    assertThat(chosen.get(0).mirrored()).isTrue();
    assertThat(chosen.get(1).preprocessing().getWidth()).isEqualTo(96);
    assertThat(chosen.get(1).preprocessing().getShorterSide()).isEqualTo(110);
    assertThat(chosen.get(1).preprocessing().getResize()).isEqualTo(Resize.SHORTER_SIDE_CROP);
    ExperimentData read = ExperimentData.read(config, messages);
    assertThat(PinnedConfig.images(config.images(), read.backbones(config, messages), chosen))
        .isEqualTo(config.images());
  }

  @Test
  void severalNetworksOnOneColumnMakeOneModel() throws ArtifactException {
    ExperimentResult result =
        ExperimentTest.run(
            config("random64, nano", "concat")
                .set("image_resize", "squash")
                .set("image_input_size", "native")
                .set("image_mirror_average", "false")
                .set("feature_set", "both")
                .set("tree_settings", "usual")
                .out(folder.resolve("several"))
                .build());
    try (Artifact amulet = Artifact.open(result.amulet())) {
      assertThat(amulet.manifest().getNetworksList())
          .extracting(Network::getId)
          .containsExactly("random64", "nano");
    }
  }

  @Test
  void theWrittenConfigurationRepeatsWhatTheRaceFound() throws IOException {
    ExperimentResult first =
        ExperimentTest.run(
            config("random64, random64", "auto")
                .set("learner", "linear")
                .out(folder.resolve("first"))
                .build());
    assertThat(ExperimentTest.metrics(first).get("networks"))
        .extracting(network -> network.get("name").asText() + network.get("used").asBoolean())
        .containsExactly("random64true", "random64_2false");
    ExperimentResult second =
        Experiment.of(
                ExperimentConfig.builder(data)
                    .configFile(first.directory().resolve("config.toml"))
                    .out(folder.resolve("second"))
                    .build())
            .run(messages);
    assertThat(second.validation()).isEqualTo(first.validation());
    assertThat(messages.lines).noneMatch(line -> line.contains("linear model on embeddings"));
    assertThat(Files.readString(second.directory().resolve("config.toml")))
        .contains("image_transformer_pretrained_models = [\"random64\"]")
        .contains("image_input_size = \"native\"");
  }

  @Test
  void aSizeThatANetworkDoesNotTakeIsRefused() {
    ExperimentConfig config = config("random64", "auto").set("image_input_size", "32").build();
    List<NamedBackbone> chosen = choose(config, new Budget(100));
    assertThat(chosen.get(0).preprocessing().getHeight()).isEqualTo(32);
    assertThatThrownBy(() -> config("random64", "auto").set("image_input_size", "31").build())
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("image_input_size");
  }

  private List<NamedBackbone> choose(Budget budget, String networks, String selection) {
    return choose(config(networks, selection).build(), budget);
  }

  private List<NamedBackbone> choose(ExperimentConfig config, Budget budget) {
    ExperimentData read = ExperimentData.read(config, messages);
    List<NamedBackbone> given = read.backbones(config, messages);
    Folds folds = Splitter.split(read.profile(), config.folds(), config.holdout(), config.seed());
    try (EmbeddingStore embeddings = EmbeddingStore.inMemory(1 << 24)) {
      Drafts drafts =
          new Drafts("test", read.schema(), given, read.table().images(), embeddings, 1);
      ImageProbe probe =
          new ImageProbe(read, folds, drafts, read.scorer(config), 1, Map.of(), messages);
      return new ImageSearch(config.images(), read.scorer(config), probe, budget, messages)
          .choose(given);
    }
  }

  private static ExperimentConfig.Builder config(String networks, String selection) {
    return ExperimentConfig.builder(data)
        .target("target")
        .drop(List.of("owner", "fold", "weight"))
        .folds(3)
        .set("threads", "1")
        .set("image_transformer_pretrained_models", networks)
        .set("image_transformer_selection", selection);
  }
}
