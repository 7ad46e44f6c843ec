package dev.amulet.runtime.internal.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Isotonic;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.Platt;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.TargetTransform;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.Temperature;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputKernelTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-12);

  @Test
  void identityTargetIsScaledBack() {
    OutputKernel kernel = regression(TargetFunction.TARGET_IDENTITY, 100, 20);
    assertThat(kernel.value(new double[] {1.5})).isEqualTo(130);
    assertThat(kernel.value(new double[] {-10})).isEqualTo(-100);
  }

  @Test
  void logTargetIsUndone() {
    OutputKernel kernel = regression(TargetFunction.TARGET_LOG, 3, 2);
    for (double y : new double[] {0, 0.5, 9, 1234.5, 5e6}) {
      double margin = (Math.log(1 + y) - 3) / 2;
      assertThat(kernel.value(new double[] {margin})).isCloseTo(y, Offset.offset(1e-9 * (1 + y)));
    }
  }

  @Test
  void rootTargetIsUndoneAndNeverRisesBelowZero() {
    OutputKernel kernel = regression(TargetFunction.TARGET_SQRT, 3, 2);
    assertThat(kernel.value(new double[] {1})).isEqualTo(25);
    assertThat(kernel.value(new double[] {-1.5})).isZero();
    assertThat(kernel.value(new double[] {-9})).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5", "800, 1", "-800, 0", "1.0986122886681098, 0.75"})
  void binaryMarginsAreLogOdds(double margin, double expected) {
    double[] probabilities = new double[2];
    binary(0.5, Calibration.getDefaultInstance())
        .probabilities(new double[] {margin}, probabilities);
    assertThat(probabilities[1]).isCloseTo(expected, EXACT);
    assertThat(probabilities[0]).isCloseTo(1 - expected, EXACT);
  }

  @Test
  void theSecondClassIsPredictedFromTheThresholdOn() {
    double[] probabilities = new double[2];
    double margin = Math.log(0.25 / 0.75);
    OutputKernel probe = binary(0.5, Calibration.getDefaultInstance());
    probe.probabilities(new double[] {margin}, probabilities);
    double threshold = probabilities[1];
    OutputKernel kernel = binary(threshold, Calibration.getDefaultInstance());
    assertThat(kernel.probabilities(new double[] {margin}, probabilities)).isEqualTo(1);
    assertThat(kernel.probabilities(new double[] {margin - 1e-9}, probabilities)).isZero();
    assertThat(kernel.probabilities(new double[] {5}, probabilities)).isEqualTo(1);
  }

  @Test
  void plattScalesTheMargin() {
    Calibration platt =
        Calibration.newBuilder().setPlatt(Platt.newBuilder().setSlope(2).setIntercept(-1)).build();
    double[] probabilities = new double[2];
    assertThat(binary(0.5, platt).probabilities(new double[] {0.5}, probabilities)).isEqualTo(1);
    assertThat(probabilities).containsExactly(0.5, 0.5);
    binary(0.5, platt).probabilities(new double[] {1}, probabilities);
    assertThat(probabilities[1]).isCloseTo(1 / (1 + Math.exp(-1)), EXACT);
  }

  @ParameterizedTest
  @CsvSource({"0.05, 0.1", "0.2, 0.1", "0.3, 0.2", "0.4, 0.3", "0.5, 0.4", "0.6, 0.5", "0.9, 0.5"})
  void isotonicInterpolatesAndHoldsItsEnds(double probability, double expected) {
    Calibration isotonic =
        Calibration.newBuilder()
            .setIsotonic(
                Isotonic.newBuilder()
                    .addAllProbability(List.of(0.2, 0.4, 0.6))
                    .addAllCalibrated(List.of(0.1, 0.3, 0.5)))
            .build();
    double[] probabilities = new double[2];
    double margin = Math.log(probability / (1 - probability));
    binary(0.5, isotonic).probabilities(new double[] {margin}, probabilities);
    assertThat(probabilities[1]).isCloseTo(expected, EXACT);
    assertThat(probabilities[0]).isCloseTo(1 - expected, EXACT);
  }

  @Test
  void isotonicOfOnePointIsThatPoint() {
    Calibration isotonic =
        Calibration.newBuilder()
            .setIsotonic(Isotonic.newBuilder().addProbability(0.5).addCalibrated(0.25))
            .build();
    double[] probabilities = new double[2];
    for (double margin : new double[] {-3, 0, 3}) {
      binary(0.5, isotonic).probabilities(new double[] {margin}, probabilities);
      assertThat(probabilities).containsExactly(0.75, 0.25);
    }
  }

  @Test
  void classProbabilitiesAreTheSoftmax() {
    Random random = new Random(3);
    for (double temperature : new double[] {1, 0.5, 4}) {
      OutputKernel kernel = multiclass(temperature);
      for (int round = 0; round < 100; round++) {
        double[] margins = random.doubles(3, -5, 5).toArray();
        double[] probabilities = new double[3];
        int best = kernel.probabilities(margins, probabilities);
        double sum = 0;
        for (double margin : margins) {
          sum += Math.exp(margin / temperature);
        }
        for (int k = 0; k < 3; k++) {
          assertThat(probabilities[k]).isCloseTo(Math.exp(margins[k] / temperature) / sum, EXACT);
          assertThat(probabilities[k]).isLessThanOrEqualTo(probabilities[best]);
        }
      }
    }
  }

  @Test
  void hugeMarginsDoNotOverflow() {
    double[] probabilities = new double[3];
    assertThat(multiclass(0.5).probabilities(new double[] {-1e6, 1e6, 0}, probabilities))
        .isEqualTo(1);
    assertThat(probabilities).containsExactly(0, 1, 0);
  }

  @Test
  void theFirstOfEqualClassesIsPredicted() {
    double[] probabilities = new double[3];
    assertThat(multiclass(1).probabilities(new double[] {1, 2, 2}, probabilities)).isEqualTo(1);
    assertThat(probabilities[1]).isEqualTo(probabilities[2]);
  }

  private static OutputKernel regression(TargetFunction function, double mean, double scale) {
    return new OutputKernel(
        Outputs.newBuilder()
            .setTask(Task.REGRESSION)
            .setTargetTransform(
                TargetTransform.newBuilder().setFunction(function).setMean(mean).setScale(scale))
            .build());
  }

  private static OutputKernel binary(double threshold, Calibration calibration) {
    return new OutputKernel(
        Outputs.newBuilder()
            .setTask(Task.BINARY)
            .setLabelThreshold(threshold)
            .setCalibration(calibration)
            .build());
  }

  private static OutputKernel multiclass(double temperature) {
    Outputs.Builder outputs = Outputs.newBuilder().setTask(Task.MULTICLASS);
    if (temperature != 1) {
      outputs.setCalibration(
          Calibration.newBuilder()
              .setTemperature(Temperature.newBuilder().setTemperature(temperature)));
    }
    return new OutputKernel(outputs.build());
  }
}
