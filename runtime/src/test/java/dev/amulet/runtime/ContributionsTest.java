package dev.amulet.runtime;

import static dev.amulet.runtime.AmuletBuilder.part;
import static dev.amulet.runtime.AmuletBuilder.range;
import static dev.amulet.runtime.FeatureSpace.ORIGINAL;
import static dev.amulet.runtime.FeatureSpace.TRANSFORMED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.v1.Comparison;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.NumericFunction;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.TreeSketch.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContributionsTest {
  private static final ScoreOptions BOTH =
      ScoreOptions.builder().contributions(TRANSFORMED).contributions(ORIGINAL).build();

  @Test
  void theySumToTheMarginInBothSpacesForEveryTask() throws ArtifactException {
    for (Task task : GoldenAmulets.TASKS) {
      try (Scorer scorer = GoldenAmulet.of(task).open()) {
        for (ScoredRow row : scorer.score(new RandomRows(3).take(scorer, 60), BOTH)) {
          Prediction prediction = row.prediction();
          assertThat(prediction).isNotNull();
          double[] margins = prediction.margins();
          for (FeatureSpace space : FeatureSpace.values()) {
            Contributions contributions = prediction.contributions(space);
            assertThat(contributions.outputs()).isEqualTo(margins.length);
            for (int k = 0; k < margins.length; k++) {
              assertThat(contributions.sum(k))
                  .as("%s %s output %d", task, space, k)
                  .isCloseTo(margins[k], within(1e-12 * largest(contributions, k)));
            }
          }
        }
      }
    }
  }

  /** 3,000 leaves of 0.1 are 300.0 but for float32, in which they are 300.09. */
  @Test
  void whatFloatSumsOfManyTreesRoundAwayIsInTheBias() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("area"), NumericFunction.IDENTITY, false);
    TreeSketch trees = new TreeSketch(Comparison.LESS_THAN, 0);
    for (int i = 0; i < 3_000; i++) {
      trees.tree(0, Node.split(0, 5, true, Node.leaf(0.1), Node.leaf(0)));
    }
    amulet.treeStage("trees", trees.build());
    amulet.outputs(AmuletBuilder.binary(0.5));
    try (Scorer scorer = amulet.open()) {
      Prediction prediction = scorer.score(scorer.newRow().set("area", 1), BOTH);
      double margin = prediction.margins()[0];
      assertThat(Math.abs(margin - 3_000 * (double) 0.1f)).isGreaterThan(1e-3);
      for (FeatureSpace space : FeatureSpace.values()) {
        Contributions contributions = prediction.contributions(space);
        assertThat(contributions.sum(0)).isCloseTo(margin, within(1e-9));
        assertThat(contributions.value(0, 0)).isCloseTo(1_500 * (double) 0.1f, within(1e-9));
      }
    }
  }

  private static double largest(Contributions contributions, int output) {
    double largest = Math.abs(contributions.bias(output));
    for (double value : contributions.values(output)) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void featuresAreNamedAsSlotsAndAsColumnsWithImagesAmongThem() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open()) {
      Prediction prediction = scorer.score(new RandomRows(4).take(scorer, 1).get(0), BOTH);
      assertThat(prediction.contributions(TRANSFORMED).names()).isEqualTo(scorer.slotNames());
      assertThat(prediction.contributions(ORIGINAL).names())
          .containsExactly("area", "garage", "kind", "zip", "photo", "plans", "note", "built");
    }
  }

  @Test
  void askingChangesNoScoreAndNothingIsThereUnasked() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.MULTICLASS).open()) {
      List<Row> rows = new RandomRows(5).take(scorer, 40);
      List<ScoredRow> asked = scorer.score(rows, BOTH);
      List<ScoredRow> plain = scorer.score(rows);
      for (int i = 0; i < rows.size(); i++) {
        Prediction one = asked.get(i).prediction();
        Prediction other = plain.get(i).prediction();
        assertThat(one).isNotNull();
        assertThat(other).isNotNull();
        assertThat(one.margins()).isEqualTo(other.margins());
        assertThatThrownBy(() -> other.contributions(ORIGINAL))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("contributions(FeatureSpace.ORIGINAL)");
      }
    }
  }

  @Test
  void rowsOfABatchMayAskForDifferentThings() throws ArtifactException {
    try (Scorer scorer = GoldenAmulet.of(Task.BINARY).open();
        ScoringSession session = scorer.newSession()) {
      List<Row> rows = new RandomRows(6).take(scorer, 2);
      Prediction prediction = session.newPrediction();
      session.start();
      session.prepare(0, rows.get(0), BOTH);
      session.prepare(1, rows.get(1));
      session.runNetworks();
      session.finish(0, prediction);
      assertThat(prediction.contributions(ORIGINAL).outputs()).isEqualTo(1);
      session.finish(1, prediction);
      assertThatThrownBy(() -> prediction.contributions(ORIGINAL))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aLinearModelGivesWeightTimesDistanceFromTheCentre() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, false);
    amulet.numericStage(amulet.numeric("b"), NumericFunction.IDENTITY, false);
    LinearModel.Builder table = table(List.of(2f, -3f), List.of(1f, 10f), 0.5);
    amulet.linearStage("linear", table, range(0, 2));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Row row = scorer.newRow().set("a", 4);
      Contributions found = scorer.score(row, BOTH).contributions(TRANSFORMED);
      assertThat(found.bias(0)).isEqualTo(0.5);
      // b is missing: the table's fill, 0, stands in.
      assertThat(found.values(0)).containsExactly(2 * (4 - 1), -3 * (0 - 10));
    }
  }

  /** What clamping takes away belongs to no feature. */
  @Test
  void theBiasHoldsWhatClampingTookAway() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, false);
    amulet.treeStage(
        "trees",
        new TreeSketch(Comparison.LESS_THAN, 8)
            .tree(0, Node.split(0, 3, true, Node.leaf(1), Node.leaf(2)))
            .build());
    LinearModel.Builder table = table(List.of(2f), List.of(0f), 1).addLower(-5).addUpper(5);
    amulet.linearStage("linear", table, range(0, 1));
    amulet.blendStage("blend", part("trees", 0.25), part("linear", 0.75));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Prediction prediction = scorer.score(scorer.newRow().set("a", 100), BOTH);
      assertThat(prediction.clamped()).isTrue();
      Contributions found = prediction.contributions(ORIGINAL);
      assertThat(found.sum(0)).isCloseTo(prediction.value(), within(1e-9));
      assertThat(found.value(0, 0)).isCloseTo(0.75 * 200 + 0.25 * 0.5, within(1e-9));
      assertThat(found.bias(0)).isCloseTo(0.25 * 9.5 + 0.75 * (1 + (5 - 201)), within(1e-9));
    }
  }

  @Test
  void aBlendOfABlendWeighsTheContributionsAsTheMargins() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, false);
    amulet.linearStage("one", table(List.of(2f), List.of(0f), 0), range(0, 1));
    amulet.linearStage("two", table(List.of(10f), List.of(0f), 1), range(0, 1));
    amulet.blendStage("inner", part("one", 0.5), part("two", 0.5));
    amulet.blendStage("outer", part("inner", 0.5), part("two", 2));
    amulet.outputs(AmuletBuilder.regression(TargetFunction.TARGET_IDENTITY, 0, 1));
    try (Scorer scorer = amulet.open()) {
      Prediction prediction = scorer.score(scorer.newRow().set("a", 3), BOTH);
      Contributions found = prediction.contributions(TRANSFORMED);
      assertThat(found.value(0, 0)).isEqualTo(3 * (0.25 * 2 + 2.25 * 10));
      assertThat(found.bias(0)).isEqualTo(2.25);
      assertThat(found.sum(0)).isEqualTo(prediction.value());
    }
  }

  @Test
  void aDraftSaysWhyItExplainsNothing() throws ArtifactException {
    AmuletBuilder amulet = new AmuletBuilder();
    amulet.numericStage(amulet.numeric("a"), NumericFunction.IDENTITY, false);
    try (Scorer scorer = amulet.open();
        ScoringSession session = scorer.newSession()) {
      assertThat(scorer.available()).isEmpty();
      assertThatThrownBy(() -> session.prepare(0, scorer.newRow(), BOTH))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no contributions transformed: it is a draft");
    }
  }

  private static LinearModel.Builder table(List<Float> weights, List<Float> centre, double bias) {
    return LinearModel.newBuilder()
        .setInputs(weights.size())
        .setOutputs(1)
        .addAllFill(new ArrayList<>(Collections.nCopies(weights.size(), 0f)))
        .addAllCentre(centre)
        .addAllWeights(weights)
        .addBias(bias);
  }
}
