package dev.amulet.training;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Task;
import dev.amulet.training.CrossValidation.Outcome;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Evaluation;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares candidates by what they predict for rows they did not see. What is chosen by comparing
 * such predictions, blend weights and label thresholds, is chosen for each fold on the other folds,
 * so that the figures reported are those of rows that had no say.
 */
final class ModelSelection {
  private final ExperimentData data;
  private final TargetCoding coding;
  private final Folds folds;
  private final Metric scorer;
  private final double[] targets;
  private final double[] labels;
  private final double[] weights;
  private final boolean calibrates;
  private final Map<Candidate, Outcome> outcomes = new TreeMap<>();
  private final SortedMap<Candidate, Contestant> contestants = new TreeMap<>();
  private final SortedMap<Candidate, Map<Metric, double[]>> figures = new TreeMap<>();

  ModelSelection(ExperimentData data, Folds folds, Metric scorer, boolean calibrates) {
    this.data = data;
    this.folds = folds;
    this.scorer = scorer;
    coding = data.coding();
    targets = data.targets();
    labels = data.labels();
    weights = data.profile().weights();
    this.calibrates = calibrates;
  }

  /**
   * A candidate and how it did.
   *
   * @param predictions out of fold, in the target's terms, {@code [rows][1 or classes]}; NaN for
   *     rows that no fold holds out
   * @param margins the same before decoding, {@code [rows][1 or classes]}
   * @param labelThreshold of a model on all rows; binary only
   * @param calibration of the probabilities of a model on all rows
   * @param linear the linear model of the candidate, or null
   * @param trees the trees of the candidate, or null
   * @param linearWeight share of the linear model in a blend on all rows
   */
  @SuppressWarnings("ArrayRecordComponent") // One number per row and class.
  record Contestant(
      double[][] predictions,
      double[][] margins,
      double labelThreshold,
      Calibration calibration,
      @Nullable Part linear,
      @Nullable Part trees,
      double linearWeight) {}

  /** A learner, what it sees, and how it did. */
  record Part(Candidate candidate, Outcome outcome) {
    FeatureSet features() {
      return candidate.features();
    }
  }

  /**
   * How the candidates compare and the one to use.
   *
   * @param payoff of fine-tuning; null where only frozen or only tuned networks were tried
   */
  record Result(Scores scores, Contestant chosen, @Nullable TuningPayoff payoff) {
    /** Whether the model is made with a fine-tuned network. */
    boolean isTuned() {
      return scores.chosen().features().isTuned();
    }
  }

  /** Takes in what cross-validation finished. */
  CandidateResult add(Candidate candidate, Outcome outcome) {
    outcomes.put(candidate, outcome);
    Part part = new Part(candidate, outcome);
    boolean linear = candidate.learner() == LearnerKind.LINEAR;
    add(candidate, outcome.margins(), linear ? part : null, linear ? null : part, 0);
    return result(candidate, outcome.seconds());
  }

  private CandidateResult result(Candidate candidate, double seconds) {
    return new CandidateResult(candidate, Objects.requireNonNull(figures.get(candidate)), seconds);
  }

  /**
   * Adds blends of what was taken in and chooses.
   *
   * @param eligible what a model may be made of, alone or in a blend
   * @param tried out-of-fold predictions of what was chosen from before: they count where the
   *     figure is corrected for having had a choice
   * @param listener hears of the blends
   */
  Result choose(
      ExperimentConfig config,
      Predicate<Candidate> eligible,
      List<double[][]> tried,
      Consumer<CandidateResult> listener) {
    if (config.learner() != LearnerChoice.LINEAR && config.learner() != LearnerChoice.TREES) {
      addBlend(candidate -> candidate.features() == FeatureSet.TABLE, listener);
      addBlend(eligible.and(candidate -> !candidate.features().isTuned()), listener);
      addBlend(eligible.and(ModelSelection::needsNoFrozenNetwork), listener);
    }
    Candidate frozen = best(config, eligible, false);
    Candidate tuned = best(config, eligible, true);
    TuningPayoff payoff =
        frozen == null || tuned == null
            ? null
            : TuningPayoff.of(scorer, values(frozen), values(tuned));
    boolean usesTuned =
        tuned != null
            && (payoff == null
                || payoff.pays()
                || config.tuning().choice() == TuningSettings.Choice.ALWAYS);
    Predicate<Candidate> group = candidate -> candidate.features().isTuned() == usesTuned;
    Candidate chosen = Scores.choose(scorer, figures, allowed(config, eligible, group));
    Predicate<Candidate> allowed = allowed(config, eligible, candidate -> true);
    List<double[][]> predictions = new ArrayList<>(tried);
    contestants.forEach(
        (candidate, contestant) -> {
          if (allowed.test(candidate)) {
            predictions.add(contestant.predictions());
          }
        });
    Score corrected = new BootstrapCorrection(data, folds, scorer, config.seed()).of(predictions);
    Scores scores = new Scores(scorer, figures, chosen, constantScores(), corrected);
    return new Result(scores, Objects.requireNonNull(contestants.get(chosen)), payoff);
  }

