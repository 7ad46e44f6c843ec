package dev.amulet.training.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.PairedGain;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.insight.CalibrationSection.Bin;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.Explanations;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the sections compute, on values small enough to check by hand. */
class InsightFiguresTest {
  @Test
  void calibrationComparesWhatWasSaidWithWhatHappened() {
    double[] said = {0.1, 0.1, 0.1, 0.1, 0.1, 0.8, 0.8, 0.8, 0.8, 0.8};
    boolean[] happened = {false, false, false, false, true, true, true, true, true, true};

    List<Bin> bins = CalibrationSection.bins(said, happened);

    assertThat(bins).hasSize(2);
    assertThat(bins.get(0).said()).isCloseTo(0.1, within(1e-12));
    assertThat(bins.get(0).happened()).isEqualTo(0.2);
    assertThat(bins.get(1).happened()).isEqualTo(1);
    assertThat(CalibrationSection.error(bins)).isCloseTo((0.1 + 0.2) / 2, within(1e-12));
  }

  @Test
  void confusionCountsFromTheThresholdOn() {
    double[] actual = {1, 0, 1, 0};
    double[] scores = {0.5, 0.5, 0.4, 0.2};

    assertThat(ConfusionSection.counts(actual, scores, new double[] {1, 1, 1, 2}, 0.5))
        .containsExactly(1, 1, 2, 1);
  }

  @Test
  void theModelsThresholdIsAmongThoseOffered() {
    double[] thresholds = ConfusionSection.thresholds(new double[] {0.9, 0.1, 0.4}, 0.3333333333);

    assertThat(thresholds).isSorted().doesNotHaveDuplicates().contains(0.1, 0.3333333333, 0.9);
  }

  @Test
  void aGainIsBetterWhicheverWayTheMetricRuns() {
    double[] with = {2, 4, 6};
    double[] without = {3, 6, 9};

    PairedGain gain = PairedGain.of(Metric.RMSE, with, without);

    assertThat(gain.mean()).isEqualTo(2);
    // Student's t of 2 degrees of freedom, times 1 / sqrt(3).
    assertThat(gain.halfWidth()).isCloseTo(4.303 / Math.sqrt(3), within(1e-9));
    assertThat(gain.isSure()).isFalse();
    assertThat(PairedGain.of(Metric.AUC, with, without).mean()).isEqualTo(-2);
  }

  @Test
  void oneFoldHasNoInterval() {
    PairedGain gain = PairedGain.of(Metric.AUC, new double[] {0.9}, new double[] {0.8});

    assertThat(gain.mean()).isCloseTo(0.1, within(1e-12));
    assertThat(gain.halfWidth()).isNaN();
    assertThat(gain.isSure()).isFalse();
  }

  @Test
  void aLabelIsSuspectWhenAnotherClassIsAsSureAsItsOwnRows() {
    double[] actual = {0, 0, 1, 1, 0};
    double[][] predicted = {{0.9, 0.1}, {0.8, 0.2}, {0.3, 0.7}, {0.4, 0.6}, {0.1, 0.9}};

    assertThat(SuspectSection.suspects(actual, predicted))
        .containsExactly(new SuspectSection.Suspect(4, 1, 0.8));
  }

  @Test
  void importanceIsTheMeanSizeOverRowsAndOutputs() {
    Explanations found =
        new Explanations(
            new int[] {0, 1},
            List.of("a", "b"),
            List.of("x", "y"),
            new double[][][] {{{1, -2}, {-3, 0}}, {{0, 2}, {0, -4}}});

    assertThat(ImportanceSection.importance(found)).containsExactly(1, 2);
  }

  @Test
  void ranksRunFromZeroToOneAndTiesShareTheirs() {
    assertThat(ImportanceSection.ranks(new double[] {5, Double.NaN, 1, 5, 9}))
        .containsExactly(0.5, Double.NaN, 0, 0.5, 1);
  }

  @Test
  void neighboursAreNearestByAngleAboutTheMean() {
    float[] values = {3, 0, 30, 1, 0, 3, -3, -4, Float.NaN, 0};
    Neighbours neighbours =
        new Neighbours(new Embeddings(new FeatureMatrix(5, 2, values), new int[] {0, 1}), 1);

    List<Neighbours.Near> near = neighbours.of(2, 2);

    assertThat(near).extracting(Neighbours.Near::row).containsExactly(0, 3);
    assertThat(near.get(0).cosine()).isGreaterThan(near.get(1).cosine());
    assertThat(neighbours.of(4, 2)).isEmpty();
  }

  @Test
  void aMapKeepsNearOnesTogether() {
    int count = 60;
    Random random = new Random(1);
    double[] along = IntStream.range(0, count).mapToDouble(i -> random.nextDouble()).toArray();
    double[] distances = new double[count * count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double apart = along[i] - along[j] + 20 * (i % 2 - j % 2);
        distances[i * count + j] = apart * apart;
      }
    }

    double[][] map = Tsne.map(count, distances, 3);

    for (int i = 0; i < count; i++) {
      int one = i;
      int nearest =
          IntStream.range(0, count)
              .filter(j -> j != one)
              .boxed()
              .min(Comparator.comparingDouble(j -> away(map[one], map[j])))
              .orElseThrow();
      assertThat(nearest % 2).isEqualTo(i % 2);
    }
    assertThat(Tsne.map(count, distances, 3)).isDeepEqualTo(map);
  }

  private static double away(double[] a, double[] b) {
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  @Test
  void aSampleIsBoundedSortedAndTheSameEachTime() {
    assertThat(Sample.rows(3, 5, 1)).containsExactly(0, 1, 2);
    assertThat(Sample.rows(1000, 50, 1))
        .hasSize(50)
        .isSorted()
        .doesNotHaveDuplicates()
        .isEqualTo(Sample.rows(1000, 50, 1));
  }

  @Test
  void anAucIsGradedInWords() {
    assertThat(ScoreSection.aucInWords(0.93)).contains("excellent (0.9 to 1.0)", "93 times in 100");
    assertThat(ScoreSection.aucInWords(0.75)).contains("fair (0.7 to 0.8)");
    assertThat(ScoreSection.aucInWords(0.5)).contains("hardly better than chance");
  }
}
