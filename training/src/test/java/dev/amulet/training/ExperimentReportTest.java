package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.Artifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an experiment leaves behind for people, beside the amulet and in it. */
class ExperimentReportTest {
  private static final int ROWS = 90;

  @TempDir Path folder;

  @Test
  void byDefaultTheModelCarriesItsCardAndNoReport() throws Exception {
    ExperimentResult result = ExperimentTest.run(config().build());

    Artifact amulet = Artifact.open(result.amulet());
    assertThat(amulet.entryNames())
        .contains("insights/model_card.md")
        .doesNotContain("insights/report.html");
    assertThat(StandardCharsets.UTF_8.decode(amulet.entry("insights/model_card.md")).toString())
        .contains("RMSE (chosen by)")
        .doesNotContain("data:image", ".png");
    String report = Files.readString(result.directory().resolve("report.html"));
    assertThat(report.contains("data:image/jpeg;base64,")).as("shows pictures").isTrue();
    assertThat(report.contains("\"chart-learning\"")).as("has a learning curve").isTrue();
    assertThat(report.contains("\"chart-shap\"")).as("has contributions").isTrue();
    assertThat(report.contains("\"chart-map\"")).as("has a map").isTrue();
  }

  @Test
  void theReportGoesIntoTheModelWhereThatIsAskedFor() throws Exception {
    ExperimentResult result = ExperimentTest.run(config().set("embed_report", "true").build());

    assertThat(Artifact.open(result.amulet()).entryNames())
        .contains("insights/report.html", "insights/model_card.md");
    assertThat(Files.readString(result.directory().resolve("config.toml")))
        .contains("embed_report = true");
  }

  @Test
  void aReportThatCannotBeMadeIsSaidAndLeavesNoOlderOneBehind() throws IOException {
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentConfig config =
        ExperimentConfig.builder(folder.resolve("data.csv")).out(folder.resolve("out")).build();
    Path old = folder.resolve("out").resolve(config.name()).resolve("report.html");
    try (ExperimentFolder experiment = ExperimentFolder.open(config, messages)) {
      Files.writeString(old, "of an earlier run");
      Files.writeString(experiment.uncheckedAmulet(), "amulet");
      experiment.withoutReport(new IllegalStateException("no paper"));
      experiment.publish();
    }

    assertThat(messages.lines)
        .singleElement()
        .asString()
        .contains("report.html was not made", "no paper", "the model and its figures are complete");
    assertThat(old).doesNotExist();
    assertThat(old.resolveSibling("model.amulet")).exists();
    assertThat(Files.readString(old.resolveSibling("log.txt")))
        .contains("java.lang.IllegalStateException: no paper", "\tat ");
  }

  private ExperimentConfig.Builder config() throws IOException {
    Path data =
        Signs.write(Files.createDirectory(folder.resolve("signs")), ROWS, 1, Signs.Kind.NUMBER);
    return ExperimentTest.config(data, folder.resolve("out"));
  }
}