  /** Table columns may stand beside a tuned network, as they do beside a frozen one. */
  private static boolean needsNoFrozenNetwork(Candidate candidate) {
    return candidate.features().isTuned() || candidate.features() == FeatureSet.TABLE;
  }

  private @Nullable Candidate best(
      ExperimentConfig config, Predicate<Candidate> eligible, boolean tuned) {
    Predicate<Candidate> group = candidate -> candidate.features().isTuned() == tuned;
    return Scores.best(scorer, figures, allowed(config, eligible, group));
  }

  private double[] values(Candidate candidate) {
    return Objects.requireNonNull(Objects.requireNonNull(figures.get(candidate)).get(scorer));
  }

  /** The best of what was taken in that a model may be made of; best first. */
  List<Candidate> best(Predicate<Candidate> eligible, int count) {
    SortedMap<Candidate, Map<Metric, double[]>> left = new TreeMap<>(figures);
    List<Candidate> best = new ArrayList<>();
    while (best.size() < count) {
      Candidate next = Scores.best(scorer, left, eligible);
      if (next == null) {
        break;
      }
      best.add(next);
      left.remove(next);
    }
    return best;
  }

  /**
   * Which candidates may be chosen. Where a blend is asked for and one learner alone does better
   * than any, or there was no time for the other, that one stands in.
   */
  private Predicate<Candidate> allowed(
      ExperimentConfig config, Predicate<Candidate> eligible, Predicate<Candidate> group) {
    Predicate<Candidate> parts = group.and(candidate -> isMadeOf(candidate, eligible));
    Predicate<Candidate> both =
        parts.and(candidate -> config.learner().allows(candidate.learner()));
    return figures.keySet().stream().anyMatch(both) ? both : parts;
  }

  private boolean isMadeOf(Candidate candidate, Predicate<Candidate> eligible) {
    Contestant contestant = Objects.requireNonNull(contestants.get(candidate));
    Part linear = contestant.linear();
    Part trees = contestant.trees();
    return (linear == null || eligible.test(linear.candidate()))
        && (trees == null || eligible.test(trees.candidate()));
  }

  /** Blends the best linear model and the best trees among some. */
  private void addBlend(Predicate<Candidate> among, Consumer<CandidateResult> listener) {
    Candidate linear =
        Scores.best(scorer, figures, among.and(c -> c.learner() == LearnerKind.LINEAR));
    Candidate trees =
        Scores.best(scorer, figures, among.and(c -> c.learner() == LearnerKind.TREES));
    if (linear == null || trees == null) {
      return;
    }
    Candidate blend =
        new Candidate(
            linear.features().and(trees.features()),
            LearnerKind.BLEND,
            trees.components(),
            trees.trees());
    if (figures.containsKey(blend)) {
      return;
    }
    Outcome linearOutcome = Objects.requireNonNull(outcomes.get(linear));
    Outcome treesOutcome = Objects.requireNonNull(outcomes.get(trees));
    double[][] margins = linearOutcome.margins().clone();
    for (int fold = 0; fold < folds.count(); fold++) {
      double weight = weight(linearOutcome, treesOutcome, folds.decidingRows(fold));
      for (int row : folds.validationRows(fold)) {
        margins[row] = Blend.mix(linearOutcome.margins()[row], treesOutcome.margins()[row], weight);
      }
    }
    double weight = weight(linearOutcome, treesOutcome, folds.validatedRows());
    // A blend of one is that one.
    if (weight > 0 && weight < 1) {
      add(blend, margins, new Part(linear, linearOutcome), new Part(trees, treesOutcome), weight);
      listener.accept(result(blend, 0));
    }
  }

