package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.amulet.format.Artifact;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.training.evaluation.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole experiments on the kinds of target there are, and on data that is not tidy. */
class ExperimentTasksTest {
  private static final int ROWS = 90;

  @TempDir Path folder;

  @Test
  void aBinaryTargetGivesProbabilitiesByGroupAndWeight() throws Exception {
    Path data = Signs.write(folder, ROWS, 3, Signs.Kind.YES_NO);
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(data)
                .target("target")
                .groupColumn("owner")
                .weightColumn("weight")
                .drop(List.of("fold"))
                .folds(3)
                .set("threads", "1")
                .set("tree_settings", "usual")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.scorer()).isEqualTo(Metric.AUC);
    assertThat(result.tableOnly()).isNotNull();
    assertThat(result.validation().mean()).isGreaterThan(0.85);
    assertThat(result.validation().mean()).isGreaterThan(result.tableOnly().mean() + 0.15);
    assertThat(result.constant().mean()).isEqualTo(0.5);
    assertThat(ExperimentTest.files(result.directory()))
        .containsExactlyInAnyOrderElementsOf(ExperimentTest.FILES);
    ExperimentTest.assertSameScores(result, data);

    List<NamedCsvRecord> oof =
        ExperimentTest.csv(result.directory().resolve("predictions/oof.csv"));
    List<NamedCsvRecord> table = ExperimentTest.csv(data);
    assertThat(oof.get(0).getHeader())
        .containsExactly(
            "row", "target", "target.no", "target.yes", "error", "fold", "target.actual");
    double threshold;
    try (Artifact amulet = Artifact.open(result.amulet())) {
      threshold = amulet.manifest().getOutputs().getLabelThreshold();
    }
    Map<String, Set<String>> foldsOfOwner = new HashMap<>();
    for (int i = 0; i < ROWS; i++) {
      foldsOfOwner
          .computeIfAbsent(table.get(i).getField("owner"), o -> new HashSet<>())
          .add(oof.get(i).getField("fold"));
      double no = Double.parseDouble(oof.get(i).getField("target.no"));
      double yes = Double.parseDouble(oof.get(i).getField("target.yes"));
      assertThat(no + yes).isCloseTo(1, within(1e-12));
      assertThat(oof.get(i).getField("target")).isEqualTo(yes >= threshold ? "yes" : "no");
    }
    assertThat(foldsOfOwner.values()).allMatch(folds -> folds.size() == 1);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.schema().columns())
          .extracting(Column::name)
          .containsExactly("photo", "size", "make", "used");
      assertThat(scorer.verify().passed()).isTrue();
    }
  }

  @Test
  void aMulticlassTargetOfWordsGoesByTheFoldColumn() throws Exception {
    Path data = Signs.write(folder, ROWS, 4, Signs.Kind.NAME);
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(data)
                .target("target")
                .foldColumn("fold")
                .drop(List.of("owner", "weight"))
                .scorer("accuracy")
                .set("threads", "1")
                .set("tree_settings", "usual")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.scorer()).isEqualTo(Metric.ACCURACY);
    assertThat(result.tableOnly()).isNotNull();
    assertThat(result.validation().mean()).isGreaterThan(0.8);
    assertThat(result.validation().mean()).isGreaterThan(result.tableOnly().mean() + 0.2);
    ExperimentTest.assertSameScores(result, data);
    List<NamedCsvRecord> oof =
        ExperimentTest.csv(result.directory().resolve("predictions/oof.csv"));
    List<NamedCsvRecord> table = ExperimentTest.csv(data);
    for (int i = 0; i < ROWS; i++) {
      assertThat(oof.get(i).getField("fold")).isEqualTo(table.get(i).getField("fold"));
    }
    assertThat(oof.get(0).getHeader())
        .startsWith("row", "target", "target.blue", "target.green", "target.red");
  }

  @Test
  void aMulticlassTargetOfIntegersIsOrderedByNumber() throws Exception {
    Path data = Signs.write(folder, ROWS, 5, Signs.Kind.CODE);
    ExperimentResult result =
        ExperimentTest.run(ExperimentTest.config(data, folder.resolve("out")).build());
    assertThat(result.scorer()).isEqualTo(Metric.LOGLOSS);
    assertThat(result.validation().mean()).isLessThan(0.6 * result.constant().mean());
    ExperimentTest.assertSameScores(result, data);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.schema().classes()).containsExactly("1", "2", "10");
    }
  }

  @Test
  void aFolderPerClassIsTrainedOnPicturesAlone() throws Exception {
    Random random = new Random(6);
    PictureTable table = new PictureTable(folder, "unused");
    Path classes = folder.resolve("classes");
    for (int i = 0; i < 48; i++) {
      int colour = i % 3;
      String picture = table.picture("p" + i, Signs.colour(colour), i % 2 == 0, random);
      Path target = classes.resolve(Signs.NAMES[colour]).resolve("p" + i + ".png");
      Files.createDirectories(target.getParent());
      Files.move(folder.resolve(picture), target);
    }
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(classes)
                .folds(3)
                .set("threads", "1")
                .set("tree_settings", "usual")
                .set("missing_image", "fail_row")
                .out(folder.resolve("out"))
                .build());
    assertThat(result.tableOnly()).isNull();
    assertThat(result.validation().mean()).isLessThan(0.6 * result.constant().mean());
    assertThat(ExperimentTest.metrics(result).at("/baselines/table_only").isNull()).isTrue();
    assertThat(ExperimentTest.metrics(result).get("name").asText()).isEqualTo("classes");
    try (Scorer scorer =
        Scorer.open(result.amulet(), ScorerOptions.builder().imageRoot(classes).build())) {
      Row row = scorer.newRow();
      row.set("image", "red/p0.png");
      assertThat(scorer.score(row).label()).isEqualTo("red");
      assertThat(scorer.verify().passed()).isTrue();
      ScoredRow without = scorer.score(List.of(scorer.newRow())).get(0);
      assertThat(without.error()).hasMessageContaining("the model needs one");
    }
  }

  @Test
  void damagedAndAbsentPicturesDoNotStopTraining() throws Exception {
    Path data = Signs.write(folder, 60, 7, Signs.Kind.NUMBER);
    Files.delete(folder.resolve("pictures/p7_1.png"));
    Files.write(folder.resolve("pictures/p7_2.png"), new byte[] {1, 2, 3});
    Files.write(folder.resolve("pictures/p7_3.png"), new byte[0]);
    byte[] whole = Files.readAllBytes(folder.resolve("pictures/p7_4.png"));
    Files.write(folder.resolve("pictures/p7_4.png"), Arrays.copyOf(whole, 120));
    byte[] flipped = Files.readAllBytes(folder.resolve("pictures/p7_6.png"));
    flipped[flipped.length / 2] ^= 0x55;
    Files.write(folder.resolve("pictures/p7_6.png"), flipped);
    ExperimentTest.Messages messages = new ExperimentTest.Messages();
    ExperimentResult result =
        Experiment.of(ExperimentTest.config(data, folder.resolve("out")).test(data).build())
            .run(messages);
    assertThat(String.join("\n", messages.lines)).contains("p7_1.png", "p7_2.png");
    ExperimentTest.assertSameScores(result, data);
    assertThat(ExperimentTest.csv(result.directory().resolve("predictions/test.csv"))).hasSize(60);
  }

  @Test
  void oddNamesAndLargeNumbersGiveAnAmuletThatScores() throws Exception {
    Random random = new Random(12);
    String photo = "a/b ;\"x\"";
    PictureTable table =
        new PictureTable(folder, photo, "größe", "größe.missing", "image_score", "target");
    for (int i = 0; i < 45; i++) {
      String picture = table.picture("p " + i + " ü", Signs.colour(i % 3), true, random);
      table.add(
          picture,
          i % 5 == 0 ? null : i % 11 == 0 ? "1e36" : i % 7,
          i % 13 == 0 ? "-1e36" : i % 4 / 2.0,
          random.nextInt(9) / 4.0,
          10 * (i % 3) + i % 7 / 2.0);
    }
    Path data = table.write("data.csv");
    ExperimentResult result =
        ExperimentTest.run(
            ExperimentConfig.builder(data)
                .target("target")
                .set("feature_set", "both")
                .set("problem_type", "regression")
                .folds(3)
                .set("threads", "1")
                .set("tree_settings", "usual")
                .out(folder.resolve("out"))
                .build());
    ExperimentTest.assertSameScores(result, data);
    try (Scorer scorer = Scorer.open(result.amulet())) {
      assertThat(scorer.slotNames()).doesNotHaveDuplicates();
      assertThat(scorer.schema().columns()).extracting(Column::name).contains(photo);
      assertThat(scorer.verify().passed()).isTrue();
    }
  }
}
