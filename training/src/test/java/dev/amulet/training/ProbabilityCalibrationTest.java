package dev.amulet.training;

import static dev.amulet.training.PredictionIntervalsTest.folds;
import static dev.amulet.training.PredictionIntervalsTest.ones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.internal.output.OutputKernel;
import dev.amulet.training.ExperimentConfig.TargetTransformer;
import dev.amulet.training.ProbabilityCalibration.Outcome;
import dev.amulet.training.data.Target;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbabilityCalibrationTest {
  private static final int ROWS = 2_000;

  private final Random random = new Random(9);
  private final double[] labels = new double[ROWS];

  @Test
  void marginsThatAreTooSureAndShiftedAreBroughtBack() {
    double[][] margins = binary(3, 2);
    Outcome outcome = run(Task.BINARY, margins, "no", "yes");
    // The labels were drawn with the margin before it was tripled and shifted.
    assertThat(outcome.calibration().getPlatt().getSlope()).isCloseTo(1.0 / 3, within(0.05));
    assertThat(outcome.calibration().getPlatt().getIntercept()).isCloseTo(-2.0 / 3, within(0.15));
    assertThat(mean(outcome.predictions())).isCloseTo(meanLabel(), within(0.02));
  }

  @Test
  void marginsThatAreRightAreLeftAsTheyAre() {
    double[][] margins = binary(1, 0);
    Outcome outcome = run(Task.BINARY, margins, "no", "yes");
    assertThat(outcome.calibration().hasPlatt()).isFalse();
    assertThat(outcome.predictions()[7][1])
        .isCloseTo(1 / (1 + Math.exp(-margins[7][0])), within(1e-12));
  }

  @Test
  void classesAreSortedOutWithOneTemperature() {
    double[][] margins = new double[ROWS][3];
    for (int row = 0; row < ROWS; row++) {
      double[] p = new double[3];
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        margins[row][k] = 1.5 * random.nextGaussian();
        p[k] = Math.exp(margins[row][k]);
        sum += p[k];
        margins[row][k] *= 4;
      }
      double draw = random.nextDouble() * sum;
      labels[row] = draw < p[0] ? 0 : draw < p[0] + p[1] ? 1 : 2;
    }
    Outcome outcome = run(Task.MULTICLASS, margins, "a", "b", "c");
    assertThat(outcome.calibration().getTemperature().getTemperature()).isCloseTo(4, within(0.5));
  }

  @Test
  void theRuntimeGivesTheTrainersProbabilities() {
    double[][] margins = binary(3, 2);
    TargetCoding coding = coding(Task.BINARY, "no", "yes");
    Outcome outcome = run(Task.BINARY, margins, "no", "yes");
    Outputs outputs = coding.outputs(0.4, outcome.calibration(), null);
    double[] probabilities = new double[2];
    new OutputKernel(outputs).probabilities(margins[3], probabilities);
    assertThat(probabilities).isEqualTo(coding.decode(margins[3], outcome.calibration()));
  }

  private double[][] binary(double scale, double shift) {
    double[][] margins = new double[ROWS][1];
    for (int row = 0; row < ROWS; row++) {
      double margin = 1.5 * random.nextGaussian();
      labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
      margins[row][0] = scale * margin + shift;
    }
    return margins;
  }

  private Outcome run(Task task, double[][] margins, String... classes) {
    return new ProbabilityCalibration(coding(task, classes), labels, ones(ROWS))
        .run(margins, folds(ROWS));
  }

  private static TargetCoding coding(Task task, String... classes) {
    return new TargetCoding(
        new Target("y", task, List.of(classes), Set.of(), ""), TargetTransformer.IDENTITY);
  }

  private static double mean(double[][] predictions) {
    double sum = 0;
    for (double[] row : predictions) {
      sum += row[1];
    }
    return sum / predictions.length;
  }

  private double meanLabel() {
    double sum = 0;
    for (double label : labels) {
      sum += label;
    }
    return sum / labels.length;
  }
}
