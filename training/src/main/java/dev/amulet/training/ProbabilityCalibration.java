package dev.amulet.training;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Platt;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.Temperature;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Score;

/**
 * Makes probabilities mean what they say: a sigmoid of the margin for two classes (Platt,
 * "Probabilistic Outputs for Support Vector Machines", 1999, with his regularised targets), one
 * temperature for more (Guo et al., "On Calibration of Modern Neural Networks", 2017). Fitted on
 * margins of rows that the models did not see, and kept only where it lowers the log loss of folds
 * it was not fitted on by more than their spread.
 */
final class ProbabilityCalibration {
  private static final int NEWTON_STEPS = 50;
  private static final int SECTIONS = 60;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** Temperatures from 1/20 to 20 are tried. */
  private static final double WIDEST = Math.log(20);

  private final TargetCoding coding;
  private final double[] labels;
  private final double[] weights;

  /**
   * @param labels class index per row
   */
  ProbabilityCalibration(TargetCoding coding, double[] labels, double[] weights) {
    this.coding = coding;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * What calibration makes of out-of-fold margins.
   *
   * @param predictions {@code [rows][classes]}, each row's by a calibration fitted on other folds;
   *     NaN for rows that no fold holds out
   * @param calibration fitted on all rows; without a method when it does not help
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Outcome(double[][] predictions, Calibration calibration) {}

  /** Calibrates, or leaves the probabilities as they are where that is no worse. */
  Outcome run(double[][] margins, Folds folds) {
    double[][] plain = coding.decode(margins);
    double[][] calibrated = plain.clone();
    double[] gains = new double[folds.count()];
    for (int fold = 0; fold < gains.length; fold++) {
      Calibration calibration = fit(margins, folds.decidingRows(fold));
      int[] rows = folds.validationRows(fold);
      for (int row : rows) {
        calibrated[row] = coding.decode(margins[row], calibration);
      }
      gains[fold] = logLoss(plain, rows) - logLoss(calibrated, rows);
    }
    Score gain = Score.of(gains);
    boolean helps = gain.mean() > gain.sd() / Math.sqrt(gains.length);
    return helps
        ? new Outcome(calibrated, fit(margins, folds.validatedRows()))
        : new Outcome(plain, Calibration.getDefaultInstance());
  }

  private double logLoss(double[][] predictions, int[] rows) {
    double loss = 0;
    double total = 0;
    for (int row : rows) {
      double p = Math.max(1e-15, predictions[row][(int) labels[row]]);
      loss -= weights[row] * Math.log(p);
      total += weights[row];
    }
    return total > 0 ? loss / total : 0;
  }

  private Calibration fit(double[][] margins, int[] rows) {
    if (rows.length == 0) {
      return Calibration.getDefaultInstance();
    }
    return coding.task() == Task.BINARY ? platt(margins, rows) : temperature(margins, rows);
  }

  private Calibration platt(double[][] margins, int[] rows) {
    double positive = 0;
    double negative = 0;
    for (int row : rows) {
      positive += labels[row] > 0.5 ? weights[row] : 0;
      negative += labels[row] > 0.5 ? 0 : weights[row];
    }
    double high = (positive + 1) / (positive + 2);
    double low = 1 / (negative + 2);
    double slope = 1;
    double intercept = 0;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double slopeGradient = 0;
      double gradient = 0;
      double slopeSquares = 1e-9;
      double cross = 0;
      double squares = 1e-9;
      for (int row : rows) {
        double margin = margins[row][0];
        double p = 1 / (1 + Math.exp(-(slope * margin + intercept)));
        double residual = weights[row] * (p - (labels[row] > 0.5 ? high : low));
        double curvature = weights[row] * p * (1 - p);
        slopeGradient += residual * margin;
        gradient += residual;
        slopeSquares += curvature * margin * margin;
        cross += curvature * margin;
        squares += curvature;
      }
      double determinant = slopeSquares * squares - cross * cross;
      double slopeStep = (squares * slopeGradient - cross * gradient) / determinant;
      double interceptStep = (slopeSquares * gradient - cross * slopeGradient) / determinant;
      // A full step may overshoot where probabilities are flat.
      double length = Math.max(1, Math.max(Math.abs(slopeStep), Math.abs(interceptStep)));
      slope -= slopeStep / length;
      intercept -= interceptStep / length;
      if (Math.abs(slopeStep) + Math.abs(interceptStep) < 1e-12) {
        break;
      }
    }
    // A falling or undefined sigmoid says that the margins say nothing.
    return slope > 0 && Double.isFinite(slope) && Double.isFinite(intercept)
        ? Calibration.newBuilder()
            .setPlatt(Platt.newBuilder().setSlope(slope).setIntercept(intercept))
            .build()
        : Calibration.getDefaultInstance();
  }

  /** The log loss is convex in the inverse temperature, so it has one minimum in its logarithm. */
  private Calibration temperature(double[][] margins, int[] rows) {
    double low = -WIDEST;
    double high = WIDEST;
    for (int i = 0; i < SECTIONS; i++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (loss(margins, rows, left) < loss(margins, rows, right)) {
        high = right;
      } else {
        low = left;
      }
    }
    return ofTemperature(Math.exp((low + high) / 2));
  }

  private double loss(double[][] margins, int[] rows, double logarithm) {
    Calibration calibration = ofTemperature(Math.exp(logarithm));
    double loss = 0;
    for (int row : rows) {
      double p = coding.decode(margins[row], calibration)[(int) labels[row]];
      loss -= weights[row] * Math.log(Math.max(1e-300, p));
    }
    return loss;
  }

  private static Calibration ofTemperature(double temperature) {
    return Calibration.newBuilder()
        .setTemperature(Temperature.newBuilder().setTemperature(temperature))
        .build();
  }
}
