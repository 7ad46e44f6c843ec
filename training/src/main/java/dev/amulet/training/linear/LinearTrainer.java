package dev.amulet.training.linear;

import dev.amulet.format.v1.Task;
import dev.amulet.training.TrainingException;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.feature.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fits ridge regression, or logistic regression with an L2 penalty (one margin for two classes, one
 * per class otherwise), on standardised columns; the bias is free. The penalty is searched from
 * strong to weak over decades, each fold's fit starting from the one before.
 *
 * <p>A missing value counts as its column's mean; a constant column gets the weight 0. Means and
 * deviations are those of all rows given: they know nothing of the target. Immutable; the result is
 * the same for any number of threads. Holds two copies of the columns used in float64.
 */
public final class LinearTrainer {
  /** Per row: from all but constant to all but free, three a decade over six decades or more. */
  private static final int STRENGTHS = 19;

  private static final double STRONGEST = 100;
  private static final double STRENGTHS_PER_DECADE = 3;

  /** Two decades: the loss may rise before it falls where few of many columns matter. */
  private static final int PATIENCE = 6;

  private static final double PATH_TOLERANCE = 1e-6;
  private static final double FINAL_TOLERANCE = 1e-11;
  private static final long SEED = 20;

  private final Task task;
  private final int outputs;
  private final int threads;

  /**
   * @param classes number of classes; ignored for regression
   * @param threads folds fitted at a time
   */
  public LinearTrainer(Task task, int classes, int threads) {
    this.task = task;
    this.outputs = task == Task.MULTICLASS ? classes : 1;
    this.threads = threads;
  }

  /**
   * A model and how its penalty was chosen.
   *
   * @param withoutFold by fold, the model that the margins of the fold's rows come from: with the
   *     same penalty, it did not see their labels
   */
  public record Result(
      TrainedLinear model, CrossFit crossFit, Map<Integer, TrainedLinear> withoutFold) {
    public Result {
      withoutFold = Map.copyOf(withoutFold);
    }
  }

  /**
   * Chooses the penalty by cross-validation and fits all rows with it.
   *
   * @param rows columns are the model's inputs, in order
   * @param folds fold of each row, at least two different ones
   */
  public Result train(LabelledRows rows, int[] folds) {
    return train(rows, folds, null);
  }

  /**
   * The same, with some columns penalised more than others.
   *
   * @param factors one per column: with a factor of a half, a weight costs four times as much; null
   *     for 1
   */
  public Result train(LabelledRows rows, int[] folds, double @Nullable [] factors) {
    try (Workers workers = new Workers(threads)) {
      Standardised columns = Standardised.of(rows.features(), factors);
      Design design = design(columns, workers);
      Map<Integer, Optimum> optima = new TreeMap<>();
      CrossFit crossFit = crossFit(design, rows, folds, optima, workers);
      double strength = crossFit.strength();
      Map<Integer, TrainedLinear> withoutFold = new TreeMap<>();
      optima.forEach(
          (fold, optimum) -> withoutFold.put(fold, optimum.model(design, columns, strength)));
      return new Result(fit(design, columns, rows, strength), crossFit, withoutFold);
    }
  }

  /** Only the first half of {@link #train}: the penalty and honest margins for every row. */
  public CrossFit crossFit(LabelledRows rows, int[] folds) {
    try (Workers workers = new Workers(threads)) {
      Design design = design(Standardised.of(rows.features()), workers);
      return crossFit(design, rows, folds, new TreeMap<>(), workers);
    }
  }

  /** Fits all rows with a given penalty per row. */
  public TrainedLinear fit(LabelledRows rows, double strength) {
    return fit(rows, strength, null);
  }

  /** The same, with some columns penalised more than others. */
  public TrainedLinear fit(LabelledRows rows, double strength, double @Nullable [] factors) {
    try (Workers workers = new Workers(threads)) {
      Standardised columns = Standardised.of(rows.features(), factors);
      return fit(design(columns, workers), columns, rows, strength);
    }
  }

  private static Design design(Standardised columns, Workers workers) {
    boolean dual = columns.values().length > columns.rows();
    return new Design(columns.values(), columns.rows(), dual, SEED, workers);
  }

  private TrainedLinear fit(
      Design design, Standardised columns, LabelledRows rows, double strength) {
    Objective objective = new Objective(task, rows.labels(), weights(rows, new int[0], -1, false));
    PenalisedFit fit = new PenalisedFit(design, objective, outputs);
    fit.solve(strength, FINAL_TOLERANCE);
    return new Optimum(fit.coordinates(), fit.bias()).model(design, columns, strength);
  }

