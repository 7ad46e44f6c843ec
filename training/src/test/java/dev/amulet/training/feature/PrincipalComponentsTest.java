package dev.amulet.training.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.amulet.format.v1.Projection;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {

  @Test
  void componentsAndSharesAreThoseOfTheCovarianceWithFewColumns() {
    agreesWithCovariance(200, 30, 8);
  }

  @Test
  void componentsAndSharesAreThoseOfTheCovarianceWithFewRows() {
    agreesWithCovariance(60, 90, 12);
  }

  @Test
  void aFlatTailIsNoHindrance() {
    agreesWithCovariance(300, 60, 40);
  }

  @Test
  void componentsAreOrthonormalAndTheirLargestLoadingIsPositive() {
    FeatureMatrix matrix = matrix(400, 120, 1);
    Projection projection = PrincipalComponents.fit(matrix, 50, 3, 1);
    assertThat(projection.getOutputs()).isEqualTo(50);
    for (int a = 0; a < 50; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int i = 0; i < 120; i++) {
          product +=
              (double) projection.getComponents(a * 120 + i)
                  * projection.getComponents(b * 120 + i);
        }
        assertThat(product).isCloseTo(a == b ? 1 : 0, within(1e-6));
      }
      float largest = 0;
      for (float loading : projection.getComponentsList().subList(a * 120, a * 120 + 120)) {
        largest = Math.abs(loading) > Math.abs(largest) ? loading : largest;
      }
      assertThat(largest).isPositive();
    }
  }

  @Test
  void theSameSeedGivesTheSameBitsForAnyThreads() {
    FeatureMatrix matrix = matrix(300, 150, 2);
    Projection once = PrincipalComponents.fit(matrix, 20, 5, 1);
    assertThat(PrincipalComponents.fit(matrix, 20, 5, 2)).isEqualTo(once);
  }

  @Test
  void aMissingValueCountsAsTheMeanOfItsColumn() {
    FeatureMatrix matrix = matrix(80, 10, 3);
    double[] means = new double[10];
    for (int row = 1; row < 80; row++) {
      for (int c = 0; c < 10; c++) {
        means[c] += matrix.value(row, c) / 79.0;
      }
    }
    float[] filled = matrix.values().clone();
    for (int c = 0; c < 10; c++) {
      matrix.values()[c] = Float.NaN;
      filled[c] = (float) means[c];
    }
    Projection missing = PrincipalComponents.fit(matrix, 4, 1, 1);
    Projection full = PrincipalComponents.fit(new FeatureMatrix(80, 10, filled), 4, 1, 1);
    for (int i = 0; i < missing.getComponentsCount(); i++) {
      assertThat(missing.getComponents(i)).isCloseTo(full.getComponents(i), within(1e-4f));
    }
    assertThat(missing.getFill(3)).isCloseTo((float) means[3], within(1e-6f));
  }

  @Test
  void thereAreNoMoreComponentsThanAQuarterOfTheRowsOrTheRank() {
    assertThat(PrincipalComponents.fit(matrix(40, 30, 4), 25, 1, 1).getOutputs()).isEqualTo(10);
    FeatureMatrix twice = matrix(50, 8, 5);
    for (int row = 0; row < 50; row++) {
      for (int c = 3; c < 8; c++) {
        twice.values()[row * 8 + c] = 2 * twice.value(row, c % 3);
      }
    }
    Projection projection = PrincipalComponents.fit(twice, 8, 1, 1);
    assertThat(projection.getOutputs()).isEqualTo(3);
    assertThat(sum(projection.getExplainedList())).isCloseTo(1, within(1e-5));
  }

  @Test
  void aConstantMatrixGivesOneEmptyComponent() {
    Projection projection =
        PrincipalComponents.fit(new FeatureMatrix(20, 3, new float[60]), 5, 1, 1);
    assertThat(projection.getOutputs()).isEqualTo(1);
    assertThat(projection.getExplainedList()).containsExactly(0f);
  }

  @Test
  void equalEigenvaluesAreAllFound() {
    float[] cross = new float[16 * 4];
    for (int row = 0; row < 16; row++) {
      cross[row * 4 + row % 4] = row < 8 ? 1 : -1;
    }
    Projection projection = PrincipalComponents.fit(new FeatureMatrix(16, 4, cross), 4, 1, 1);
    assertThat(projection.getOutputs()).isEqualTo(4);
    assertThat(projection.getExplainedList()).allMatch(share -> Math.abs(share - 0.25) < 1e-6);
  }

  @Test
  void aSingleRowIsRefused() {
    assertThatThrownBy(() -> PrincipalComponents.fit(matrix(1, 3, 1), 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 rows");
  }

  private static void agreesWithCovariance(int rows, int columns, int components) {
    FeatureMatrix matrix = matrix(rows, columns, rows);
    Projection projection = PrincipalComponents.fit(matrix, components, 7, 1);
    double[] means = matrix.columnMeans();
    double[][] covariance = new double[columns][columns];
    double total = 0;
    for (int a = 0; a < columns; a++) {
      for (int b = 0; b < columns; b++) {
        for (int row = 0; row < rows; row++) {
          covariance[a][b] += (matrix.value(row, a) - means[a]) * (matrix.value(row, b) - means[b]);
        }
      }
      total += covariance[a][a];
    }
    JacobiEigen exact = new JacobiEigen(covariance);
    assertThat(projection.getOutputs()).isEqualTo(components);
    for (int j = 0; j < components; j++) {
      assertThat((double) projection.getExplained(j))
          .isCloseTo(exact.value(j) / total, within(1e-6));
      double product = 0;
      for (int i = 0; i < columns; i++) {
        product += projection.getComponents(j * columns + i) * exact.vector(j)[i];
      }
      assertThat(Math.abs(product)).isCloseTo(1, within(1e-4));
    }
  }

  private static double sum(Iterable<Float> values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  /** A decaying spectrum over a flat tail, off centre. */
  private static FeatureMatrix matrix(int rows, int columns, long seed) {
    Random random = new Random(seed);
    float[] values = new float[rows * columns];
    float[][] loadings = new float[12][columns];
    for (int j = 0; j < 12; j++) {
      for (int c = 0; c < columns; c++) {
        loadings[j][c] = (float) (random.nextGaussian() * 3 / (j + 1));
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < 12; j++) {
        double factor = random.nextGaussian();
        for (int c = 0; c < columns; c++) {
          values[row * columns + c] += (float) (factor * loadings[j][c]);
        }
      }
      for (int c = 0; c < columns; c++) {
        values[row * columns + c] += (float) (0.5 * random.nextGaussian() + c % 5);
      }
    }
    return new FeatureMatrix(rows, columns, values);
  }
}
