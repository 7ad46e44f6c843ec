package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileSplitTest {
  private static final int PER_CLASS = 20;

  @TempDir static Path folder;

  private static Path pictures;
  private static Path table;

  @BeforeAll
  static void write() throws IOException {
    pictures = folder.resolve("pictures");
    DrawnPictures.write(pictures, PER_CLASS);
    StringBuilder csv = new StringBuilder("photo_id,zipcode,note,label\n");
    for (int i = 0; i < 2 * PER_CLASS; i++) {
      String label = i % 2 == 0 ? "blue" : "red";
      csv.append(
          "%s/%d,%d,<b>\"\"%s,%s\n"
              .replace("<b>\"\"%s", "\"<b>%s\"")
              .formatted(label, i / 2, 10100 + i % 7, "n" + i % 3, label));
    }
    table = Files.writeString(pictures.resolve("table.csv"), csv);
  }

  @Test
  void profileSaysWhatEachColumnIsAndWhy() {
    CommandRun run = CommandRun.of("profile", table, "--target", "label");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("40 rows, 4 columns")
        .containsPattern("photo_id +input +image .* sampled cells name an image file")
        .containsPattern("zipcode +input +categorical .*column_types.zipcode=numeric")
        .containsPattern("label +target +categorical .*2 classes");
    CommandRun set =
        CommandRun.of("profile", table, "--set", "column_types.zipcode=numeric", "--json");
    assertThat(set.out())
        .contains("\"name\" : \"zipcode\"", "\"evidence\" : \"set by column_types\"");
    CommandRun wrong = CommandRun.of("profile", table, "--set", "column_types.zipcode=colour");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("expected one of numeric").hasLineCount(1);
  }

  @Test
  void profileWritesOnePageThatAsksForNothingElse() throws IOException {
    Path page = folder.resolve("page.html");
    CommandRun run = CommandRun.of("profile", table, "--target", "label", "--html", page);
    assertThat(run.exitCode()).as(run.err()).isZero();
    String html = Files.readString(page);
    assertThat(html)
        .contains("data:image/jpeg;base64,", "photo_id", "&lt;b&gt;n1")
        .doesNotContain("<b>n1", "http://", "https://", "<script");
  }

  @Test
  void splitWritesPathsThatTrainAndScoreFollow() throws IOException {
    Path parts = folder.resolve("deep/parts");
    CommandRun run = CommandRun.of("split", pictures, "--ratio", "0.75", "--out", parts);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> train = Files.readAllLines(parts.resolve("train.csv"));
    List<String> test = Files.readAllLines(parts.resolve("test.csv"));
    assertThat(train).hasSize(31).first().isEqualTo("image,label");
    assertThat(test).hasSize(11);
    assertThat(test.get(1)).matches("\\.\\./\\.\\./pictures/blue/\\d+\\.png,blue");
    assertThat(test).filteredOn(line -> line.endsWith(",red")).hasSize(5);

    CommandRun training =
        CommandRun.of(
            "train",
            parts.resolve("train.csv"),
            "--target",
            "label",
            "--test",
            parts.resolve("test.csv"),
            "--folds",
            "3",
            "--set",
            "image_transformer_pretrained_models=random64",
            "--set",
            "feature_set=image_score",
            "--name",
            "parts",
            "--out",
            folder.resolve("experiments"));
    assertThat(training.exitCode()).as(training.err()).isZero();
    Path amulet = folder.resolve("experiments/parts/model.amulet");
    CommandRun scored = CommandRun.of("score", amulet, parts.resolve("test.csv"));
    assertThat(scored.exitCode()).as(scored.err()).isZero();
    assertThat(scored.out().lines().skip(1)).hasSize(10).allMatch(line -> line.endsWith(","));
  }

  @Test
  void splitOfAnArchiveNamesTheFilesInIt() throws IOException {
    Path images = folder.resolve("only");
    DrawnPictures.write(images, 10);
    Path archive = DrawnPictures.zip(images, folder.resolve("only.zip"));
    Path parts = folder.resolve("zipped");
    CommandRun run = CommandRun.of("split", archive, "--out", parts, "--seed", "5");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Path train = parts.resolve("train.csv");
    assertThat(Files.readAllLines(train).get(1)).startsWith("../only.zip!/blue/");
    CommandRun profile = CommandRun.of("profile", train);
    assertThat(profile.out()).contains("different files opened, 24–24 × 24–24 px");
    byte[] first = Files.readAllBytes(train);
    CommandRun.of("split", archive, "--out", parts, "--seed", "5");
    assertThat(train).hasBinaryContent(first);
  }

  @Test
  void nearDuplicatesAndGroupsStayTogether() throws IOException {
    Path set = folder.resolve("twins");
    DrawnPictures.write(set, 12);
    StringBuilder csv = new StringBuilder("image,owner\n");
    for (int i = 0; i < 12; i++) {
      Files.copy(set.resolve("red/" + i + ".png"), set.resolve("copy" + i + ".png"));
      csv.append("red/%d.png,o%d\ncopy%d.png,\n".formatted(i, i / 3, i));
    }
    Path twins = Files.writeString(set.resolve("t.csv"), csv);
    Path parts = folder.resolve("twin_parts");
    CommandRun run = CommandRun.of("split", twins, "--ratio", "0.5", "--out", parts);
    assertThat(run.err()).contains("24 rows show nearly the same picture as another row");
    String train = Files.readString(parts.resolve("train.csv"));
    for (int i = 0; i < 12; i++) {
      assertThat(train.contains("/red/" + i + ".png"))
          .isEqualTo(train.contains("/copy" + i + ".png"));
    }
    CommandRun grouped =
        CommandRun.of("split", twins, "--ratio", "0.5", "--out", parts, "--group", "owner");
    assertThat(grouped.exitCode()).as(grouped.err()).isZero();
    train = Files.readString(parts.resolve("train.csv"));
    for (int i = 0; i < 12; i++) {
      assertThat(train.contains("/red/" + i + ".png"))
          .isEqualTo(train.contains("/copy" + i / 3 * 3 + ".png"));
    }
  }

  @Test
  void splitRefusesWhatCannotBeMeant() {
    Path out = folder.resolve("none");
    assertThat(CommandRun.of("split", table, "--out", out, "--ratio", "75").err())
        .contains("--ratio 75.0: expected a share above 0 and below 1");
    assertThat(CommandRun.of("split", table, "--out", out, "--stratify", "labell").err())
        .contains("did you mean \"label\"?");
    assertThat(CommandRun.of("split", table).err()).contains("--out");
    assertThat(CommandRun.of("split", folder.resolve("nowhere.csv"), "--out", out).exitCode())
        .isEqualTo(2);
  }
}
