package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapCorrectionTest {
  private static final int ROWS = 120;
  private static final int CANDIDATES = 40;

  @TempDir Path folder;

  @Test
  void theBestOfManyGuessesIsStillAGuess() throws IOException {
    ExperimentData data = chance();
    Random random = new Random(3);
    List<double[][]> guesses = new ArrayList<>();
    double best = 0;
    for (int i = 0; i < CANDIDATES; i++) {
      double[][] guess = new double[ROWS][];
      for (int row = 0; row < ROWS; row++) {
        double p = random.nextDouble();
        guess[row] = new double[] {1 - p, p};
      }
      guesses.add(guess);
      best = Math.max(best, auc(data, guess));
    }
    Score corrected = new BootstrapCorrection(data, folds(data), Metric.AUC, 1).of(guesses);
    assertThat(best).as("the luckiest guess").isGreaterThan(0.56);
    assertThat(corrected.mean()).isBetween(0.42, best - 0.03);
  }

  @Test
  void aSingleCandidateNeedsNoCorrection() throws IOException {
    ExperimentData data = chance();
    double[][] truth = new double[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      truth[row] = new double[] {1 - data.targets()[row], data.targets()[row]};
    }
    Score corrected =
        new BootstrapCorrection(data, folds(data), Metric.AUC, 1).of(List.<double[][]>of(truth));
    assertThat(corrected.mean()).isEqualTo(1);
    assertThat(corrected.sd()).isZero();
  }

  @Test
  void theSameSeedGivesTheSameFigure() throws IOException {
    ExperimentData data = chance();
    double[][] guess = new double[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      double p = (row * 37 % 101) / 101.0;
      guess[row] = new double[] {1 - p, p};
    }
    assertThat(
            new BootstrapCorrection(data, folds(data), Metric.AUC, 9)
                .of(List.<double[][]>of(guess, guess)))
        .isEqualTo(
            new BootstrapCorrection(data, folds(data), Metric.AUC, 9)
                .of(List.<double[][]>of(guess, guess)));
  }

  @Test
  void aMetricThatNeedsLabelsIsMeasuredAtTheThresholdThatTheDrawnRowsAskFor() throws IOException {
    ExperimentData data = chance();
    double[][] timid = new double[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      double p = data.targets()[row] > 0.5 ? 0.3 : 0.1;
      timid[row] = new double[] {1 - p, p};
    }
    Score corrected =
        new BootstrapCorrection(data, folds(data), Metric.F1, 1).of(List.<double[][]>of(timid));
    assertThat(corrected.mean()).as("classes lie apart, though both below one half").isEqualTo(1);
  }

  private static Folds folds(ExperimentData data) {
    return Splitter.split(data.profile(), 5, 1);
  }

  private ExperimentData chance() throws IOException {
    Path table = Signs.write(folder, ROWS, 11, Signs.Kind.CHANCE);
    ExperimentConfig config =
        ExperimentConfig.builder(table)
            .target("target")
            .keep(List.of("photo"))
            .out(folder.resolve("out"))
            .build();
    return ExperimentData.read(config, new ExperimentTest.Messages());
  }

  private static double auc(ExperimentData data, double[][] predictions) {
    return ModelSelection.evaluate(data.coding(), data.targets(), predictions, null, 0.5)
        .value(Metric.AUC);
  }
}
