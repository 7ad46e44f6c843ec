package dev.amulet.training;

import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.InsightData.LearningCurve.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The way of modelling that was chosen, trained again on a quarter and half of each fold's rows, to
 * see whether more rows would help. Takes no more than a share of the time budget: folds that do
 * not fit are left out, and where not even one does, all of it.
 */
final class LearningCurveTrainer {
  private static final int QUARTERS = 4;
  private static final int[] SHARES = {1, 2};

  /** Share of the whole time budget that this may take, at most what is left of it. */
  private static final double BUDGET_SHARE = 0.15;

  private static final int FEWEST_ROWS = 12;

  private final ExperimentData data;
  private final Folds folds;
  private final Drafts drafts;
  private final FeatureFitter fitter;
  private final LinearLearner linear;
  private final TreeLearner trees;
  private final Budget budget;
  private final long seed;
  private final ProgressListener progress;

  LearningCurveTrainer(
      ExperimentData data,
      Folds folds,
      Drafts drafts,
      FeatureFitter fitter,
      LinearLearner linear,
      TreeLearner trees,
      Budget budget,
      long seed,
      ProgressListener progress) {
    this.data = data;
    this.folds = folds;
    this.drafts = drafts;
    this.fitter = fitter;
    this.linear = linear;
    this.trees = trees;
    this.budget = budget;
    this.seed = seed;
    this.progress = progress;
  }

  /**
   * Trains.
   *
   * @param schema of the model
   */
  LearningCurve run(ModelSelection.Result selection, Schema schema) {
    Scores scores = selection.scores();
    Metric scorer = scores.scorer();
    double until =
        budget.spentSeconds() + Math.min(budget.leftSeconds(), BUDGET_SHARE * budget.seconds());
    double[][] values = new double[SHARES.length][folds.count()];
    Arrays.stream(values).forEach(perFold -> Arrays.fill(perFold, Double.NaN));
    int[] rows = new int[SHARES.length];
    int done = 0;
    double longest = secondsPerFold(selection.chosen());
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] all = folds.trainRows(fold);
      if (all.length < FEWEST_ROWS * QUARTERS) {
        return new LearningCurve(
            List.of(), "No learning curve: a quarter of so few rows is too little to learn from.");
      }
      double before = budget.spentSeconds();
      if (before + longest > until || budget.stopped()) {
        break;
      }
      int[] quarter = Splitter.parts(data.profile(), all, QUARTERS, seed);
      for (int s = 0; s < SHARES.length; s++) {
        int share = SHARES[s];
        int[] part =
            IntStream.range(0, all.length)
                .filter(i -> quarter[i] < share)
                .map(i -> all[i])
                .toArray();
        rows[s] += part.length;
        values[s][fold] = value(selection.chosen(), scorer, schema, part, fold);
      }
      longest = budget.spentSeconds() - before;
      done++;
      progress.progress("learning curve", done, folds.count());
    }
    if (done == 0) {
      return new LearningCurve(
          List.of(), "No learning curve: the time budget was spent; give it more: --time-budget.");
    }
    double[] whole =
        Objects.requireNonNull(
            Objects.requireNonNull(scores.candidates().get(scores.chosen())).get(scorer));
    return new LearningCurve(points(values, rows, whole, done), note(done));
  }

  /** What the shares of a fold will take its learners, by what all of its rows took. */
  private double secondsPerFold(ModelSelection.Contestant chosen) {
    double seconds = 0;
    for (ModelSelection.Part part : Arrays.asList(chosen.linear(), chosen.trees())) {
      seconds += part == null ? 0 : part.outcome().seconds();
    }
    return seconds * IntStream.of(SHARES).sum() / QUARTERS / folds.count();
  }

  private List<Point> points(double[][] values, int[] rows, double[] whole, int done) {
    List<Point> points = new ArrayList<>();
    for (int s = 0; s < SHARES.length; s++) {
      points.add(
          new Point((double) SHARES[s] / QUARTERS, rows[s] / done, Score.of(values[s]), done));
    }
    int all = 0;
    for (int fold = 0; fold < done; fold++) {
      all += folds.trainRows(fold).length;
    }
    // Of the same folds, as folds differ more than shares do.
    points.add(new Point(1, all / done, Score.of(Arrays.copyOf(whole, done)), done));
    return points;
  }

  private String note(int done) {
    return done == folds.count()
        ? ""
        : "Of %d of %d folds, for want of time.".formatted(done, folds.count());
  }

  /** The scorer on a fold's rows of what is trained on some others. */
  private double value(
      ModelSelection.Contestant chosen, Metric scorer, Schema schema, int[] rows, int fold) {
    int[] parts = Splitter.parts(data.profile(), rows, CrossValidation.INNER_PARTS, seed);
    ModelSelection.Part linearPart = chosen.linear();
    ModelSelection.Part treesPart = chosen.trees();
    FittedFeatures fitted = fitter.fit(schema, rows, parts, PinnedConfig.derived(chosen));
    FeatureMatrix features =
        fitted.honest(
            drafts.features(
                fitted.draft(), data.table(), "learning curve", ProgressListener.silent()));
    FittedModel linearModel =
        linearPart == null
            ? null
            : linear.train(
                features,
                rows,
                linearPart.features().linearSlots(fitted),
                linearPart.features().linearEmbeddings(fitted));
    FittedModel treesModel =
        treesPart == null
            ? null
            : trees
                .with(treesPart.candidate().trees())
                .train(features, rows, treesPart.candidate().treeSlots(fitted));
    FittedModel model =
        linearModel != null && treesModel != null
            ? new Blend(linearModel, treesModel, chosen.linearWeight())
            : Objects.requireNonNull(linearModel == null ? treesModel : linearModel);
    int[] validation = folds.validationRows(fold);
    double[][] predictions =
        data.coding().decode(model.margins(features.selectRows(validation)), chosen.calibration());
    return ModelSelection.evaluate(
            data.coding(),
            ModelSelection.pick(data.targets(), validation),
            predictions,
            ModelSelection.pick(data.profile().weights(), validation),
            chosen.labelThreshold())
        .value(scorer);
  }
}