  private double weight(Outcome linear, Outcome trees, int[] rows) {
    return Blend.bestWeight(
        coding.task(), linear.margins(), trees.margins(), labels, weights, rows);
  }

  private void add(
      Candidate candidate,
      double[][] margins,
      @Nullable Part linear,
      @Nullable Part trees,
      double linearWeight) {
    ProbabilityCalibration.Outcome decoded = decode(margins);
    double[][] predictions = decoded.predictions();
    double[] thresholds = new double[folds.count()];
    double threshold = LabelThreshold.USUAL;
    if (coding.task() == Task.BINARY) {
      Metric criterion = LabelThreshold.criterion(scorer);
      double[] second = new double[predictions.length];
      for (int row = 0; row < second.length; row++) {
        second[row] = predictions[row][1];
      }
      for (int fold = 0; fold < thresholds.length; fold++) {
        thresholds[fold] =
            LabelThreshold.choose(criterion, targets, second, weights, folds.decidingRows(fold));
      }
      threshold = LabelThreshold.choose(criterion, targets, second, weights, folds.validatedRows());
    }
    contestants.put(
        candidate,
        new Contestant(
            predictions, margins, threshold, decoded.calibration(), linear, trees, linearWeight));
    figures.put(candidate, perFold(predictions, thresholds));
  }

  private ProbabilityCalibration.Outcome decode(double[][] margins) {
    return coding.task() == Task.REGRESSION || !calibrates
        ? new ProbabilityCalibration.Outcome(
            coding.decode(margins), Calibration.getDefaultInstance())
        : new ProbabilityCalibration(coding, labels, weights).run(margins, folds);
  }

  private Map<Metric, double[]> perFold(double[][] predictions, double[] thresholds) {
    Map<Metric, double[]> values = new EnumMap<>(Metric.class);
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] rows = folds.validationRows(fold);
      Evaluation evaluation =
          evaluate(
              coding,
              pick(targets, rows),
              pick(predictions, rows),
              pick(weights, rows),
              thresholds[fold]);
      for (Map.Entry<Metric, Double> entry : evaluation.values().entrySet()) {
        values.computeIfAbsent(entry.getKey(), m -> new double[folds.count()])[fold] =
            entry.getValue();
      }
    }
    return values;
  }

  /**
   * Every metric of predictions {@code [rows][1 or classes]}.
   *
   * @param threshold from which probability on the second of two classes is predicted
   */
  static Evaluation evaluate(
      TargetCoding coding,
      double[] targets,
      double[][] predictions,
      double @Nullable [] weights,
      double threshold) {
    int outputs = coding.task() == Task.MULTICLASS ? coding.classes() : 1;
    double[] flat = new double[predictions.length * outputs];
    for (int i = 0; i < predictions.length; i++) {
      if (coding.task() == Task.BINARY) {
        flat[i] = predictions[i][1];
      } else {
        System.arraycopy(predictions[i], 0, flat, i * outputs, outputs);
      }
    }
    return Evaluation.of(coding.task(), targets, flat, outputs, weights, threshold);
  }

  private Map<Metric, Score> constantScores() {
    double[][] predictions = new double[targets.length][];
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] training = folds.trainRows(fold);
      double[] constant = constant(pick(targets, training), pick(weights, training));
      for (int row : folds.validationRows(fold)) {
        predictions[row] = constant;
      }
    }
    double[] thresholds = new double[folds.count()];
    Arrays.fill(thresholds, LabelThreshold.USUAL);
    Map<Metric, Score> scores = new EnumMap<>(Metric.class);
    perFold(predictions, thresholds)
        .forEach((metric, values) -> scores.put(metric, Score.of(values)));
    return scores;
  }

  private double[] constant(double[] someTargets, double[] someWeights) {
    boolean regression = coding.task() == Task.REGRESSION;
    double[] sums = new double[regression ? 1 : coding.classes()];
    double total = 0;
    for (int i = 0; i < someTargets.length; i++) {
      if (regression) {
        sums[0] += someWeights[i] * someTargets[i];
      } else {
        sums[(int) someTargets[i]] += someWeights[i];
      }
      total += someWeights[i];
    }
    for (int k = 0; k < sums.length; k++) {
      sums[k] /= total;
    }
    return sums;
  }

  static double[] pick(double[] values, int[] rows) {
    double[] picked = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }

  static double[][] pick(double[][] values, int[] rows) {
    double[][] picked = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      picked[i] = values[rows[i]];
    }
    return picked;
  }
}
