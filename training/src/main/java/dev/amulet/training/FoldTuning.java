package dev.amulet.training;

import dev.amulet.training.data.Folds;
import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.FineTuner;
import dev.amulet.training.vision.TunedNetwork;
import dev.amulet.training.vision.TuningRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A network tuned inside each fold, so that what it says of a row never comes from a network that
 * was tuned on it. Embeddings of differently tuned networks do not correspond; their margins do.
 */
final class FoldTuning {
  private final Function<String, FineTuner> tuners;
  private final FineTuner.HeadStart start;

  /**
   * @param tuners by the name of the part that is tuned: "fold 1", ..., or "all rows"
   */
  FoldTuning(Function<String, FineTuner> tuners, FineTuner.HeadStart start) {
    this.tuners = tuners;
    this.start = start;
  }

  /**
   * The networks of the folds and what they say.
   *
   * @param networks one per fold, tuned on the fold's training rows
   * @param outOfFold margins of each row by the network that did not see it; NaN where no fold
   *     holds the row out
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Result(List<TunedNetwork> networks, double[][] outOfFold) {}

  Result run(Backbone backbone, TuningRows rows, int outputs, Folds folds) {
    List<TunedNetwork> networks = new ArrayList<>();
    double[][] outOfFold = new double[rows.labels().length][outputs];
    for (double[] margins : outOfFold) {
      Arrays.fill(margins, Double.NaN);
    }
    for (int fold = 0; fold < folds.count(); fold++) {
      FineTuner tuner = tuners.apply("fold " + (fold + 1));
      TunedNetwork tuned = tuner.tune(backbone, rows.select(folds.trainRows(fold)), start);
      networks.add(tuned);
      int[] held = folds.validationRows(fold);
      double[][] margins = tuner.margins(tuned, rows.select(held));
      for (int i = 0; i < held.length; i++) {
        outOfFold[held[i]] = margins[i];
      }
    }
    return new Result(List.copyOf(networks), outOfFold);
  }

  /** The network of the final model, tuned on all rows. */
  TunedNetwork onAllRows(Backbone backbone, TuningRows rows) {
    return tuners.apply("all rows").tune(backbone, rows, start);
  }
}
