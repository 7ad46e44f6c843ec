package dev.amulet.training;

import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.linear.LinearTrainer;
import dev.amulet.training.linear.TrainedLinear;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How well a linear model does on some slots, fold by fold: a quick way to compare ways to make
 * features. One penalty is chosen for all folds, so the figures flatter a little; all alike. In
 * time each fold chooses its own on rows before those it is measured on.
 */
final class LinearProbe {
  private static final long SEED = 1;

  private final Folds folds;
  private final Metric scorer;
  private final int threads;

  LinearProbe(Folds folds, Metric scorer, int threads) {
    this.folds = folds;
    this.scorer = scorer;
    this.threads = threads;
  }

  /**
   * What came out.
   *
   * @param perFold the scorer of each fold's rows
   * @param predictions out of fold, in the target's terms, {@code [rows][1 or classes]}
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per fold, one per row and class.
  record Outcome(double[] perFold, double[][] predictions) {}

  /** The scorer of each fold's rows, by models that did not see them. */
  double[] perFold(ExperimentData data, FeatureMatrix features, int[] slots) {
    return of(data, features, slots).perFold();
  }

  /** The same, with what was predicted. */
  Outcome of(ExperimentData data, FeatureMatrix features, int[] slots) {
    TargetCoding coding = data.coding();
    double[] labels = data.labels();
    double[] weights = data.profile().weights();
    int[] all = IntStream.range(0, features.rows()).toArray();
    LabelledRows rows = new LabelledRows(features.select(all, slots), labels, weights);
    LinearTrainer trainer = new LinearTrainer(coding.task(), coding.classes(), threads);
    double[][] margins =
        folds.inTime()
            ? inTime(trainer, data.profile(), rows, coding.margins())
            : crossFit(trainer, rows, coding.margins());
    if (coding.task() == Task.REGRESSION) {
      LinearLearner.Range range = LinearLearner.Range.of(labels, weights, all);
      for (double[] margin : margins) {
        margin[0] = range.clamp(margin[0]);
      }
    }
    double[][] predictions = coding.decode(margins);
    double[] values = new double[folds.count()];
    for (int fold = 0; fold < values.length; fold++) {
      int[] held = folds.validationRows(fold);
      values[fold] =
          ModelSelection.evaluate(
                  coding,
                  ModelSelection.pick(data.targets(), held),
                  ModelSelection.pick(predictions, held),
                  ModelSelection.pick(weights, held),
                  LabelThreshold.USUAL)
              .value(scorer);
    }
    return new Outcome(values, predictions);
  }

  private double[][] crossFit(LinearTrainer trainer, LabelledRows rows, int outputs) {
    double[] flat = trainer.crossFit(rows, folds.assignment()).outOfFold();
    double[][] margins = new double[rows.rows()][];
    for (int row = 0; row < margins.length; row++) {
      margins[row] = Arrays.copyOfRange(flat, row * outputs, (row + 1) * outputs);
    }
    return margins;
  }

  /** Of models that know no later row; NaN for rows that no fold holds out. */
  private double[][] inTime(
      LinearTrainer trainer, TableProfile profile, LabelledRows rows, int outputs) {
    double[][] margins = new double[rows.rows()][outputs];
    Arrays.stream(margins).forEach(row -> Arrays.fill(row, Double.NaN));
    float[] values = rows.features().values();
    int columns = rows.features().columns();
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] training = folds.trainRows(fold);
      int[] parts = Splitter.parts(profile, training, CrossValidation.INNER_PARTS, SEED);
      TrainedLinear model = trainer.train(rows.selectRows(training), parts).model();
      for (int row : folds.validationRows(fold)) {
        model.margins(values, row * columns, margins[row]);
      }
    }
    return margins;
  }
}
