package dev.amulet.training.linear;

import dev.amulet.training.feature.MatrixProducts;
import java.util.Arrays;

/**
 * Minimises {@code mean loss + penalty / 2 * |w|^2} with a free bias, by preconditioned nonlinear
 * conjugate gradients (Polak and Ribiere) with a Newton line search. For squared error this is the
 * linear method of conjugate gradients. Keeps its optimum, so that the next penalty starts there.
 * Deterministic; belongs to one thread.
 */
final class PenalisedFit {
  private static final int MAX_ITERATIONS = 500;
  private static final int MAX_LINE_STEPS = 12;

  private final Design design;
  private final Objective objective;
  private final double[][] coordinates;
  private final double[] bias;

  /** Margins of all rows, those of weight 0 too. */
  private final double[][] margins;

  private final double[][] imageOfCoordinates;
  private final double[][] residuals;
  private final double[][] gradient;
  private final double[][] lastGradient;
  private final double[][] step;
  private final double[][] imageOfStep;
  private final double[][] direction;
  private final double[][] imageOfDirection;
  private final double[] biasGradient;
  private final double[] lastBiasGradient;
  private final double[] biasDirection;
  private int iterations;

  PenalisedFit(Design design, Objective objective, int outputs) {
    this.design = design;
    this.objective = objective;
    int rows = design.rows();
    int length = design.coordinates();
    coordinates = new double[outputs][length];
    bias = new double[outputs];
    margins = new double[outputs][rows];
    imageOfCoordinates = new double[outputs][rows];
    residuals = new double[outputs][rows];
    gradient = new double[outputs][length];
    lastGradient = new double[outputs][length];
    step = new double[outputs][length];
    imageOfStep = new double[outputs][rows];
    direction = new double[outputs][length];
    imageOfDirection = new double[outputs][rows];
    biasGradient = new double[outputs];
    lastBiasGradient = new double[outputs];
    biasDirection = new double[outputs];
  }

  double[][] margins() {
    return margins;
  }

  double[] bias() {
    return bias;
  }

  double[][] coordinates() {
    return coordinates;
  }

  /** Iterations of all calls so far, for measuring. */
  int iterations() {
    return iterations;
  }

  /**
   * Moves to the optimum for a penalty, until about {@code tolerance} of loss is left to gain.
   *
   * @return the length of the gradient of the standardised weights where it stopped
   */
  double solve(double penalty, double tolerance) {
    double curvature = Math.max(1e-6, objective.curvature(margins));
    double lastProduct = 0;
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      computeGradient(penalty);
      design.precondition(gradient, curvature, penalty, step);
      design.image(step, imageOfStep);
      double product = design.inner(gradient, step, imageOfStep);
      double overlap = iteration == 0 ? 0 : design.inner(lastGradient, step, imageOfStep);
      for (int k = 0; k < bias.length; k++) {
        product += biasGradient[k] * biasGradient[k] / curvature;
        overlap += lastBiasGradient[k] * biasGradient[k] / curvature;
      }
      if (product / 2 <= tolerance) {
        break;
      }
      double beta = iteration == 0 ? 0 : Math.max(0, (product - overlap) / lastProduct);
      turn(beta, curvature);
      lastProduct = product;
      if (!advance(penalty)) {
        break;
      }
      iterations++;
    }
    return gradientLength();
  }

  private void computeGradient(double penalty) {
    for (int k = 0; k < bias.length; k++) {
      System.arraycopy(gradient[k], 0, lastGradient[k], 0, gradient[k].length);
      lastBiasGradient[k] = biasGradient[k];
    }
    objective.residuals(margins, residuals);
    design.adjoint(residuals, gradient);
    for (int k = 0; k < bias.length; k++) {
      MatrixProducts.add(gradient[k], coordinates[k], penalty);
      biasGradient[k] = Arrays.stream(residuals[k]).sum();
    }
  }

  /** The new direction: downhill, plus beta of the last one. */
  private void turn(double beta, double curvature) {
    for (int k = 0; k < bias.length; k++) {
      for (int i = 0; i < direction[k].length; i++) {
        direction[k][i] = beta * direction[k][i] - step[k][i];
      }
      for (int i = 0; i < imageOfDirection[k].length; i++) {
        imageOfDirection[k][i] = beta * imageOfDirection[k][i] - imageOfStep[k][i];
      }
      biasDirection[k] = beta * biasDirection[k] - biasGradient[k] / curvature;
    }
  }

  /** Goes to about the minimum along the direction; false when rounding leaves nothing to gain. */
  private boolean advance(double penalty) {
    double linear = penalty * design.inner(coordinates, direction, imageOfDirection);
    double quadratic = penalty * design.inner(direction, direction, imageOfDirection);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double t = 0;
    double start = 0;
    for (int tries = 0; tries < MAX_LINE_STEPS; tries++) {
      double[] along = objective.alongLine(margins, imageOfDirection, biasDirection, t);
      double slope = along[0] + linear + t * quadratic;
      double bend = along[1] + quadratic;
      if (tries == 0) {
        start = slope;
        if (!(slope < 0) || !(bend > 0)) {
          return false;
        }
      } else if (Math.abs(slope) <= 1e-2 * Math.abs(start)) {
        break;
      }
      if (slope < 0) {
        low = t;
      } else {
        high = t;
      }
      double next = t - slope / bend;
      if (!(next > low && next < high)) {
        next = high == Double.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
      }
      t = next;
    }
    for (int k = 0; k < bias.length; k++) {
      MatrixProducts.add(coordinates[k], direction[k], t);
      MatrixProducts.add(imageOfCoordinates[k], imageOfDirection[k], t);
      bias[k] += t * biasDirection[k];
      for (int i = 0; i < margins[k].length; i++) {
        margins[k][i] = imageOfCoordinates[k][i] + bias[k];
      }
    }
    return true;
  }

  /** Of the gradient last computed. */
  private double gradientLength() {
    design.image(gradient, imageOfStep);
    double square = design.inner(gradient, gradient, imageOfStep);
    for (double value : biasGradient) {
      square += value * value;
    }
    return Math.sqrt(Math.max(0, square));
  }
}
