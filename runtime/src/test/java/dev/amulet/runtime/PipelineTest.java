package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.part;
import static dev.amulet.runtime.AmuletBuilder.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.DataType;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.SeveralImages;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.View;
import dev.amulet.runtime.TreeSketch.Node;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The stages behind the networks, through small amulets. */
class PipelineTest {
  private static final float NAN = Float.NaN;

  @Test
  void aProjectionReadsItsRangesInOrderAndFillsWhatIsMissing() throws ArtifactException {
    AmuletBuilder amulet = numbers("a", "b", "c", "d");
    amulet.projectionStage(
        "pca",
        Projection.newBuilder()
            .setInputs(3)
            .setOutputs(2)
            .addAllFill(List.of(10f, 20f, 30f))
            .addAllCentre(List.of(1f, 2f, 3f))
            .addAllComponents(List.of(1f, 10f, 100f, -1f, 0f, 0.5f)),
        range(2, 2),
        range(0, 1));
    try (Scorer scorer = amulet.open()) {
      assertThat(scorer.slotNames()).containsExactly("a", "b", "c", "d", "pca.0", "pca.1");
      assertThat(slots(scorer, 5, 6, 7, 8)).containsExactly(5, 6, 7, 8, 6 + 60 + 200, -6 + 0 + 1);
      assertThat(slots(scorer, NAN, 6, NAN, 8))
          .containsExactly(NAN, 6, NAN, 8, 9 + 60 + 2700, -9 + 13.5f);
    }
  }

  /** Two parts of three and one slots over ranges of two and two. */
  @Test
  void imageScoresAreAPartialPerColumnAndTheirSum() throws ArtifactException {
    AmuletBuilder amulet = numbers("a", "b", "c", "d");
    int photo = amulet.image("photo", MissingImage.NAN_FEATURES, SeveralImages.ONE_IMAGE);
    int plans = amulet.image("plans", MissingImage.NAN_FEATURES, SeveralImages.ONE_IMAGE);
    amulet.imageScoreStage(
        "score",
        ImageScore.newBuilder()
            .setInputs(4)
            .setOutputs(2)
            .addAllFill(List.of(0f, 0f, 0f, 1f))
            .addAllCentre(List.of(0f, 1f, 0f, 0f))
            .addAllWeights(List.of(1f, 10f, 100f, 1000f, 1f, 1f, 1f, -1f))
            .addAllBias(List.of(0.5, -0.5)),
        List.of(part(photo, 3), part(plans, 1)),
        range(2, 2),
        range(0, 2));
    try (Scorer scorer = amulet.open()) {
      float[] slots = slots(scorer, 3, 4, 1, 2);
      assertThat(Arrays.copyOfRange(slots, 4, 10)).containsExactly(311, 5, 4000, -4, 4311.5f, 0.5f);
      slots = slots(scorer, 3, NAN, 1, 2);
      assertThat(Arrays.copyOfRange(slots, 4, 10)).containsExactly(311, 5, 1000, -1, 1311.5f, 3.5f);
    }
  }

