package dev.amulet.training.tree;

import dev.amulet.format.v1.TreeEnsemble;
import java.util.Map;

/**
 * A trained ensemble.
 *
 * @param ensemble the trees, with XGBoost's own thresholds; see {@link ThresholdMidpoints}
 * @param rounds boosting rounds kept
 * @param validationLoss mean loss on the validation rows after those rounds (RMSE or log loss); NaN
 *     when there were none
 * @param importances total gain of the splits on each slot that is used, by slot
 */
public record TrainedTrees(
    TreeEnsemble ensemble, int rounds, double validationLoss, Map<Integer, Double> importances) {
  public TrainedTrees {
    importances = Map.copyOf(importances);
  }
}
