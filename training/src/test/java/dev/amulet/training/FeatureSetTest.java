package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureSetTest {
  private static final PipelineBuilder NOTHING = new PipelineBuilder(Schema.getDefaultInstance());

  /** Slots: a number, a target mean, a flag, two of an embedding, a component, a score. */
  private static final FittedFeatures TABLE_AND_IMAGE =
      fitted(new int[] {0, 1}, new int[] {2, 5, 6}, new int[] {1, 6});

  private static final FittedFeatures IMAGE_ONLY =
      fitted(new int[0], new int[] {2, 5, 6}, new int[] {6});

  @Test
  void treesSeeTargetMeansComponentsAndScores() {
    assertThat(FeatureSet.TABLE.slots(TABLE_AND_IMAGE, 1)).containsExactly(0, 1);
    assertThat(FeatureSet.IMAGE_SCORE.slots(TABLE_AND_IMAGE, 1)).containsExactly(0, 1, 2, 6);
    assertThat(FeatureSet.EMBEDDING.slots(TABLE_AND_IMAGE, 1)).containsExactly(0, 1, 2, 5);
    assertThat(FeatureSet.BOTH.slots(TABLE_AND_IMAGE, 1)).containsExactly(0, 1, 2, 5, 6);
  }

  @Test
  void aLinearModelSeesWholeEmbeddingsAndNoTargetMeans() {
    assertThat(FeatureSet.TABLE.linearSlots(TABLE_AND_IMAGE)).containsExactly(0);
    assertThat(FeatureSet.IMAGE_SCORE.linearSlots(TABLE_AND_IMAGE)).containsExactly(0, 2, 6);
    assertThat(FeatureSet.EMBEDDING.linearSlots(TABLE_AND_IMAGE)).containsExactly(0, 3, 4);
    assertThat(FeatureSet.EMBEDDING.linearSlots(IMAGE_ONLY)).containsExactly(3, 4);
  }

  @Test
  void logarithmsAreForLinearModels() {
    FittedFeatures fitted =
        new FittedFeatures(
            NOTHING,
            NOTHING,
            new int[] {0, 3, 2},
            new int[] {3},
            new int[0],
            new int[0],
            new int[0],
            new int[0],
            new int[0],
            List.of(),
            new int[0],
            null,
            new int[0]);
    assertThat(FeatureSet.TABLE.slots(fitted, 0)).containsExactly(0, 2);
    assertThat(FeatureSet.TABLE.linearSlots(fitted)).as("in order").containsExactly(0, 2, 3);
  }

  @Test
  void treesReadTheFirstComponentsOfEachEmbedding() {
    FittedFeatures fitted =
        new FittedFeatures(
            NOTHING,
            NOTHING,
            new int[] {0},
            new int[0],
            new int[] {1, 4, 5, 6, 7, 8},
            new int[] {4, 5, 6, 7, 8},
            new int[] {0, 1, 2, 0, 1},
            new int[0],
            new int[0],
            List.of(),
            new int[] {2, 3},
            null,
            new int[0]);
    assertThat(FeatureSet.EMBEDDING.slots(fitted, 3)).containsExactly(0, 1, 4, 5, 6, 7, 8);
    assertThat(FeatureSet.EMBEDDING.slots(fitted, 1)).containsExactly(0, 1, 4, 7);
    assertThat(FeatureSet.TABLE.slots(fitted, 1)).containsExactly(0);
  }

  @Test
  void setsThatSayTheSameAreOfferedOnce() {
    assertThat(FeatureSet.availableToLinear(false, true)).containsExactly(FeatureSet.EMBEDDING);
    assertThat(FeatureSet.available(false, true)).doesNotContain(FeatureSet.TABLE);
    assertThat(FeatureSet.available(true, false)).containsExactly(FeatureSet.TABLE);
    assertThat(FeatureSet.availableToLinear(true, false)).containsExactly(FeatureSet.TABLE);
    assertThat(FeatureSet.available(false, false)).isEmpty();
  }

  @Test
  void togetherLearnersSeeTheUnion() {
    assertThat(FeatureSet.TABLE.and(FeatureSet.EMBEDDING)).isEqualTo(FeatureSet.EMBEDDING);
    assertThat(FeatureSet.IMAGE_SCORE.and(FeatureSet.TABLE)).isEqualTo(FeatureSet.IMAGE_SCORE);
    assertThat(FeatureSet.IMAGE_SCORE.and(FeatureSet.EMBEDDING)).isEqualTo(FeatureSet.BOTH);
    assertThat(FeatureSet.TABLE.and(FeatureSet.TABLE)).isEqualTo(FeatureSet.TABLE);
  }

  private static FittedFeatures fitted(int[] table, int[] images, int[] target) {
    boolean pictures = images.length > 0;
    return new FittedFeatures(
        NOTHING,
        NOTHING,
        table,
        new int[0],
        images,
        pictures ? new int[] {5} : new int[0],
        pictures ? new int[] {0} : new int[0],
        pictures ? new int[] {6} : new int[0],
        target,
        List.of(),
        pictures ? new int[] {3, 4} : new int[0],
        null,
        new int[0]);
  }
}
