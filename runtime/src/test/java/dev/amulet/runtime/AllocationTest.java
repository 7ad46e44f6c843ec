package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.part;
import static dev.amulet.runtime.AmuletBuilder.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.DateTimePart;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.TargetMeans;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.TextModel;
import dev.amulet.format.v1.TextWeighting;
import dev.amulet.format.v1.UnseenLevel;
import dev.amulet.runtime.TreeSketch.Node;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What scoring costs in garbage: nothing for a table, the decoder's and a constant for images. */
class AllocationTest {
  private static final String[] KINDS = {"flat", "loft", "house", "castle"};

  @Test
  void aTabularRowAllocatesNothing() throws ArtifactException {
    try (Scorer scorer = tabular().open();
        ScoringSession session = scorer.newSession()) {
      Row row = scorer.newRow();
      Prediction prediction = session.newPrediction();
      double[] sum = {0};
      Garbage.assertLessThan(
          Garbage.NONE,
          20_000,
          i -> {
            row.clear().set("area", i % 100).set(1, i % 3 == 0).set("rooms", i % 9 * 0.5f);
            row.set("kind", KINDS[i % 4]).set("zip", i % 2 == 0 ? 85255 : 7L);
            row.setLevel("street", i % 3 - 1);
            session.score(row, prediction);
            sum[0] += prediction.value() + prediction.probability(1);
          });
      assertThat(sum[0]).isPositive();
    }
  }

  @Test
  void aRowWithoutItsImagesAllocatesNothing() throws ArtifactException {
    for (Task task : GoldenAmulets.TASKS) {
      try (Scorer scorer = GoldenAmulet.of(task).open();
          ScoringSession session = scorer.newSession()) {
        Row row = scorer.newRow();
        Prediction prediction = session.newPrediction();
        Garbage.assertLessThan(
            Garbage.NONE,
            20_000,
            i -> {
              row.clear().set("area", i % 100).set("kind", KINDS[i % 4]);
              session.score(row, prediction);
            });
      }
    }
  }

