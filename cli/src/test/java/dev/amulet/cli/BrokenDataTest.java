package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data that cannot be trained on gives advice in a few lines; data that can, a warning. */
class BrokenDataTest {
  private static final int ROWS = 40;

  @TempDir Path folder;

  private CommandRun train(Object data, Object... more) {
    Object[] args =
        new Object[] {
          "train",
          data,
          "--folds",
          "3",
          "--set",
          "image_transformer_pretrained_models=random64",
          "--set",
          "feature_set=image_score",
          "--name",
          "broken",
          "--out",
          folder.resolve("experiments")
        };
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }

  private void advised(CommandRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("amulet: ")
        .contains(words)
        .doesNotContain("\tat ", "Exception", "--debug");
    assertThat(run.err().lines().count()).isLessThanOrEqualTo(3);
    assertThat(folder.resolve("experiments/broken/model.amulet")).doesNotExist();
  }

  private void warned(CommandRun run, String... words) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains(words).contains("warning: ");
    assertThat(folder.resolve("experiments/broken/model.amulet")).exists();
  }

  private void pictures() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < ROWS; i++) {
      Color colour = i % 2 == 0 ? new Color(20, 20, 180) : new Color(180, 20, 20);
      DrawnPictures.one(folder.resolve("photos/" + i + ".png"), colour, random);
    }
  }

  private Path table(String header, IntFunction<String> row) throws IOException {
    StringBuilder csv = new StringBuilder(header).append('\n');
    for (int i = 0; i < ROWS; i++) {
      csv.append(row.apply(i)).append('\n');
    }
    return Files.writeString(folder.resolve("t.csv"), csv);
  }

  private static String label(int row) {
    return row % 2 == 0 ? "blue" : "red";
  }

  @Test
  void someImagesMissingAndSomeCorrupt() throws IOException {
    pictures();
    Files.delete(folder.resolve("photos/4.png"));
    Files.writeString(folder.resolve("photos/7.png"), "<html>not found</html>");
    byte[] cut = Files.readAllBytes(folder.resolve("photos/9.png"));
    Files.write(folder.resolve("photos/9.png"), Arrays.copyOf(cut, 60));
    Path table = table("image,label", i -> "photos/" + i + ".png," + label(i));
    warned(
        train(table, "--target", "label"),
        "1 of 40 images do not exist",
        "photos/4.png",
        "files are no images or cut short",
        "photos/7.png",
        "have an image that cannot be used");
  }

  @Test
  void allImagesMissingOrElsewhere() throws IOException {
    Path table = table("image,label", i -> i + ".png," + label(i));
    advised(train(table, "--target", "label"), "none of its 40 images exists", "--image-root");
    pictures();
    advised(train(table, "--target", "label"), "--image-root " + folder.resolve("photos"));
  }

  @Test
  void allImagesCorrupt() throws IOException {
    for (int i = 0; i < ROWS; i++) {
      Files.writeString(folder.resolve(i + ".png"), "no picture " + i);
    }
    Path table = table("image,label", i -> i + ".png," + label(i));
    advised(train(table, "--target", "label"), "none of its 40 images can be opened", "0.png");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nowhere.csv | no such file or folder",
        "nowhere.zip | no such file or folder",
        "nowhere.zip!/part | no such file or folder",
      })
  void aWrongPath(String path, String words) {
    advised(train(folder.resolve(path), "--target", "label"), "nowhere", words);
  }

  @Test
  void anAddressThatIsNotThere() throws IOException {
    try (FileServer server = new FileServer(folder)) {
      String address = server.address(folder.resolve("none.zip"));
      advised(train(address), address, "the server answers 404");
    }
  }

  @Test
  void idsThatComeTwiceAndRowsThatAreCopies() throws IOException {
    pictures();
    Path table =
        table(
            "id,image,label",
            i -> i == 8 ? "6,photos/6.png,blue" : i + 1000 + ",photos/" + i + ".png," + label(i));
    Files.writeString(
        table, Files.readString(table).replace("1006,photos/6.png", "6,photos/6.png"));
    CommandRun run = train(table, "--target", "label");
    warned(run, "column \"id\": 1 ids come more than once (6)", "--group id", "1 rows are copies");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant | is \"7\" in every row",
        "nothing | every cell is missing",
        "ids | that is an id or text",
        "half | 20 of 40 cells are no numbers",
      })
  void aTargetThatSaysNothing(String kind, String words) throws IOException {
    Path table =
        table(
            "x,price",
            i ->
                i * 0.5
                    + ","
                    + switch (kind) {
                      case "constant" -> "7";
                      case "nothing" -> "NaN";
                      case "ids" -> "car" + i;
                      default -> i % 2 == 0 ? "9" + i : "x" + i;
                    });
    Object[] more =
        kind.equals("half")
            ? new Object[] {"--target", "price", "--set", "problem_type=regression"}
            : new Object[] {"--target", "price"};
    advised(train(table, more), "\"price\"", words);
  }

  @Test
  void someTargetsNaN() throws IOException {
    pictures();
    Path table =
        table(
            "image,price",
            i -> "photos/" + i + ".png," + (i % 10 == 0 ? "NaN" : "" + (50 + i * 1.5)));
    warned(train(table, "--target", "price"), "4 of 40 rows left out: their target \"price\"");
  }

  @Test
  void oneClassOnly() throws IOException {
    pictures();
    advised(train(folder), "one sub-folder only", "photos");
    Path zip = DrawnPictures.zip(folder.resolve("photos"), folder.resolve("one.zip"));
    advised(train(zip), "no sub-folder with images");
  }

  @Test
  void threeRows() throws IOException {
    pictures();
    Path table =
        Files.writeString(
            folder.resolve("three.csv"),
            "image,price\nphotos/1.png,1\nphotos/2.png,2.5\nphotos/3.png,4\n");
    advised(train(table, "--target", "price"), "3 rows", "at least 10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~ | the file is empty",
        "a,b~ | a header line but no rows",
        "a,b~1,2~3~ | line 3: 1 fields, the header has 2 columns",
        "a,b~1,@2~3,4~ | line 2",
      })
  void aTableThatIsNone(String text, String words) throws IOException {
    Path table =
        Files.writeString(folder.resolve("t.csv"), text.replace('~', '\n').replace('@', '"'));
    advised(train(table, "--target", "b"), "t.csv", words);
  }

  @Test
  void aFolderWithoutImages() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    advised(train(empty), "no sub-folder with images", "one sub-folder per class");
    Files.writeString(empty.resolve("readme.txt"), "hello");
    Path zip = DrawnPictures.zip(empty, folder.resolve("empty.zip"));
    advised(train(zip), "no sub-folder with images");
  }

  @ParameterizedTest
  @CsvSource({"zip", "tar.gz"})
  void anArchiveThatIsCutShortOrNone(String kind) throws IOException {
    pictures();
    Path photos = folder.resolve("photos");
    Path whole = folder.resolve("whole." + kind);
    byte[] bytes =
        Files.readAllBytes(
            kind.equals("zip")
                ? DrawnPictures.zip(photos, whole)
                : DrawnPictures.tarGz(photos, whole));
    Path cut = folder.resolve("cut." + kind);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    advised(train(cut), cut.toString(), "cut short", "copy or download it again");
    Files.writeString(cut, "no archive at all");
    advised(train(cut), cut.toString(), "cannot be read");
  }

  @Test
  void noStackTraceFromProfileOrSplitEither() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "a,b\n1,2\n3\n");
    advised(CommandRun.of("profile", table), "line 3");
    advised(CommandRun.of("split", table, "--out", folder.resolve("parts")), "line 3");
  }
}
