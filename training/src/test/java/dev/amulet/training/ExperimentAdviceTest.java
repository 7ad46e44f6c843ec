package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be trained on ends in a sentence or three that say what to do. */
class ExperimentAdviceTest {
  private static final int ROWS = 40;

  @TempDir Path folder;

  /** The target cell of a row. */
  private interface Target {
    String of(int row);
  }

  @Test
  void aTargetWithoutAChoiceIsRefused() throws IOException {
    assertThat(advice(table(i -> "5"), b -> {})).contains("y", "\"5\" in every row", "--target");
    assertThat(advice(table(i -> "yes"), b -> {})).contains("y", "\"yes\" in every row");
    assertThat(advice(table(i -> "NaN"), b -> {})).contains("y", "every cell is missing");
    assertThat(advice(table(i -> i == 0 ? "rare" : "common"), b -> {}))
        .contains("\"rare\"", "fold");
  }

  @Test
  void aTargetThatIsNoColumnSuggestsTheNearest() throws IOException {
    assertThat(advice(table(i -> "" + i), b -> b.target("sise"))).contains("\"sise\"", "\"size\"");
    assertThat(advice(table(i -> "" + i), b -> b.groupColumn("maker")))
        .contains("\"maker\"", "\"make\"");
    assertThat(advice(table(i -> "" + i), b -> b.drop(List.of("Make"))))
        .contains("\"Make\"", "\"make\"");
  }

  @Test
  void tooFewRowsAreRefused() throws IOException {
    assertThat(advice(write("size,y\n1,2\n2,3\n3,5\n"), b -> {})).contains("3 rows", "at least 10");
    assertThat(advice(write("size,y\n"), b -> {})).contains("data");
    assertThat(advice(write(""), b -> {})).contains("data");
  }

  @Test
  void dataThatIsNotThereIsNamed() {
    Path absent = folder.resolve("nowhere.csv");
    assertThat(advice(absent, b -> {})).contains(absent.toString(), "no such file");
  }

  @Test
  void targetsThatAreNoNumbersAreListed() throws IOException {
    assertThat(
            advice(
                table(i -> i == 3 ? "12a" : i == 4 ? "1e999" : i * 1.5 + ""),
                b -> b.set("problem_type", "regression")))
        .contains("2 of 40 cells", "12a", "1e999");
  }

  @Test
  void aTransformTheTargetDoesNotAllowIsRefused() throws IOException {
    Path negative = table(i -> i - 20.5 + "");
    assertThat(advice(negative, b -> b.set("target_transformer", "log")))
        .contains("log", "\"y\"", "-20.5", "identity");
    assertThat(advice(negative, b -> b.set("target_transformer", "sqrt")))
        .contains("sqrt", "\"y\"", "-20.5");
    assertThat(advice(table(i -> i % 2 == 0 ? "a" : "b"), b -> b.set("target_transformer", "log")))
        .contains("log", "class label");
  }

  @Test
  void aScorerOfAnotherTaskIsRefusedBeforeAnythingIsTrained() throws IOException {
    Path data = table(i -> i * 1.5 + "");
    assertThat(advice(data, b -> b.scorer("auc"))).contains("AUC", "regression", "RMSE");
    assertThat(Files.readString(folder.resolve("out/data/log.txt")))
        .doesNotContain("embeddings", "cross-validation");
    assertThat(advice(table(i -> i % 2 == 0 ? "a" : "b"), b -> b.scorer("RMSE")))
        .contains("RMSE", "binary", "AUC");
  }

  @Test
  void imagesThatAreNotThereAskForTheirFolder() throws IOException {
    StringBuilder csv = new StringBuilder("photo,y\n");
    for (int i = 0; i < ROWS; i++) {
      csv.append("a/p").append(i).append(".jpg,").append(i * 1.5).append('\n');
    }
    Path data = write(csv.toString());
    assertThat(advice(data, b -> {})).contains("photo", "none of its 40 images", "--image-root");
    assertThat(advice(data, b -> b.imageRoot(folder.resolve("absent"))))
        .contains("absent", "no such folder");
  }

  private static String photos(String cell) {
    StringBuilder csv = new StringBuilder("photo,y\n");
    for (int i = 0; i < ROWS; i++) {
      csv.append(cell.replace("#", "" + i)).append(',').append(i * 1.5).append('\n');
    }
    return csv.toString();
  }

  @Test
  void imagesOnTheWebAreToBeDownloaded() throws IOException {
    Path data = write(photos("https://images.example.com/#.jpg"));
    assertThat(advice(data, b -> {})).contains("photo", "https://images.example.com", "download");
  }

