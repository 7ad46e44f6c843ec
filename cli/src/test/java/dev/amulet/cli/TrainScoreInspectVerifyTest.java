package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.demo.CarLot;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainScoreInspectVerifyTest {

  private static final int CARS = 60;

  @TempDir static Path folder;

  private static CommandRun training;
  private static Path amulet;

  @BeforeAll
  static void train() throws Exception {
    new CarLot(CARS, 5).write(folder, 12, done -> {});
    training =
        CommandRun.of(
            "train",
            folder.resolve("train.csv"),
            "--target",
            "price",
            "--folds",
            "3",
            "--set",
            "image_transformer_pretrained_models=random64",
            "--name",
            "cars",
            "--out",
            folder.resolve("experiments"));
    amulet = folder.resolve("experiments").resolve("cars").resolve("model.amulet");
  }

  @Test
  void trainSaysWhatItMadeAndHowGoodItIs() {
    assertThat(training.exitCode()).as(training.err()).isZero();
    assertThat(training.out())
        .contains("image", "mileage", "cross-validation, RMSE", "table only", "constant")
        .contains(amulet.toString());
    assertThat(amulet).exists();
  }

  @Test
  void scoreGivesTheScorersPredictionsInOrder() throws Exception {
    Path out = folder.resolve("scores.csv");
    Path table = folder.resolve("test.csv");
    assertThat(CommandRun.of("score", amulet, table, "-o", out).exitCode()).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(13).first().isEqualTo("row,price,error");
    List<String> rows = Files.readAllLines(table);
    try (Scorer scorer = Scorer.open(amulet, ScorerOptions.builder().imageRoot(folder).build())) {
      for (int i = 0; i < 12; i++) {
        String[] cells = rows.get(i + 1).split(",", -1);
        Row row = scorer.newRow();
        row.set("image", cells[0]).set("make", cells[1]).set("year", cells[2]);
        row.set("mileage", cells[3]).set("colour", cells[4]);
        assertThat(lines.get(i + 1)).isEqualTo(i + "," + scorer.score(row).value() + ",");
      }
    }
  }

  @Test
  void dialectAndEncodingDoNotChangeAScore() throws Exception {
    String table = Files.readString(folder.resolve("test.csv"));
    String plain = score(table.getBytes(StandardCharsets.UTF_8));
    assertThat(plain.lines()).hasSize(13);
    assertThat(score(("\uFEFF" + table).getBytes(StandardCharsets.UTF_8))).isEqualTo(plain);
    assertThat(score(table.replace(',', ';').getBytes(StandardCharsets.UTF_8))).isEqualTo(plain);
    assertThat(score(("\uFEFF" + table).getBytes(StandardCharsets.UTF_16LE))).isEqualTo(plain);
    String extra =
        table
            .replaceFirst("\n", ",note\n")
            .replaceAll("(?m)^(photos.*?)(\r?)$", "$1,\"é, \"\"a\"\"\nb\"$2")
            .replaceFirst("price\r,note", "price,note");
    assertThat(score(extra.getBytes(StandardCharsets.UTF_8))).isEqualTo(plain);
    assertThat(score(extra.getBytes(Charset.forName("windows-1252")))).isEqualTo(plain);
  }

  @Test
  void aRowThatCannotBeScoredIsEmptyLeftOutOrTheEnd() throws Exception {
    Path table = folder.resolve("bad.csv");
    List<String> lines = Files.readAllLines(folder.resolve("test.csv")).subList(0, 3);
    Files.writeString(
        table, String.join("\n", lines) + "\nphotos/0001.jpg,Alder,soon,1000,red,1\n");
    CommandRun empty = CommandRun.of("score", amulet, table);
    assertThat(empty.exitCode()).isZero();
    assertThat(empty.out().lines().toList().get(3)).startsWith("2,,").contains("year", "soon");
    CommandRun skip = CommandRun.of("score", amulet, table, "--on-error", "skip");
    assertThat(skip.exitCode()).isZero();
    assertThat(skip.out().lines()).hasSize(3);
    Path out = folder.resolve("never.csv");
    CommandRun fail = CommandRun.of("score", amulet, table, "--on-error", "fail", "-o", out);
    assertThat(fail.exitCode()).isEqualTo(1);
    assertThat(fail.err()).contains("row 2", "bad.csv line 4", "year", "no output was written");
    assertThat(out).doesNotExist();
    CommandRun printed = CommandRun.of("score", amulet, table, "--on-error", "fail");
    assertThat(printed.exitCode()).isEqualTo(1);
    assertThat(printed.err()).contains("2 rows written").doesNotContain("no output");
    assertThat(printed.out().lines()).hasSize(3);
  }

  @Test
  void aLineWithTooFewOrTooManyFieldsIsARowThatCannotBeScored() throws Exception {
    Path table = folder.resolve("ragged.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("test.csv")));
    lines.set(2, "photos/0001.jpg,Alder");
    lines.set(3, lines.get(3) + ",more");
    Files.write(table, lines);
    CommandRun run = CommandRun.of("score", amulet, table);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> scored = run.out().lines().toList();
    assertThat(scored).hasSize(13);
    assertThat(scored.get(2)).startsWith("1,,").contains("2 fields, the header has 6 columns");
    assertThat(scored.get(3)).startsWith("2,,").contains("7 fields");
    assertThat(scored.get(4)).endsWith(",");
    assertThat(run.err()).contains("ragged.csv line 3");
    CommandRun skip = CommandRun.of("score", amulet, table, "--on-error", "skip");
    assertThat(skip.out().lines()).hasSize(11);
  }

  @Test
  void anImageThatCannotBeUsedIsNamedOrTheRowIsLeftOutOrTheEnd() throws Exception {
    Path table = folder.resolve("no_photo.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("test.csv")));
    lines.set(2, lines.get(2).replaceFirst("photos/\\d+", "photos/nowhere"));
    Files.write(table, lines);
    CommandRun named = CommandRun.of("score", amulet, table);
    assertThat(named.exitCode()).as(named.err()).isZero();
    assertThat(named.out().lines().toList().get(2)).matches("1,[0-9.]+,.*nowhere.*");
    CommandRun skip = CommandRun.of("score", amulet, table, "--on-error", "skip");
    assertThat(skip.exitCode()).isZero();
    assertThat(skip.out().lines()).hasSize(12).noneMatch(line -> line.startsWith("1,"));
    CommandRun fail = CommandRun.of("score", amulet, table, "--on-error", "fail");
    assertThat(fail.exitCode()).isEqualTo(1);
    assertThat(fail.err()).contains("row 1", "nowhere", "1 row written");
  }

  @Test
  void aWrongImageRootIsNoSuccess() throws Exception {
    Path out = folder.resolve("wrong_root.csv");
    Path root = Files.createDirectories(folder.resolve("elsewhere"));
    CommandRun run =
        CommandRun.of("score", amulet, folder.resolve("test.csv"), "--image-root", root, "-o", out);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("every row", "row 0", "--image-root", root.toString());
    assertThat(run.err().lines().count()).isLessThanOrEqualTo(3);
    assertThat(out).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.wrong_root*");
  }

  @Test
  void outputThatIsLostIsNoSuccess() {
    List<CommandRun> runs =
        List.of(
            CommandRun.withFullDisk("score", amulet, folder.resolve("test.csv")),
            CommandRun.withFullDisk("inspect", amulet),
            CommandRun.withFullDisk("inspect", amulet, "--json"));
    for (CommandRun run : runs) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("standard output could not be written");
    }
  }

  @Test
  void whatIsReadIsNeverReplaced() throws Exception {
    Path table = folder.resolve("test.csv");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), table);
    for (Path target : List.of(table, link, amulet)) {
      CommandRun run = CommandRun.of("score", amulet, table, "-o", target);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("the same file");
    }
    assertThat(Files.readAllLines(table).get(0)).startsWith("image,make");
    assertThat(CommandRun.of("verify", amulet).exitCode()).isZero();
  }

  @Test
  void aMissingColumnIsNamed() {
    CommandRun run =
        CommandRun.withInput(
            "image,make,year\na.jpg,Alder,2020\n".getBytes(StandardCharsets.UTF_8),
            "score",
            amulet,
            "-");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("standard input line 1", "\"mileage\", \"colour\"");
    assertThat(run.err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void picturesAloneAreNotEnoughForAModelOnATable() {
    CommandRun run = CommandRun.of("score", amulet, folder.resolve("photos"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("image, make, year, mileage, colour");
  }

  @Test
  void inspectReadsLikeADataSheet() {
    CommandRun run = CommandRun.of("inspect", amulet);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("Predicts", "Quality", "table only", "Input columns", "Pipeline", "Networks")
        .contains("random64", "networks/random64.onnx")
        .containsAnyOf("boosted trees", "linear model");
    assertThat(run.out().lines()).noneMatch(line -> line.endsWith(" "));
    CommandRun json = CommandRun.of("inspect", amulet, "--json");
    assertThat(json.out()).contains("\"id\": \"", "\"manifest\": {", "\"target\": \"price\"");
  }

  @Test
  void verifyPassesAndADamagedCopyIsRefused() throws Exception {
    CommandRun run = CommandRun.of("verify", amulet);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("passed");
    byte[] bytes = Files.readAllBytes(amulet);
    bytes[bytes.length / 2] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.amulet"), bytes);
    assertThat(CommandRun.of("verify", damaged).exitCode()).isEqualTo(2);
  }

  private static String score(byte[] table) {
    CommandRun run = CommandRun.withInput(table, "score", amulet, "-", "--image-root", folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }
}
