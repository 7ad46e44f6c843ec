package dev.amulet.training.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.feature.Workers;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearTrainerTest {
  private static final Task[] TASKS = {Task.REGRESSION, Task.BINARY, Task.MULTICLASS};

  @Test
  void ridgeIsTheClosedForm() {
    for (int columns : new int[] {12, 70}) {
      LabelledRows rows = rows(50, columns, Task.REGRESSION, 1);
      double strength = 0.3;
      TrainedLinear model = new LinearTrainer(Task.REGRESSION, 0, 1).fit(rows, strength);
      double[][] z = Standardised.of(rows.features()).values();
      double mean = Arrays.stream(rows.labels()).average().orElseThrow();
      double[][] normal = new double[columns][columns + 1];
      for (int a = 0; a < columns; a++) {
        for (int row = 0; row < 50; row++) {
          for (int b = 0; b < columns; b++) {
            normal[a][b] += z[a][row] * z[b][row] / 50;
          }
          normal[a][columns] += z[a][row] * (rows.labels()[row] - mean) / 50;
        }
        normal[a][a] += strength;
      }
      double[] weights = solve(normal);
      for (int row = 0; row < 50; row++) {
        double expected = mean;
        for (int c = 0; c < columns; c++) {
          expected += weights[c] * z[c][row];
        }
        assertThat(margins(model, rows, row)[0]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void theGradientVanishesAtTheOptimum() {
    for (Task task : TASKS) {
      for (int columns : new int[] {10, 80}) {
        LabelledRows rows = rows(60, columns, task, 2);
        Fitted fitted = fitted(rows, task, columns > 60, 0.05, 1e-14);
        double[][] z = Standardised.of(rows.features()).values();
        double[][] margins = marginsOf(fitted, z, 60);
        double[][] residuals = new double[margins.length][60];
        objective(rows, task).residuals(margins, residuals);
        for (int k = 0; k < margins.length; k++) {
          assertThat(Arrays.stream(residuals[k]).sum()).isCloseTo(0, within(1e-6));
          for (int c = 0; c < columns; c++) {
            double gradient = 0.05 * fitted.weights[k][c];
            for (int row = 0; row < 60; row++) {
              gradient += residuals[k][row] * z[c][row];
            }
            assertThat(gradient).isCloseTo(0, within(1e-6));
          }
        }
      }
    }
  }

  @Test
  void residualsAreTheSlopesOfTheLoss() {
    Random random = new Random(9);
    for (Task task : TASKS) {
      LabelledRows rows = rows(20, 3, task, 3);
      Objective objective = objective(rows, task);
      double[][] margins = new double[outputs(task)][20];
      for (double[] row : margins) {
        Arrays.setAll(row, i -> random.nextGaussian());
      }
      double[][] residuals = new double[margins.length][20];
      objective.residuals(margins, residuals);
      double half = task == Task.REGRESSION ? 0.5 : 1;
      for (int k = 0; k < margins.length; k++) {
        for (int row = 0; row < 20; row++) {
          double[][] moved = Arrays.stream(margins).map(double[]::clone).toArray(double[][]::new);
          moved[k][row] += 1e-5;
          double up = objective.score(moved);
          moved[k][row] -= 2e-5;
          double slope = half * (up - objective.score(moved)) / 2e-5;
          assertThat(residuals[k][row]).isCloseTo(slope, within(1e-7));
        }
      }
    }
  }

  @Test
  void plainGradientDescentComesToTheSamePlace() {
    for (Task task : TASKS) {
      LabelledRows rows = rows(40, 5, task, 4);
      Fitted fitted = fitted(rows, task, false, 0.1, 1e-13);
      double[][] z = Standardised.of(rows.features()).values();
      Fitted descent = new Fitted(new double[outputs(task)][5], new double[outputs(task)]);
      double[][] residuals = new double[outputs(task)][40];
      for (int step = 0; step < 4000; step++) {
        objective(rows, task).residuals(marginsOf(descent, z, 40), residuals);
        for (int k = 0; k < residuals.length; k++) {
          for (int row = 0; row < 40; row++) {
            descent.bias[k] -= 0.2 * residuals[k][row];
            for (int c = 0; c < 5; c++) {
              descent.weights[k][c] -= 0.2 * residuals[k][row] * z[c][row];
            }
          }
          for (int c = 0; c < 5; c++) {
            descent.weights[k][c] *= 1 - 0.2 * 0.1;
          }
        }
      }
      assertThat(distance(fitted.weights, descent.weights)).isLessThan(0.02);
    }
  }

  @Test
  void theRowSpaceAndTheColumnSpaceGiveTheSameWeights() {
    for (Task task : TASKS) {
      for (int columns : new int[] {25, 120}) {
        LabelledRows rows = rows(60, columns, task, 5);
        Fitted dual = fitted(rows, task, true, 0.02, 1e-14);
        Fitted primal = fitted(rows, task, false, 0.02, 1e-14);
        assertThat(distance(dual.weights, primal.weights)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void outOfFoldMarginsAreThoseOfFitsOnTheOtherFolds() {
    for (Task task : TASKS) {
      LabelledRows rows = rows(90, 20, task, 6);
      int[] folds = folds(90);
      CrossFit crossFit = new LinearTrainer(task, 3, 2).crossFit(rows, folds);
      double[] counts = new double[90];
      for (int row = 0; row < 90; row++) {
        counts[row] = folds[row] == 2 ? 1e-12 : 1;
      }
      // Weights next to nothing keep the standardisation that all rows gave.
      LabelledRows others = new LabelledRows(rows.features(), rows.labels(), counts);
      TrainedLinear model = new LinearTrainer(task, 3, 1).fit(others, crossFit.strength());
      int outputs = outputs(task);
      for (int row = 2; row < 90; row += 5) {
        for (int k = 0; k < outputs; k++) {
          assertThat(crossFit.outOfFold()[row * outputs + k])
              .isCloseTo(margins(model, rows, row)[k], within(0.03));
        }
      }
    }
  }

  @Test
  void aRowsOwnLabelNeverReachesItsOutOfFoldMargin() {
    LabelledRows rows = rows(300, 320, Task.BINARY, 7);
    LinearTrainer trainer = new LinearTrainer(Task.BINARY, 2, 1);
    CrossFit before = trainer.crossFit(rows, folds(300));
    double[] labels = rows.labels().clone();
    labels[31] = 1 - labels[31];
    CrossFit after = trainer.crossFit(new LabelledRows(rows.features(), labels), folds(300));
    assertThat(after.strength()).isEqualTo(before.strength());
    assertThat(after.outOfFold()[31]).isEqualTo(before.outOfFold()[31]);
    assertThat(after.outOfFold()[32]).isNotEqualTo(before.outOfFold()[32]);
  }

  @Test
  void noiseIsShrunkMoreThanSignal() {
    LabelledRows signal = rows(150, 60, Task.REGRESSION, 8);
    Random random = new Random(1);
    double[] noise = random.doubles(150).toArray();
    LinearTrainer trainer = new LinearTrainer(Task.REGRESSION, 0, 1);
    CrossFit found = trainer.crossFit(signal, folds(150));
    CrossFit nothing = trainer.crossFit(new LabelledRows(signal.features(), noise), folds(150));
    assertThat(nothing.strength()).isGreaterThan(found.strength());
    assertThat(found.loss()).isLessThan(0.5 * variance(signal.labels()));
    assertThat(nothing.loss()).isLessThan(1.1 * variance(noise));
  }

  @Test
  void theModelsWithoutAFoldGiveTheOutOfFoldMargins() {
    for (int columns : new int[] {4, 150}) {
      LabelledRows rows = rows(100, columns, Task.MULTICLASS, 6);
      int[] folds = folds(100);
      LinearTrainer.Result result = new LinearTrainer(Task.MULTICLASS, 3, 1).train(rows, folds);
      double[] margins = new double[3];
      for (int row = 0; row < rows.rows(); row++) {
        result
            .withoutFold()
            .get(folds[row])
            .margins(rows.features().values(), columns * row, margins);
        for (int k = 0; k < 3; k++) {
          assertThat(margins[k])
              .isCloseTo(result.crossFit().outOfFold()[3 * row + k], within(1e-4));
        }
      }
    }
  }

  @Test
  void aColumnWithASmallFactorIsAllButLeftOut() {
    LabelledRows rows = rows(80, 3, Task.REGRESSION, 4);
    LabelledRows without =
        new LabelledRows(rows.features().selectColumns(new int[] {0, 2}), rows.labels());
    LinearTrainer trainer = new LinearTrainer(Task.REGRESSION, 1, 1);
    TrainedLinear held = trainer.fit(rows, 0.1, new double[] {1, 1e-6, 1});
    TrainedLinear left = trainer.fit(without, 0.1);
    double[] expected = new double[1];
    double[] margins = new double[1];
    for (int row = 0; row < rows.rows(); row++) {
      held.margins(rows.features().values(), 3 * row, margins);
      left.margins(without.features().values(), 2 * row, expected);
      assertThat(margins[0]).isCloseTo(expected[0], within(1e-5));
    }
  }

  @Test
  void manyColumnsThatAreAlikeDoNotHideTheOneThatMatters() {
    Random random = new Random(8);
    int columns = 1201;
    int count = 100;
    float[] values = new float[count * columns];
    double[] labels = new double[count];
    for (int row = 0; row < count; row++) {
      double shared = random.nextGaussian();
      for (int c = 0; c < columns; c++) {
        values[row * columns + c] = (float) (shared + 0.3 * random.nextGaussian());
      }
      values[row * columns] = (float) random.nextGaussian();
      labels[row] = 3 * values[row * columns];
    }
    LabelledRows rows = new LabelledRows(new FeatureMatrix(count, columns, values), labels);
    double[] factors = new double[columns];
    Arrays.fill(factors, 0.1);
    factors[0] = 1;
    LinearTrainer trainer = new LinearTrainer(Task.REGRESSION, 1, 1);
    CrossFit alike = trainer.train(rows, folds(count)).crossFit();
    CrossFit apart = trainer.train(rows, folds(count), factors).crossFit();
    assertThat(alike.loss()).as("a loss that rises first").isLessThan(0.9 * variance(labels));
    assertThat(apart.loss()).isLessThan(0.5 * alike.loss());
  }

  @Test
  void theThreadsDoNotChangeABit() {
    LabelledRows rows = rows(100, 150, Task.MULTICLASS, 9);
    LinearTrainer.Result one = new LinearTrainer(Task.MULTICLASS, 3, 1).train(rows, folds(100));
    LinearTrainer.Result two = new LinearTrainer(Task.MULTICLASS, 3, 2).train(rows, folds(100));
    assertThat(two.model().toLinearModel()).isEqualTo(one.model().toLinearModel());
    assertThat(two.crossFit().outOfFold()).isEqualTo(one.crossFit().outOfFold());
  }

  @Test
  void aRowOfWeightTwoCountsAsTwoRows() {
    LabelledRows rows = rows(60, 8, Task.BINARY, 10);
    double[] weights = new double[60];
    Arrays.fill(weights, 2);
    TrainedLinear doubled =
        new LinearTrainer(Task.BINARY, 2, 1)
            .fit(new LabelledRows(rows.features(), rows.labels(), weights), 0.1);
    assertThat(doubled.toLinearModel())
        .isEqualTo(new LinearTrainer(Task.BINARY, 2, 1).fit(rows, 0.1).toLinearModel());
    Arrays.fill(weights, 0, 30, 1e-9);
    Fitted late =
        fitted(
            new LabelledRows(rows.features(), rows.labels(), weights), Task.BINARY, false, 0.1, 0);
    Fitted all = fitted(rows, Task.BINARY, false, 0.1, 0);
    assertThat(distance(late.weights, all.weights)).isGreaterThan(0.01);
  }

  @Test
  void theTablesSayWhatTheModelComputes() {
    LabelledRows rows = rows(60, 6, Task.MULTICLASS, 11);
    float[] values = rows.features().values();
    for (int row = 0; row < 60; row++) {
      values[row * 6 + 2] = 7;
    }
    values[4] = Float.NaN;
    TrainedLinear model = new LinearTrainer(Task.MULTICLASS, 3, 1).fit(rows, 0.05);
    LinearModel table = model.toLinearModel();
    ImageScore score = model.toImageScore();
    assertThat(score.getWeightsList()).isEqualTo(table.getWeightsList());
    assertThat(score.getBiasList()).isEqualTo(table.getBiasList());
    assertThat(table.getFill(2)).isEqualTo(7);
    for (int k = 0; k < 3; k++) {
      assertThat(table.getWeights(k * 6 + 2)).isZero();
      double sum = table.getBias(k);
      for (int i = 0; i < 6; i++) {
        float value = Float.isNaN(values[i]) ? table.getFill(i) : values[i];
        sum += table.getWeights(k * 6 + i) * (double) (value - table.getCentre(i));
      }
      assertThat(margins(model, rows, 0)[k]).isEqualTo(sum);
    }
  }

  @Test
  void foldsThatDoNotSplitAreRefused() {
    LabelledRows rows = rows(20, 3, Task.REGRESSION, 12);
    assertThatThrownBy(() -> new LinearTrainer(Task.REGRESSION, 0, 1).train(rows, new int[20]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 different");
  }

  private record Fitted(double[][] weights, double[] bias) {}

  private static Fitted fitted(
      LabelledRows rows, Task task, boolean dual, double strength, double tolerance) {
    try (Workers workers = new Workers(1)) {
      Standardised z = Standardised.of(rows.features());
      Design design = new Design(z.values(), z.rows(), dual, 1, workers);
      PenalisedFit fit = new PenalisedFit(design, objective(rows, task), outputs(task));
      fit.solve(strength, tolerance);
      double[][] weights =
          Arrays.stream(fit.coordinates()).map(design::weights).toArray(double[][]::new);
      return new Fitted(weights, fit.bias());
    }
  }

  private static Objective objective(LabelledRows rows, Task task) {
    return new Objective(
        task, rows.labels(), IntStream.range(0, rows.rows()).mapToDouble(rows::weight).toArray());
  }

  private static int outputs(Task task) {
    return task == Task.MULTICLASS ? 3 : 1;
  }

  private static double[][] marginsOf(Fitted fitted, double[][] z, int rows) {
    double[][] margins = new double[fitted.bias.length][rows];
    for (int k = 0; k < margins.length; k++) {
      for (int row = 0; row < rows; row++) {
        margins[k][row] = fitted.bias[k];
        for (int c = 0; c < z.length; c++) {
          margins[k][row] += fitted.weights[k][c] * z[c][row];
        }
      }
    }
    return margins;
  }

  private static double[] margins(TrainedLinear model, LabelledRows rows, int row) {
    double[] margins = new double[model.outputs()];
    model.margins(rows.features().values(), row * model.inputs(), margins);
    return margins;
  }

  private static double distance(double[][] one, double[][] other) {
    double square = 0;
    for (int k = 0; k < one.length; k++) {
      for (int i = 0; i < one[k].length; i++) {
        square += (one[k][i] - other[k][i]) * (one[k][i] - other[k][i]);
      }
    }
    return Math.sqrt(square);
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }

  private static int[] folds(int rows) {
    return IntStream.range(0, rows).map(row -> row % 5).toArray();
  }

  private static double[] solve(double[][] system) {
    int size = system.length;
    for (int p = 0; p < size; p++) {
      for (int r = p + 1; r < size; r++) {
        double factor = system[r][p] / system[p][p];
        for (int c = p; c <= size; c++) {
          system[r][c] -= factor * system[p][c];
        }
      }
    }
    double[] x = new double[size];
    for (int p = size - 1; p >= 0; p--) {
      x[p] = system[p][size];
      for (int c = p + 1; c < size; c++) {
        x[p] -= system[p][c] * x[c];
      }
      x[p] /= system[p][p];
    }
    return x;
  }

  private static LabelledRows rows(int count, int columns, Task task, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count * columns];
    double[] labels = new double[count];
    for (int row = 0; row < count; row++) {
      for (int c = 0; c < columns; c++) {
        values[row * columns + c] = (float) ((c + 1) * random.nextGaussian() + 3);
      }
      double first = values[row * columns] - 3;
      double second = (values[row * columns + 1] - 3) / 2;
      double signal = first - second + 0.3 * random.nextGaussian();
      labels[row] =
          switch (task) {
            case REGRESSION -> signal + 10;
            case BINARY -> signal > 0 ? 1 : 0;
            default -> signal > 0.6 ? 2 : second > 0 ? 1 : 0;
          };
    }
    return new LabelledRows(new FeatureMatrix(count, columns, values), labels);
  }
}