  /** Where a fit has come to. */
  @SuppressWarnings("ArrayRecordComponent") // Large and handed over, never compared.
  private record Optimum(double[][] coordinates, double[] bias) {
    static Optimum copyOf(PenalisedFit fit) {
      return new Optimum(
          Arrays.stream(fit.coordinates()).map(double[]::clone).toArray(double[][]::new),
          fit.bias().clone());
    }

    TrainedLinear model(Design design, Standardised columns, double strength) {
      double[][] weights = Arrays.stream(coordinates).map(design::weights).toArray(double[][]::new);
      return columns.rawModel(weights, bias, strength);
    }
  }

  /**
   * @param optima overwritten with those of the best penalty, by fold
   */
  private CrossFit crossFit(
      Design design,
      LabelledRows rows,
      int[] folds,
      Map<Integer, Optimum> optima,
      Workers workers) {
    int[] parts = Arrays.stream(folds).distinct().sorted().toArray();
    if (folds.length != rows.rows() || parts.length < 2) {
      throw new IllegalArgumentException(
          "linear folds: "
              + folds.length
              + " values, "
              + parts.length
              + " different, expected "
              + rows.rows()
              + " values and at least 2 different");
    }
    List<PenalisedFit> fits = new ArrayList<>();
    List<Objective> held = new ArrayList<>();
    double[] shares = new double[parts.length];
    double total = 0;
    for (int part = 0; part < parts.length; part++) {
      double[] inside = weights(rows, folds, parts[part], false);
      double[] outside = weights(rows, folds, parts[part], true);
      if (!(Arrays.stream(inside).sum() > 0)) {
        throw new TrainingException(
            "nearly all rows have weight 0, too few are left to fit an image score on; give more"
                + " rows a weight above 0");
      }
      shares[part] = Arrays.stream(outside).sum();
      total += shares[part];
      fits.add(new PenalisedFit(design, new Objective(task, rows.labels(), inside), outputs));
      held.add(new Objective(task, rows.labels(), outside));
    }
    double[] outOfFold = new double[rows.rows() * outputs];
    double[] losses = new double[parts.length];
    double best = Double.POSITIVE_INFINITY;
    double bestStrength = STRONGEST;
    int worse = 0;
    for (int s = firstStep(design); s < STRENGTHS && worse < PATIENCE; s++) {
      double strength = STRONGEST * Math.pow(10, -s / STRENGTHS_PER_DECADE);
      workers.forEach(
          parts.length,
          part -> {
            PenalisedFit fit = fits.get(part);
            fit.solve(strength, PATH_TOLERANCE);
            losses[part] = held.get(part).score(fit.margins());
          });
      double loss = 0;
      for (int part = 0; part < parts.length; part++) {
        // A part of no weight has no loss and does not count.
        loss += shares[part] > 0 ? losses[part] * shares[part] / total : 0;
      }
      worse++;
      if (loss < best) {
        best = loss;
        bestStrength = strength;
        worse = 0;
        for (int part = 0; part < parts.length; part++) {
          keep(fits.get(part).margins(), folds, parts[part], outOfFold);
          optima.put(parts[part], Optimum.copyOf(fits.get(part)));
        }
      }
    }
    return new CrossFit(bestStrength, best, outOfFold);
  }

  /** The more alike many columns are, the stronger a penalty must be to hold them all down. */
  private static int firstStep(Design design) {
    double decades = Math.log10(Math.max(1, 3 * design.largestVariance() / STRONGEST));
    return (int) -Math.ceil(STRENGTHS_PER_DECADE * decades);
  }

  private void keep(double[][] margins, int[] folds, int fold, double[] outOfFold) {
    for (int row = 0; row < folds.length; row++) {
      for (int k = 0; k < outputs && folds[row] == fold; k++) {
        outOfFold[row * outputs + k] = margins[k][row];
      }
    }
  }

  /** Row weights, 0 outside ({@code inFold}) or inside the fold; no folds: all rows. */
  private static double[] weights(LabelledRows rows, int[] folds, int fold, boolean inFold) {
    double[] weights = new double[rows.rows()];
    for (int row = 0; row < weights.length; row++) {
      boolean counts = folds.length == 0 || (folds[row] == fold) == inFold;
      weights[row] = counts ? rows.weight(row) : 0;
    }
    return weights;
  }
}
