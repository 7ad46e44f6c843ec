package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Link;
import dev.amulet.format.v1.Outputs;
import dev.amulet.format.v1.TargetFunction;
import dev.amulet.format.v1.Task;
import dev.amulet.training.ExperimentConfig.TargetTransformer;
import dev.amulet.training.data.Target;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetCodingTest {
  @Test
  void transformsAreUndoneByDecoding() {
    double[] values = {0, 0.25, 3, 1234.5};
    for (TargetTransformer transformer : TargetTransformer.values()) {
      TargetCoding coding = regression(transformer);
      double[] encoded = coding.encode(values);
      for (int i = 0; i < values.length; i++) {
        double decoded = coding.decode(new double[][] {{(float) encoded[i]}})[0][0];
        assertThat(decoded).as("%s", transformer).isCloseTo(values[i], within(1e-3));
      }
      assertThat(coding.margins()).isEqualTo(1);
    }
    assertThat(values).containsExactly(0, 0.25, 3, 1234.5);
    assertThat(regression(TargetTransformer.LOG).encode(new double[] {Math.E - 1})[0])
        .isCloseTo(1, within(1e-15));
    assertThat(regression(TargetTransformer.SQRT).encode(new double[] {9})).containsExactly(3);
  }

  @Test
  void aNegativeMarginOfASquareRootIsZeroNotItsSquare() {
    assertThat(regression(TargetTransformer.SQRT).decode(new double[][] {{-3}})[0])
        .containsExactly(0);
  }

  @Test
  void valuesOutsideATransformsDomainAreNamed() {
    assertThat(regression(TargetTransformer.LOG).encode(new double[] {-0.5})[0]).isFinite();
    for (double value : new double[] {-1, -7}) {
      assertThatThrownBy(() -> regression(TargetTransformer.LOG).encode(new double[] {1, value}))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("log")
          .hasMessageContaining("\"y\"")
          .hasMessageContaining(Double.toString(value));
    }
    assertThatThrownBy(() -> regression(TargetTransformer.SQRT).encode(new double[] {-1e-9}))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("sqrt");
  }

  @Test
  void aClassLabelIsNotTransformed() {
    assertThatThrownBy(
            () -> new TargetCoding(classes(Task.BINARY, "a", "b"), TargetTransformer.LOG))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("\"y\"");
  }

  @Test
  void binaryMarginsBecomeTheProbabilitiesOfBothClasses() {
    TargetCoding coding =
        new TargetCoding(classes(Task.BINARY, "no", "yes"), TargetTransformer.IDENTITY);
    double[][] decoded = coding.decode(new double[][] {{0}, {2}, {-200}, {200}});
    assertThat(decoded[0]).containsExactly(0.5, 0.5);
    assertThat(decoded[1][1]).isCloseTo(0.8807970779778823, within(1e-12));
    assertThat(decoded[2][1]).isBetween(0.0, 1e-80);
    assertThat(decoded[3]).containsExactly(0, 1);
    for (double[] row : decoded) {
      assertThat(row[0] + row[1]).isCloseTo(1, within(1e-12));
    }
    assertThat(coding.margins()).isEqualTo(1);
    assertThat(coding.classes()).isEqualTo(2);
    assertThat(coding.encode(new double[] {0, 1})).containsExactly(0, 1);
  }

  @Test
  void multiclassMarginsBecomeProbabilitiesWithoutOverflow() {
    TargetCoding coding =
        new TargetCoding(classes(Task.MULTICLASS, "a", "b", "c"), TargetTransformer.IDENTITY);
    double[][] decoded = coding.decode(new double[][] {{1, 2, 3}, {1000, -1000, 999}});
    assertThat(decoded[0]).containsExactly(new double[] {0.0900, 0.2447, 0.6652}, within(1e-4));
    assertThat(decoded[1]).containsExactly(new double[] {0.7311, 0, 0.2689}, within(1e-4));
    assertThat(coding.margins()).isEqualTo(3);
  }

  @Test
  void theOutputsSayHowMarginsBecomePredictions() {
    Outputs regression = outputs(regression(TargetTransformer.LOG));
    assertThat(regression.getTask()).isEqualTo(Task.REGRESSION);
    assertThat(regression.getTarget()).isEqualTo("y");
    assertThat(regression.getLink()).isEqualTo(Link.LINK_IDENTITY);
    assertThat(regression.getTargetTransform().getFunction()).isEqualTo(TargetFunction.TARGET_LOG);
    Outputs binary =
        outputs(new TargetCoding(classes(Task.BINARY, "no", "yes"), TargetTransformer.IDENTITY));
    assertThat(binary.getLink()).isEqualTo(Link.LINK_LOGISTIC);
    assertThat(binary.getClassesList()).containsExactly("no", "yes");
    assertThat(binary.getLabelThreshold()).isEqualTo(0.5);
    Outputs multiclass =
        outputs(
            new TargetCoding(classes(Task.MULTICLASS, "a", "b", "c"), TargetTransformer.IDENTITY));
    assertThat(multiclass.getLink()).isEqualTo(Link.LINK_SOFTMAX);
    assertThat(multiclass.hasTargetTransform()).isFalse();
    assertThat(multiclass.hasCalibration()).isFalse();
  }

  private static Outputs outputs(TargetCoding coding) {
    return coding.outputs(0.5, Calibration.getDefaultInstance(), null);
  }

  private static TargetCoding regression(TargetTransformer transformer) {
    return new TargetCoding(new Target("y", Task.REGRESSION, List.of(), Set.of(), ""), transformer);
  }

  private static Target classes(Task task, String... labels) {
    return new Target("y", task, List.of(labels), Set.of(), "");
  }
}
