package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class FittedFeaturesTest {
  private static final PipelineBuilder NOTHING = new PipelineBuilder(Schema.getDefaultInstance());

  @Test
  void aRowSeesTheScoresThatWereFittedWithoutItsPart() {
    // Slots: table, two scores, then the same two fitted without part 0 and without part 1.
    float[] values = {
      1, 10, 11, 20, 21, 30, 31, //
      2, 12, 13, 22, 23, 32, 33, //
      3, 14, 15, 24, 25, 34, 35, //
      4, 16, 17, 26, 27, 36, 37
    };
    FittedFeatures fitted =
        fitted(new int[] {1, 2}, List.of(new int[] {3, 4}, new int[] {5, 6}), 1, -1, 0, 1);
    FeatureMatrix honest = fitted.honest(new FeatureMatrix(4, 7, values));
    assertThat(honest.values())
        .containsExactly(
            1, 30, 31, 20, 21, 30, 31, //
            2, 12, 13, 22, 23, 32, 33, //
            3, 24, 25, 24, 25, 34, 35, //
            4, 36, 37, 26, 27, 36, 37);
  }

  @Test
  void withoutScoresNothingChanges() {
    float[] values = {1, Float.NaN, 3, 4};
    FittedFeatures fitted = fitted(new int[0], List.of(), 0, 1);
    assertThat(fitted.honest(new FeatureMatrix(2, 2, values)).values())
        .containsExactly(1, Float.NaN, 3, 4);
  }

  private static FittedFeatures fitted(int[] scores, List<int[]> honest, int... parts) {
    return new FittedFeatures(
        NOTHING,
        NOTHING,
        new int[] {0},
        new int[0],
        scores,
        new int[0],
        new int[0],
        scores,
        scores,
        honest,
        new int[0],
        null,
        parts);
  }
}