  /** Three bytes per pixel of the decoded picture, and 1,360 bytes when this was written. */
  @Test
  void anImageRowAllocatesItsPixelsAndASmallConstant() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open();
        ScoringSession session = scorer.newSession()) {
      byte[] picture = DrawnPng.of("allocation", 30, 20);
      Row row = scorer.newRow();
      Prediction prediction = session.newPrediction();
      Garbage.assertLessThan(
          3 * 30 * 20 + 2_000,
          3_000,
          i -> {
            row.clear().setImage("photo", picture);
            session.score(row, prediction);
          });
    }
  }

  /** Beyond the scratch, which grows with the longest text so far. */
  @Test
  void aTextAllocatesNothing() throws ArtifactException {
    String[] texts = {
      "a garden", "A house; 3 rooms and a garden", "\ud83c\udfe0 ".repeat(500) + "x"
    };
    assertCellCosts(Garbage.NONE, "UTC", (row, i) -> row.set("note", texts[i % 3]));
  }

  @Test
  void aMomentCostsItsCalendar() throws ArtifactException {
    CellRun day = (row, i) -> row.setTime("built", i * 86_400_000L);
    assertCellCosts(48.1, "UTC", day);
    assertCellCosts(200, "Europe/Berlin", day);
  }

  @Test
  void dateTextCostsWhatTheReaderSays() throws ArtifactException {
    String[] iso = {"2024-02-29", "2024-02-29T12:34:56.789+01:00", "1999-12-31 23:59"};
    String[] other = {"29.2.2024", "31.12.1999"};
    assertCellCosts(200, "UTC", (row, i) -> row.set("built", iso[i % 3]));
    assertCellCosts(400, "Europe/Berlin", (row, i) -> row.set("built", iso[i % 3]));
    assertCellCosts(4_000, "Europe/Berlin", (row, i) -> row.set("built", other[i % 2]));
  }

  private interface CellRun {
    void set(Row row, int i);
  }

  private static void assertCellCosts(double lessThanBytes, String zone, CellRun cell)
      throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    TextModel.Builder text =
        TextModel.newBuilder()
            .setWordMin(1)
            .setWordMax(2)
            .setCharMin(2)
            .setCharMax(4)
            .setBuckets(256)
            .setWeighting(TextWeighting.SUBLINEAR)
            .addAllIdf(Collections.nCopies(256, 1f))
            .setOutputs(4)
            .addAllComponents(Collections.nCopies(4 * 256, 0.5f));
    amulet.textStage(amulet.text("note"), text);
    amulet.dateTimeStage(
        amulet.date("built", zone, "d.M.uuuu"),
        DateTimePart.YEAR,
        DateTimePart.WEEK_OF_YEAR,
        DateTimePart.EPOCH_DAY);
    amulet.linearStage("linear", AmuletBuilder.linear(1, 1f, 1f), range(0, 2));
    amulet.outputs(AmuletBuilder.binary(0.5));
    try (Scorer scorer = amulet.open();
        ScoringSession session = scorer.newSession()) {
      Row row = scorer.newRow();
      Prediction prediction = session.newPrediction();
      Garbage.assertLessThan(
          lessThanBytes,
          5_000,
          i -> {
            cell.set(row.clear(), i);
            session.score(row, prediction);
          });
    }
  }

  /** The caller's own prediction and the session's place in the pool: 136 bytes when written. */
  @Test
  void throughTheScorerATabularRowCostsItsPrediction() throws ArtifactException {
    try (Scorer scorer = tabular().open()) {
      Row row = scorer.newRow();
      double[] sum = {0};
      Garbage.assertLessThan(
          400,
          20_000,
          i -> {
            row.clear().set("area", i % 100).set(1, i % 3 == 0);
            sum[0] += scorer.score(row).value();
          });
      assertThat(sum[0]).isPositive();
    }
  }

  private static AmuletBuilder tabular() {
    AmuletBuilder amulet = new AmuletBuilder();
    int area = amulet.numeric("area");
    int garage = amulet.bool("garage");
    int kind = amulet.categorical("kind", "flat", "house", "loft");
    int zip = amulet.categorical("zip", "85255", "10115");
    amulet.numericStage(area, NumericFunction.LOG, true);
    amulet.numericStage(garage, NumericFunction.IDENTITY, false);
    amulet.oneHotStage(kind, UnseenLevel.OTHER_SLOT, true, 0, 1, 2);
    amulet.oneHotStage(zip, UnseenLevel.DEFAULT, false, 0, 1);
    int rooms = amulet.input("rooms", ColumnType.NUMERIC, DataType.FLOAT32);
    amulet.numericStage(rooms, NumericFunction.SQRT, false);
    amulet.frequencyStage(
        kind,
        UnseenLevel.DEFAULT,
        Frequencies.newBuilder().addAllShares(List.of(0.5f, 0.25f, 0.25f)));
    int street = amulet.categorical("street", "Main", "Side");
    amulet.targetMeanStage(
        street,
        UnseenLevel.AS_MISSING,
        TargetMeans.newBuilder()
            .setOutputs(1)
            .addAllMeans(List.of(1f, 2f))
            .addUnseen(0)
            .addMissing(1));
    amulet.treeStage(
        "trees",
        new TreeSketch(Comparison.LESS_THAN, 0.5f)
            .tree(0, Node.split(0, 3, true, Node.leaf(1), Node.leaf(2)))
            .build());
    int slots = amulet.slotCount();
    Float[] weights = new Float[slots];
    Arrays.fill(weights, 0.25f);
    amulet.linearStage("linear", AmuletBuilder.linear(1, weights), range(0, slots));
    amulet.blendStage("blend", part("trees", 0.5), part("linear", 0.5));
    return amulet.outputs(AmuletBuilder.binary(0.5));
  }
}
