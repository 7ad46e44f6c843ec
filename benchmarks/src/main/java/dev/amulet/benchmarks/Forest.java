package dev.amulet.benchmarks;

import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Boosted trees of depth 6 for a drawn task, twice: as XGBoost's own, on one thread, and as nodes.
 */
record Forest(Booster booster, LinkedTrees linked) {
  private static final int TRAINING_ROWS = 2_000;
  private static final float BASE_SCORE = 0.5f;

  static Forest grow(int slots, int trees, double missingShare) throws XGBoostError {
    DMatrix matrix = TreeTask.draw(TRAINING_ROWS, slots, missingShare, 42).matrix();
    Map<String, Object> settings =
        Map.of(
            "max_depth",
            6,
            "eta",
            0.1,
            "base_score",
            BASE_SCORE,
            "nthread",
            1,
            "tree_method",
            "hist");
    Booster booster = XGBoost.train(matrix, settings, trees, Map.of(), null, null);
    matrix.dispose();
    return new Forest(booster, LinkedTrees.of(booster.getModelDump("", false, "json"), BASE_SCORE));
  }
}
