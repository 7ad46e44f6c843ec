package dev.amulet.training;

import dev.amulet.format.v1.Task;
import dev.amulet.training.ExperimentConfig.TargetTransformer;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What learning a target through a function does to the level of predictions. A model that hits the
 * mean logarithm predicts near the median, so its predictions add up to less than the targets do.
 * Duan's smearing estimate ("Smearing estimate: a nonparametric retransformation method", 1983) is
 * the factor that would undo it.
 *
 * @param transformer the function
 * @param bias of the sum of out-of-fold predictions, as a share of the sum of the targets
 * @param smearing the factor: mean target over mean prediction, of rows that were held out
 * @param plain the scorer as it is
 * @param smeared the scorer if each fold's predictions were multiplied by the other folds' factor
 * @param pays whether the second beats the first by a standard error
 */
record BackTransformBias(
    TargetTransformer transformer,
    double bias,
    double smearing,
    Score plain,
    Score smeared,
    boolean pays) {

  /**
   * Of a regression learned through a function; null of others and where rows are too few to say.
   *
   * @param predictions out of fold, {@code [rows][1]}
   */
  static @Nullable BackTransformBias of(
      ExperimentData data, Folds folds, Metric scorer, double[][] predictions) {
    TargetCoding coding = data.coding();
    if (coding.task() != Task.REGRESSION
        || coding.transformer() == TargetTransformer.IDENTITY
        || folds.count() < 2) {
      return null;
    }
    double factor = factor(data, predictions, folds.validatedRows());
    double[] plain = new double[folds.count()];
    double[] smeared = new double[folds.count()];
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] rows = folds.validationRows(fold);
      double other = factor(data, predictions, folds.decidingRows(fold));
      // The first fold in time has no other to take a factor from: neither figure counts it.
      boolean known = Double.isFinite(other);
      plain[fold] = known ? value(data, predictions, rows, 1, scorer) : Double.NaN;
      smeared[fold] = known ? value(data, predictions, rows, other, scorer) : Double.NaN;
    }
    return Double.isFinite(factor)
        ? new BackTransformBias(
            coding.transformer(),
            1 / factor - 1,
            factor,
            Score.of(plain),
            Score.of(smeared),
            Scores.beats(scorer, smeared, plain))
        : null;
  }

  private static double factor(ExperimentData data, double[][] predictions, int[] rows) {
    double[] targets = data.targets();
    double[] weights = data.profile().weights();
    double actual = 0;
    double predicted = 0;
    for (int row : rows) {
      actual += weights[row] * targets[row];
      predicted += weights[row] * predictions[row][0];
    }
    return actual > 0 && predicted > 0 ? actual / predicted : Double.NaN;
  }

  private static double value(
      ExperimentData data, double[][] predictions, int[] rows, double factor, Metric scorer) {
    double[][] scaled = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      scaled[i] = new double[] {predictions[rows[i]][0] * factor};
    }
    return ModelSelection.evaluate(
            data.coding(),
            ModelSelection.pick(data.targets(), rows),
            scaled,
            ModelSelection.pick(data.profile().weights(), rows),
            LabelThreshold.USUAL)
        .value(scorer);
  }

  /** For people. */
  String words(Metric scorer) {
    return String.format(
        Locale.ROOT,
        "learned as %s, predictions of held-out rows add up to %.1f %% %s than their targets;"
            + " times %.3f (smearing) they would not, and %s would be %s instead of %s",
        transformer.name().toLowerCase(Locale.ROOT),
        100 * Math.abs(bias),
        bias < 0 ? "less" : "more",
        smearing,
        scorer,
        smeared,
        plain);
  }
}
