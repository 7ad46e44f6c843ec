package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentFolderTest {
  @TempDir Path out;

  @Test
  void twoRunsOfOneNamePublishTheirOwnModels() throws IOException {
    try (ExperimentFolder first = open();
        ExperimentFolder second = open()) {
      Files.writeString(first.uncheckedAmulet(), "first");
      Files.writeString(second.uncheckedAmulet(), "second");
      assertThat(first.publish()).hasContent("first");
      assertThat(second.publish()).hasContent("second");
    }
    assertThat(ExperimentTest.files(out.resolve("run")))
        .containsExactlyInAnyOrder("model.amulet", "log.txt");
  }

  @Test
  void testPredictionsOfAnEarlierRunGoWithItsModel() throws IOException {
    try (ExperimentFolder tested = open()) {
      Files.writeString(tested.uncheckedAmulet(), "tested");
      tested.stage("predictions/test.csv", "row\n");
      tested.publish();
    }
    assertThat(out.resolve("run/predictions/test.csv")).hasContent("row");
    try (ExperimentFolder untested = open()) {
      Files.writeString(untested.uncheckedAmulet(), "untested");
      untested.publish();
    }
    assertThat(out.resolve("run/predictions/test.csv")).doesNotExist();
  }

  @Test
  void theLogEndsWithTheErrorThatEndedTheRun() {
    try (ExperimentFolder folder = open()) {
      folder.progress().message("read data");
      folder.failed(new TrainingException("no such column"));
    }
    assertThat(out.resolve("run/log.txt")).hasContent("read data\nerror: no such column");
  }

  @Test
  void nothingIsLeftBehindEvenWhenTheLogCannotBeWritten() throws IOException {
    Files.createDirectories(out.resolve("run/log.txt/in the way"));
    ExperimentFolder folder = open();
    Files.writeString(folder.uncheckedAmulet(), "unchecked");
    assertThatThrownBy(folder::close)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("log.txt");
    assertThat(ExperimentTest.files(out.resolve("run"))).isEmpty();
  }

  private ExperimentFolder open() {
    return ExperimentFolder.open(
        ExperimentConfig.builder(Path.of("data.csv")).name("run").out(out).build(),
        new ExperimentTest.Messages());
  }
}
