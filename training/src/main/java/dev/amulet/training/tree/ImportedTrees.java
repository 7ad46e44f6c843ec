package dev.amulet.training.tree;

import dev.amulet.format.v1.TreeEnsemble;
import java.util.Map;

/**
 * What {@link BoosterImporter} found in a booster.
 *
 * @param ensemble the trees
 * @param objective XGBoost's name of the objective
 * @param importances total gain of the splits on each slot that is used, by slot
 */
public record ImportedTrees(
    TreeEnsemble ensemble, String objective, Map<Integer, Double> importances) {
  public ImportedTrees {
    importances = Map.copyOf(importances);
  }
}