  @Test
  void aLinearMarginOutsideItsBoundsIsClampedAndFlagged() throws ArtifactException {
    AmuletBuilder amulet = numbers("a", "b");
    LinearModel.Builder table = AmuletBuilder.linear(1, 2f, 3f).addLower(-10).addUpper(10);
    table.setBias(0, 1);
    amulet.linearStage("linear", table, range(0, 2));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 100, 2));
    try (Scorer scorer = amulet.open()) {
      assertPrediction(scorer, false, 100 + 2 * 6, 1, 1);
      assertPrediction(scorer, false, 100 + 2 * 10, 3, 1);
      assertPrediction(scorer, true, 100 + 2 * 10, 4, 1);
      assertPrediction(scorer, true, 100 - 2 * 10, -100, 1);
      assertPrediction(scorer, false, 100 + 2 * 6, 1, 1);
      assertPrediction(scorer, false, 100 + 2, NAN, NAN);
    }
  }

  @Test
  void blendsWeighMarginsOfTreesLinearModelsAndBlends() throws ArtifactException {
    AmuletBuilder amulet = numbers("a", "b");
    amulet.treeStage(
        "trees",
        new TreeSketch(Comparison.LESS_THAN, 0.5f, 1, -1)
            .tree(0, Node.split(0, 1, true, Node.leaf(10), Node.leaf(20)))
            .tree(2, Node.split(1, 1, false, Node.leaf(30), Node.leaf(40)))
            .tree(0, Node.leaf(5))
            .build());
    amulet.linearStage("linear", AmuletBuilder.linear(3, 1f, 0f, 0f, 1f, 1f, 1f), range(0, 2));
    amulet.blendStage("inner", part("trees", 0.5), part("linear", 2));
    amulet.blendStage("outer", part("inner", 1), part("linear", -1));
    amulet.outputs(AmuletBuilder.multiclass("x", "y", "z"));
    try (Scorer scorer = amulet.open()) {
      Prediction prediction = scorer.score(row(scorer, 0, 2));
      assertThat(prediction.margins()).containsExactly(0.5 * 15.5 + 0, 0.5 * 1 + 2, 0.5 * 39 + 2);
      assertThat(prediction.label()).isEqualTo("z");
      assertThat(prediction.classIndex()).isEqualTo(2);
      assertThat(prediction.value()).isEqualTo(prediction.probability(2));
      assertThat(prediction.probabilities()).hasSize(3);
      prediction = scorer.score(row(scorer, NAN, NAN));
      assertThat(prediction.margins()).containsExactly(0.5 * 15.5, 0.5, 0.5 * 39);
      assertThat(scorer.score(row(scorer, 1, 0)).margins())
          .containsExactly(0.5 * 25.5 + 1, 0.5, 0.5 * 29 + 1);
    }
  }

  @Test
  void slotsOfAPictureFeedALaterStage() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder().tinyNetwork();
    int photo = amulet.image("photo", MissingImage.NAN_FEATURES, SeveralImages.ONE_IMAGE);
    amulet.imageStage(photo, View.UPRIGHT);
    LinearModel.Builder table = AmuletBuilder.linear(1, 1f, 10f, 100f, 1000f);
    for (int i = 0; i < 3; i++) {
      table.setFill(i, 0.5f);
    }
    amulet.linearStage("linear", table, range(0, 4));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Row row = scorer.newRow().setImage("photo", DrawnPng.of("p", 20, 20));
      float[] slots = scorer.features(List.of(row)).values();
      assertThat(scorer.score(row).value())
          .isCloseTo(slots[0] + 10.0 * slots[1] + 100.0 * slots[2], Offset.offset(1e-9));
      assertThat(scorer.score(scorer.newRow()).value()).isEqualTo(55.5 + 1000);
    }
  }

  @Test
  void columnsOfOtherRolesDoNotShiftTheInputs() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    Column.Builder id = Column.newBuilder().setName("id").setType(ColumnType.NUMERIC);
    amulet.column(id.setDataType(DataType.INT64), Role.ID);
    int a = amulet.numeric("a");
    Column.Builder fold = Column.newBuilder().setName("fold").setType(ColumnType.NUMERIC);
    amulet.column(fold.setDataType(DataType.INT64), Role.FOLD);
    int b = amulet.numeric("b");
    amulet.numericStage(b, NumericFunction.IDENTITY, false);
    amulet.numericStage(a, NumericFunction.IDENTITY, false);
    try (Scorer scorer = amulet.open()) {
      assertThat(slots(scorer, 1, 2)).containsExactly(2, 1);
    }
  }

  private static void assertPrediction(
      Scorer scorer, boolean clamped, double value, float... numbers) {
    Prediction prediction = scorer.score(row(scorer, numbers));
    assertThat(prediction.value()).isEqualTo(value);
    assertThat(prediction.clamped()).isEqualTo(clamped);
    assertThat(prediction.classIndex()).isEqualTo(-1);
    assertThat(prediction.probabilities()).isEmpty();
  }

  private static AmuletBuilder numbers(String... names) {
    AmuletBuilder amulet = new AmuletBuilder();
    for (String name : names) {
      amulet.numericStage(amulet.numeric(name), NumericFunction.IDENTITY, false);
    }
    return amulet;
  }

  private static Row row(Scorer scorer, float... numbers) {
    Row row = scorer.newRow();
    for (int i = 0; i < numbers.length; i++) {
      row.set(i, numbers[i]);
    }
    return row;
  }

  private static float[] slots(Scorer scorer, float... numbers) {
    return scorer.features(List.of(row(scorer, numbers))).values();
  }
}