  @Test
  void imagesThatMustBeThereAreMissed() throws IOException {
    BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < ROWS; i++) {
      ImageIO.write(picture, "png", folder.resolve(i + ".png").toFile());
    }
    Path data = write(photos("#.png") + ",7\n,8\n");
    assertThat(advice(data, b -> b.set("missing_image", "fail_row")))
        .contains("missing_image", "2 rows", "\"photo\"", "nan_features");
  }

  @Test
  void anUnknownNetworkIsNamed() throws IOException {
    Path data =
        Signs.write(Files.createDirectory(folder.resolve("signs")), 12, 1, Signs.Kind.NUMBER);
    Consumer<ExperimentConfig.Builder> drop =
        b -> b.target("target").drop(List.of("owner", "fold", "weight"));
    String key = "image_transformer_pretrained_models";
    assertThat(advice(data, drop.andThen(b -> b.set(key, "vgg19")))).contains("\"vgg19\"", "onnx");
    assertThat(advice(data, drop.andThen(b -> b.set(key, "alexnet"))))
        .contains("\"alexnet\"", "onnx");
    assertThat(advice(data, drop.andThen(b -> b.set(key, "lost.onnx")))).contains("lost.onnx");
    Path broken = folder.resolve("broken.onnx");
    Files.write(broken, new byte[] {1, 2, 3, 4});
    assertThat(advice(data, drop.andThen(b -> b.set(key, broken.toString()))))
        .contains("broken.onnx");
  }

  @Test
  void nothingLeftToLearnFromIsSaid() throws IOException {
    Path data = table(i -> i * 1.5 + "");
    assertThat(advice(data, b -> b.drop(List.of("size", "make")))).contains("no input column");
    assertThat(advice(data, b -> b.keep(List.of("y")))).contains("no input column");
  }

  @Test
  void foldsGroupsAndWeightsThatCannotServeAreRefused() throws IOException {
    Path data = table(i -> i * 1.5 + "");
    assertThat(advice(data, b -> b.folds(60))).contains("--folds 60", "40");
    assertThat(advice(data, b -> b.foldColumn("zero"))).contains("--fold-column zero", "1 ");
    assertThat(advice(data, b -> b.groupColumn("make").folds(5))).contains("--group make");
    assertThat(advice(data, b -> b.weightColumn("make"))).contains("--weight make");
    assertThat(advice(data, b -> b.weightColumn("zero"))).contains("--weight zero", "0");
  }

  @Test
  void numbersBeyondWhatASlotHoldsAreRefused() throws IOException {
    Path huge = write(Files.readString(table(i -> i * 1.5 + "")).replaceFirst("0.0,a", "-1e300,a"));
    assertThat(advice(huge, b -> {})).contains("\"size\"", "-1.0E300", "--drop size");
    assertThat(advice(table(i -> i == 7 ? "1e300" : i * 1.5 + ""), b -> {}))
        .contains("target \"y\"", "1.0E300");
  }

  @Test
  void typesSetByHandMustFit() throws IOException {
    Path data = table(i -> i * 1.5 + "");
    assertThat(advice(data, b -> b.set("column_types.make", "number")))
        .contains("column_types.make", "number", "numeric");
    assertThat(advice(data, b -> b.set("column_types.make", "numeric"))).contains("make");
    assertThat(advice(data, b -> b.set("column_types.mak", "image"))).contains("\"make\"");
  }

  @Test
  void aTableOfImagesHasNoTableFeatures() throws IOException {
    Path data =
        Signs.write(Files.createDirectory(folder.resolve("signs")), 12, 1, Signs.Kind.NUMBER);
    assertThat(
            advice(
                data, b -> b.target("target").keep(List.of("photo")).set("feature_set", "table")))
        .contains("feature_set", "table");
  }

  @Test
  void anOutputFolderThatCannotBeMadeIsNamed() throws IOException {
    Path data = table(i -> i * 1.5 + "");
    Path file = Files.createFile(folder.resolve("taken"));
    ExperimentConfig config = ExperimentConfig.builder(data).target("y").out(file).build();
    TrainingException refused =
        catchThrowableOfType(TrainingException.class, () -> ExperimentTest.run(config));
    assertThat(refused).hasMessageContaining("taken").hasMessageContaining("--out");
  }

  @Test
  void rowsWithoutTargetAreLeftOutWithAWarning() throws IOException {
    Path data = table(i -> i % 10 == 3 ? "nan" : i % 10 == 4 ? "" : i * 1.5 + "");
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result = Experiment.of(builder(data).build()).run(messages);
    assertThat(String.join("\n", messages.lines)).contains("8 of 40 rows left out");
    assertThat(ExperimentTest.csv(result.directory().resolve("predictions/oof.csv")))
        .hasSize(32)
        .noneMatch(row -> row.getField("row").endsWith("3") || row.getField("row").endsWith("4"));
  }

  /** Runs into a refusal and returns its text, of one to three lines; nothing is left behind. */
  private String advice(Path data, Consumer<ExperimentConfig.Builder> settings) {
    ExperimentConfig.Builder builder = builder(data);
    settings.accept(builder);
    ExperimentConfig config = builder.build();
    TrainingException refused =
        catchThrowableOfType(TrainingException.class, () -> ExperimentTest.run(config));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage().lines().count()).isBetween(1L, 3L);
    assertThat(refused.getMessage()).doesNotContain("\tat ");
    try {
      assertThat(ExperimentTest.files(folder.resolve("out").resolve(config.name())))
          .containsExactly("log.txt");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return refused.getMessage();
  }

  private ExperimentConfig.Builder builder(Path data) {
    return ExperimentConfig.builder(data)
        .target("y")
        .folds(3)
        .set("threads", "1")
        .out(folder.resolve("out"));
  }

  private Path table(Target target) throws IOException {
    StringBuilder csv = new StringBuilder("size,make,zero,y\n");
    for (int i = 0; i < ROWS; i++) {
      csv.append(i * 7 % 40 / 3.0).append(i % 3 == 0 ? ",a," : ",b,").append("0,");
      csv.append(target.of(i)).append('\n');
    }
    return write(csv.toString());
  }

  private Path write(String csv) throws IOException {
    Path file = folder.resolve("data.csv");
    Files.writeString(file, csv);
    return file;
  }
}
