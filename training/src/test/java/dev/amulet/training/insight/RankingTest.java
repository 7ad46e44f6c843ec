package dev.amulet.training.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final double[] ONES = {1, 1, 1, 1};

  @Test
  void takesRowsOfEqualScoresTogether() {
    Ranking ranking =
        Ranking.of(new double[] {1, 0, 1, 0}, new double[] {0.9, 0.5, 0.5, 0.1}, ONES);

    assertThat(ranking.roc())
        .containsExactly(
            new double[] {0, 0}, new double[] {0, 0.5}, new double[] {0.5, 1}, new double[] {1, 1});
    assertThat(ranking.precisionRecall())
        .containsExactly(new double[] {0.5, 1}, new double[] {1, 2 / 3.0}, new double[] {1, 0.5});
  }

  @Test
  void gainsAndLiftSayHowMuchIsFoundAmongTheFirst() {
    Ranking ranking =
        Ranking.of(new double[] {0, 1, 0, 0}, new double[] {0.1, 0.9, 0.2, 0.3}, ONES);

    assertThat(ranking.positiveShare()).isEqualTo(0.25);
    assertThat(ranking.gains().get(1)).containsExactly(0.25, 1);
    assertThat(ranking.lift().get(0)).containsExactly(0.25, 4);
    assertThat(ranking.lift().get(3)).containsExactly(1, 1);
  }

  @Test
  void weightsCountAndRowsOfWeightZeroDoNot() {
    Ranking ranking =
        Ranking.of(new double[] {1, 0, 0}, new double[] {0.9, 0.8, 0.7}, new double[] {3, 0, 1});

    assertThat(ranking.positiveShare()).isEqualTo(0.75);
    assertThat(ranking.roc())
        .containsExactly(new double[] {0, 0}, new double[] {0, 1}, new double[] {1, 1});
  }

  @Test
  void aCurveOfManyRowsKeepsItsEndsAndStaysSmall() {
    Random random = new Random(1);
    double[] scores = random.doubles(100_000).toArray();
    double[] actual = random.doubles(100_000).map(Math::round).toArray();
    double[] weights = new double[100_000];
    Arrays.fill(weights, 1);

    List<double[]> roc = Ranking.of(actual, scores, weights).roc();

    assertThat(roc).hasSizeLessThanOrEqualTo(300);
    assertThat(roc.get(0)).containsExactly(0, 0);
    assertThat(roc.get(roc.size() - 1)).containsExactly(1, 1);
  }
}
