package dev.amulet.training.tree;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import dev.amulet.training.evaluation.MarginLoss;
import dev.amulet.training.feature.LabelledRows;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/**
 * Grows boosted trees with XGBoost's histogram method: squared error for regression, logistic loss
 * for two classes, softmax for more. Infinite slots are trained as the largest float. Prints
 * nothing. Immutable; calls may run in parallel, each with the threads the settings allow.
 *
 * <p>Fails with {@link dev.amulet.training.TrainingException} when the native library cannot be
 * loaded or refuses the data.
 */
public final class TreeTrainer {
  private final TreeSettings settings;
  private final Task task;
  private final int outputs;

  /**
   * @param classes number of classes; ignored for regression
   */
  public TreeTrainer(TreeSettings settings, Task task, int classes) {
    this.settings = settings;
    this.task = task;
    this.outputs = task == Task.MULTICLASS ? classes : 1;
  }

  /** Trains for exactly the given rounds on the given columns of the matrix, the slots. */
  public TrainedTrees train(LabelledRows training, int[] slots, int rounds) {
    return NativeXgboost.call(() -> boost(training, null, slots, rounds));
  }

  /**
   * Trains until the validation loss (RMSE or log loss, by row weight) has not improved for the set
   * number of rounds, or to the set maximum, and keeps the rounds up to the best one.
   */
  public TrainedTrees train(LabelledRows training, LabelledRows validation, int[] slots) {
    return NativeXgboost.call(() -> boost(training, validation, slots, settings.maxRounds()));
  }

  private TrainedTrees boost(
      LabelledRows training, @Nullable LabelledRows validation, int[] slots, int rounds)
      throws XGBoostError {
    requireWeight(training, "train on");
    if (validation != null) {
      requireWeight(validation, "stop by");
    }
    DMatrix data = matrix(training, slots);
    DMatrix held = validation == null ? null : matrix(validation, slots);
    Booster booster = null;
    try {
      // Watches would print a line a round: none are passed, and rounds are added one by one.
      booster = XGBoost.train(data, parameters(), 0, Map.of(), null, null);
      int best = held == null ? rounds : 1;
      double bestLoss = Double.POSITIVE_INFINITY;
      for (int round = 0; round < rounds; round++) {
        booster.update(data, round);
        if (validation == null || held == null) {
          continue;
        }
        double loss = meanLoss(booster.predict(held, true), validation);
        if (loss < bestLoss) {
          bestLoss = loss;
          best = round + 1;
        } else if (round + 1 - best >= settings.earlyStoppingRounds()) {
          break;
        }
      }
      ImportedTrees trees = BoosterImporter.read(booster.toByteArray("ubj"), slots, best);
      double lossReached = held == null ? Double.NaN : bestLoss;
      return new TrainedTrees(trees.ensemble(), best, lossReached, trees.importances());
    } finally {
      data.dispose();
      if (held != null) {
        held.dispose();
      }
      if (booster != null) {
        booster.dispose();
      }
    }
  }

  /** RMSE or mean log loss. */
  private double meanLoss(float[][] margins, LabelledRows rows) {
    double[] labels = rows.labels();
    double[] row = new double[outputs];
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < margins.length; i++) {
      for (int k = 0; k < outputs; k++) {
        row[k] = margins[i][k];
      }
      double weight = rows.weight(i);
      sum += weight * MarginLoss.of(task, row, labels[i]);
      weights += weight;
    }
    return task == Task.REGRESSION ? Math.sqrt(sum / weights) : sum / weights;
  }

  private static void requireWeight(LabelledRows rows, String purpose) {
    double sum = 0;
    for (int row = 0; row < rows.rows(); row++) {
      sum += rows.weight(row);
    }
    if (!(sum > 0)) {
      throw new TrainingException(
          ("the %d rows to %s all have weight 0; give more rows a weight above 0, or leave rows"
                  + " that do not count out of the table")
              .formatted(rows.rows(), purpose));
    }
  }

  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("booster", "gbtree");
    parameters.put("tree_method", "hist");
    parameters.put("eta", settings.eta());
    parameters.put("max_depth", settings.maxDepth());
    parameters.put("min_child_weight", settings.minChildWeight());
    parameters.put("subsample", settings.subsample());
    parameters.put("colsample_bytree", settings.colsampleByTree());
    parameters.put("lambda", settings.lambda());
    parameters.put("nthread", settings.threads());
    parameters.put("seed", Long.hashCode(settings.seed()) & Integer.MAX_VALUE);
    parameters.put("verbosity", 0);
    switch (task) {
      case REGRESSION -> parameters.put("objective", "reg:squarederror");
      case BINARY -> parameters.put("objective", "binary:logistic");
      case MULTICLASS -> {
        parameters.put("objective", "multi:softprob");
        parameters.put("num_class", outputs);
      }
      default -> throw new IllegalArgumentException("task " + task + ", expected a known one");
    }
    return parameters;
  }

  private static DMatrix matrix(LabelledRows rows, int[] slots) throws XGBoostError {
    DMatrix matrix = NativeXgboost.matrix(rows.features(), slots);
    matrix.setLabel(floats(rows.labels()));
    double[] weights = rows.weights();
    if (weights != null) {
      matrix.setWeight(floats(weights));
    }
    return matrix;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
