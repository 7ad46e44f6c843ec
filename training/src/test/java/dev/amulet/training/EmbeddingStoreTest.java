package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingStoreTest {
  private static final String KEY = "0123456789abcdef".repeat(8);
  private static final float[] VECTOR = {1, -2.5f, 3};

  @TempDir Path folder;

  @Test
  void whatOneRunMadeTheNextOneFinds() {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    try (EmbeddingStore first = EmbeddingStore.open(settings(folder.toString()), messages)) {
      assertThat(first.get(KEY)).isNull();
      first.put(KEY, VECTOR);
      assertThat(first.computed()).isEqualTo(1);
      assertThat(first.get(KEY)).containsExactly(VECTOR);
    }
    try (EmbeddingStore second = EmbeddingStore.open(settings(folder.toString()), messages)) {
      assertThat(second.get(KEY)).containsExactly(VECTOR);
      assertThat(second.computed()).isZero();
      second.report(messages);
    }
    assertThat(messages.lines).isEmpty();
  }

  @Test
  void noneKeepsNothing() {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    try (EmbeddingStore first = EmbeddingStore.open(settings(ImageSettings.NO_CACHE), messages)) {
      first.put(KEY, VECTOR);
      assertThat(first.get(KEY)).containsExactly(VECTOR);
    }
    try (EmbeddingStore second = EmbeddingStore.open(settings(ImageSettings.NO_CACHE), messages)) {
      assertThat(second.get(KEY)).isNull();
    }
    assertThat(messages.lines).isEmpty();
  }

  @Test
  void aFolderThatCannotBeMadeCostsNoRun() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    try (EmbeddingStore store =
        EmbeddingStore.open(settings(file.resolve("below").toString()), messages)) {
      store.put(KEY, VECTOR);
      assertThat(store.get(KEY)).containsExactly(VECTOR);
    }
    assertThat(messages.lines).singleElement().asString().contains("forgotten", "below");
  }

  @Test
  void aRepeatedExperimentRunsNoNetworkAndGivesTheSame() throws IOException {
    Path data = Signs.write(folder, 40, 3, Signs.Kind.NUMBER);
    Path cache = folder.resolve("cache");
    ExperimentTest.Messages first = new ExperimentTest.Messages();
    ExperimentTest.Messages second = new ExperimentTest.Messages();
    ExperimentResult before = run(data, cache, "first", first);
    ExperimentResult after = run(data, cache, "second", second);
    assertThat(first.lines).anyMatch(line -> line.contains(" embeddings made in "));
    assertThat(second.lines).noneMatch(line -> line.contains("embeddings made"));
    assertThat(after.validation()).isEqualTo(before.validation());
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files).isNotEmpty();
    }
  }

  private ExperimentResult run(
      Path data, Path cache, String name, ExperimentTest.Messages messages) {
    return Experiment.of(
            ExperimentTest.config(data, folder.resolve("out"))
                .name(name)
                .set("learner", "linear")
                .set("embedding_cache", cache.toString())
                .build())
        .run(messages);
  }

  private static ImageSettings settings(String cache) {
    return ExperimentConfig.builder(Path.of("data.csv"))
        .set("embedding_cache", cache)
        .build()
        .images();
  }
}
