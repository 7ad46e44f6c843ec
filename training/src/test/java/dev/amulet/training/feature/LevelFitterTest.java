package dev.amulet.training.feature;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.Frequencies;
import dev.amulet.format.v1.TargetMeans;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LevelFitterTest {
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  /** Two levels; the third position is a missing cell, -1 a level that is not listed. */
  private static final int[] LEVELS = {0, 0, 0, 1, 2, -1, 0, 1};

  @Test
  void meansAreThoseOfScikitLearn() {
    for (JsonNode expected : ReferenceTransforms.read("target_means")) {
      int rows = expected.get("x").size();
      int levels = expected.get("levels").size();
      int outputs = expected.get("prior").size();
      int[] level = new int[rows];
      double[] labels = new double[rows];
      for (int row = 0; row < rows; row++) {
        labels[row] = expected.get("y").get(row).asDouble();
        for (int i = 0; i < levels; i++) {
          if (expected.get("levels").get(i).equals(expected.get("x").get(row))) {
            level[row] = i;
          }
        }
      }
      double[] weights = new double[rows];
      Arrays.fill(weights, 1);
      TargetMeans means =
          new LevelFitter(levels, level)
              .targetMeans(
                  IntStream.range(0, rows).toArray(),
                  outputs,
                  labels,
                  weights,
                  expected.get("smooth").asDouble());
      for (int k = 0; k < outputs; k++) {
        float prior = (float) expected.get("prior").get(k).asDouble();
        assertThat(means.getUnseen(k)).isCloseTo(prior, CLOSE);
        assertThat(means.getMissing(k)).as("no row is missing").isCloseTo(prior, CLOSE);
        for (int i = 0; i < levels; i++) {
          assertThat(means.getMeans(i * outputs + k))
              .isCloseTo((float) expected.get("means").get(i).get(k).asDouble(), CLOSE);
        }
      }
    }
  }

  @Test
  void onlyTheRowsGivenCount() {
    double[] labels = {1, 2, 3, 4, 5, 6, 1e9, 1e9};
    double[] weights = {1, 1, 2, 1, 1, 1, 1, 1};
    TargetMeans means =
        new LevelFitter(2, LEVELS)
            .targetMeans(new int[] {0, 1, 2, 3, 4, 5}, 1, labels, weights, 0.5);
    float prior = (1 + 2 + 6 + 4 + 5 + 6) / 7f;
    assertThat(means.getUnseen(0)).isCloseTo(prior, CLOSE);
    assertThat(means.getMeans(0)).isCloseTo((9 + prior / 2) / 4.5f, CLOSE);
    assertThat(means.getMeans(1)).isCloseTo((4 + prior / 2) / 1.5f, CLOSE);
    assertThat(means.getMissing(0)).isCloseTo((5 + prior / 2) / 1.5f, CLOSE);
  }

  @Test
  void rowsWithoutWeightGiveZero() {
    TargetMeans means =
        new LevelFitter(2, LEVELS).targetMeans(new int[] {0, 3}, 1, new double[8], new double[8]);
    assertThat(means.getMeansList()).containsExactly(0f, 0f);
    assertThat(means.getUnseenList()).containsExactly(0f);
  }

  @Test
  void sharesAreOfTheRowsGiven() {
    Frequencies shares = new LevelFitter(2, LEVELS).frequencies(new int[] {0, 1, 2, 3, 4, 5});
    assertThat(shares.getSharesList()).containsExactly(0.5f, 1 / 6f);
    assertThat(shares.getMissing()).isEqualTo(1 / 6f);
    assertThat(shares.getUnseen()).isZero();
  }
}
