package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.IntervalSpace;
import dev.amulet.training.data.ColumnProfiler;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.ProfileOptions;
import dev.amulet.training.data.Splitter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictionIntervalsTest {
  @Test
  void theEndsAreTheFiniteSampleQuantiles() {
    double[] labels = new double[99];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (i * 37) % 99 + 1;
    }
    PredictionIntervals intervals =
        PredictionIntervals.of(
            new double[99][1], labels, ones(99), folds(99), 0.9, IntervalSpace.RESPONSE);
    assertThat(intervals).isNotNull();
    // Residuals are 1 to 99: the 5th and the 95th smallest.
    assertThat(intervals.offsets().getLower()).isEqualTo(5);
    assertThat(intervals.offsets().getUpper()).isEqualTo(95);
    assertThat(intervals.offsets().getCoverage()).isEqualTo(0.9);
    assertThat(intervals.offsets().getSpace()).isEqualTo(IntervalSpace.RESPONSE);
  }

  @Test
  void rowsOfOtherFoldsFallInsideAsOftenAsAskedFor() {
    Random random = new Random(4);
    int rows = 4_000;
    double[] labels = new double[rows];
    double[][] margins = new double[rows][1];
    for (int i = 0; i < rows; i++) {
      margins[i][0] = 10 * random.nextGaussian();
      labels[i] = margins[i][0] + Math.exp(random.nextGaussian()) - 1;
    }
    for (double coverage : new double[] {0.5, 0.8, 0.9, 0.95}) {
      PredictionIntervals intervals =
          PredictionIntervals.of(
              margins, labels, ones(rows), folds(rows), coverage, IntervalSpace.MARGIN);
      assertThat(intervals).isNotNull();
      assertThat(intervals.coverage().mean()).isCloseTo(coverage, within(0.02));
    }
  }

  @Test
  void rowsOfNoWeightHaveNoSay() {
    double[] labels = new double[60];
    double[] weights = ones(60);
    for (int i = 0; i < 60; i++) {
      labels[i] = i % 2 == 0 ? i : 1e6;
      weights[i] = i % 2 == 0 ? 1 : 0;
    }
    PredictionIntervals intervals =
        PredictionIntervals.of(
            new double[60][1], labels, weights, folds(60), 0.8, IntervalSpace.MARGIN);
    assertThat(intervals).isNotNull();
    assertThat(intervals.offsets().getUpper()).isLessThan(60);
  }

  @Test
  void tooFewRowsGiveNone() {
    assertThat(
            PredictionIntervals.of(
                new double[18][1], ones(18), ones(18), folds(18), 0.9, IntervalSpace.MARGIN))
        .isNull();
  }

  static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  static Folds folds(int rows) {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      cells.add(List.of(Integer.toString(i * i % 7), Double.toString(i * 1.5)));
    }
    Dataset table = Dataset.of("t", Path.of("."), List.of("x", "y"), cells);
    return Splitter.split(
        new ColumnProfiler(ProfileOptions.builder().target("y").build()).profile(table), 5, 1);
  }
}
