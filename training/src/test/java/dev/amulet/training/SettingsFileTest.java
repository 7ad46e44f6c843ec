package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How settings are read: from a file and by assignment, and what is refused. */
class SettingsFileTest {
  private static final Path DATA = Path.of("data", "houses.csv");

  @TempDir Path folder;

  @Test
  void assignmentsWinOverTheFileInAnyOrderAndTheLastCallWins() throws IOException {
    Path file = write("folds = 3\nseed = 8\ntarget = \"from file\"\n");
    ExperimentConfig config =
        ExperimentConfig.builder(DATA)
            .set("folds", "4")
            .configFile(file)
            .set("target", "assigned")
            .target("called")
            .build();
    assertThat(config.folds()).isEqualTo(4);
    assertThat(config.seed()).isEqualTo(8);
    assertThat(config.target()).isEqualTo("called");
    assertThat(ExperimentConfig.builder(DATA).target("called").set("target", "last").build())
        .extracting(ExperimentConfig::target)
        .isEqualTo("last");
  }

  @Test
  void aliasAndNameAreOneSetting() throws IOException {
    Path file = write("image_transformer_pretrained_models = [\"a.onnx\"]\n");
    assertThat(
            ExperimentConfig.builder(DATA)
                .configFile(file)
                .set("tensorflow_image_pretrained_models", "b.onnx")
                .build()
                .images()
                .networks())
        .containsExactly("b.onnx");
  }

  @Test
  void listsAreSplitAtCommasOutsideQuotes() {
    assertThat(dropped("a,b")).containsExactly("a", "b");
    assertThat(dropped(" [ 'a' , \"b, c\" , d e ] ")).containsExactly("a", "b, c", "d e");
    assertThat(dropped("it's, rock 'n' roll")).containsExactly("it's", "rock 'n' roll");
    assertThat(dropped("[]")).isEmpty();
    assertThat(dropped("a,,b,")).containsExactly("a", "b");
  }

  private static List<String> dropped(String value) {
    return ExperimentConfig.builder(DATA).set("drop", value).build().drop();
  }

  @Test
  void columnTypesAreReadFromTheirTableAndByAssignment() throws IOException {
    Path file = write("[column_types]\nzipcode = \"categorical\"\n\"a.b\" = \"numeric\"\n");
    ExperimentConfig config =
        ExperimentConfig.builder(DATA)
            .configFile(file)
            .set("column_types.zipcode", "numeric")
            .set("column_types.Ünicode", "image")
            .build();
    assertThat(config.columnTypes())
        .containsOnly(
            Map.entry("zipcode", "numeric"),
            Map.entry("a.b", "numeric"),
            Map.entry("Ünicode", "image"));
  }

  @Test
  void anUnknownKeySuggestsTheNearest() throws IOException {
    assertThatThrownBy(() -> ExperimentConfig.builder(DATA).set("fold", "3"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("\"fold\"")
        .hasMessageContaining("folds");
    Path file = write("\nimage_transformer_pretrained_model = \"x\"\n");
    assertThatThrownBy(() -> ExperimentConfig.builder(DATA).configFile(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("image_transformer_pretrained_models");
  }

  @Test
  void brokenTomlNamesTheFileAndTheLine() throws IOException {
    for (String broken : List.of("folds = ", "folds = 3 4", "= 3", "name = \"open", "[folds")) {
      Path file = write("target = \"price\"\n\n" + broken + "\n");
      assertThatThrownBy(() -> ExperimentConfig.builder(DATA).configFile(file))
          .as(broken)
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(file + " line ")
          .hasMessageMatching("(?s).* line [34]: .*")
          .satisfies(e -> assertThat(e.getMessage().lines().count()).isBetween(1L, 3L));
    }
  }

  @Test
  void filesThatAreNoConfigurationAreRefused() throws IOException {
    Path binary = folder.resolve("model.bin");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    Path large = folder.resolve("large.toml");
    Files.write(large, new byte[(1 << 20) + 1]);
    for (Path file : List.of(binary, large, folder, folder.resolve("absent.toml"))) {
      assertThatThrownBy(() -> ExperimentConfig.builder(DATA).configFile(file))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(file.toString());
    }
    assertThat(read("")).isEqualTo(ExperimentConfig.builder(DATA).build());
  }

  @Test
  void valuesOfTheWrongShapeAreRefused() throws IOException {
    for (String toml :
        List.of(
            "drop = [{a = 1}]", "target = {a = 1}", "folds = [3, 4]", "target = [\"a\", \"b\"]")) {
      Path file = write(toml + "\n");
      assertThatThrownBy(() -> ExperimentConfig.builder(DATA).configFile(file).build())
          .as(toml)
          .isInstanceOf(TrainingException.class);
    }
  }

  @Test
  void columnsToDropEndTheColumnsToKeepOfTheFileAndTheOtherWayRound() throws IOException {
    ExperimentConfig dropping =
        ExperimentConfig.builder(DATA)
            .configFile(write("keep = [\"a\", \"b\"]\n"))
            .drop(List.of("c"))
            .build();
    assertThat(dropping.drop()).containsExactly("c");
    assertThat(dropping.keep()).isEmpty();
    ExperimentConfig keeping =
        ExperimentConfig.builder(DATA)
            .configFile(write("drop = [\"a\"]\n"))
            .set("keep", "c")
            .build();
    assertThat(keeping.keep()).containsExactly("c");
    assertThat(keeping.drop()).isEmpty();
  }

  private ExperimentConfig read(String toml) throws IOException {
    return ExperimentConfig.builder(DATA).configFile(write(toml)).build();
  }

  private Path write(String toml) throws IOException {
    Path file = folder.resolve("config.toml");
    Files.writeString(file, toml);
    return file;
  }
}
