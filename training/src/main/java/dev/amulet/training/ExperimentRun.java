package dev.amulet.training;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.VerificationReport;
import dev.amulet.training.ExperimentConfig.CalibrationChoice;
import dev.amulet.training.ExperimentConfig.MissingImageChoice;
import dev.amulet.training.ExperimentConfig.VerificationRows;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.feature.TableFitter;
import dev.amulet.training.insight.InsightData;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.LearningCurve;
import dev.amulet.training.insight.InsightData.Tuning;
import dev.amulet.training.insight.InsightReport;
import dev.amulet.training.insight.ModelCard;
import dev.amulet.training.linear.LinearTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps of one experiment, in order, and what they share. */
final class ExperimentRun {
  private final ExperimentConfig config;
  private final ExperimentFolder folder;
  private final ProgressListener progress;
  private final Budget budget;
  private final Folds folds;
  private final ExperimentData data;
  private final @Nullable TestTable test;
  private final List<NamedBackbone> given;
  private final List<NamedBackbone> backbones;

  /** What networks and ways to show pictures that were tried predicted, chosen or not. */
  private final List<double[][]> tried;

  private final List<ImageSearch.Ranked> ranking;

  /** How long a picture takes each network, by id, as far as that is known. */
  private final Map<String, Double> msPerImage;

  /** Null where networks stay as they are; tunes nothing before it is asked to. */
  private final @Nullable FineTuning tuning;

  private final Drafts drafts;
  private final @Nullable Embeddings embeddings;
  private final FeatureFitter fitter;
  private final TreeLearner trees;
  private final LinearLearner linear;
  private final Leaderboard leaderboard;

  ExperimentRun(
      ExperimentConfig config, ExperimentFolder folder, EmbeddingStore store, Budget budget) {
    this.config = config;
    this.folder = folder;
    progress = folder.progress();
    this.budget = budget;
    budget.phase("reading the data");
    Groundwork ground = Groundwork.lay(config, progress);
    Plan outlook = Plan.of(config, ground);
    outlook.report(progress);
    msPerImage = outlook.msPerImage();
    ExperimentData read = ground.data();
    test = ground.test();
    folds = ground.folds();
    given = ground.backbones();
    Drafts plain =
        new Drafts(
                config.name(), read.schema(), given, read.table().images(), store, config.threads())
            .running(config.images());
    ExperimentData known = transformedByTable(read, plain);
    budget.phase("pictures through networks");
    if (config.tuning().isOn()) {
      budget.keep(FineTuning.BUDGET_SHARE * budget.seconds());
    }
    ImageProbe probe =
        new ImageProbe(
            known, folds, plain, known.scorer(config), config.threads(), msPerImage, progress);
    ImageSearch search =
        new ImageSearch(config.images(), known.scorer(config), probe, budget, progress);
    backbones = search.choose(given);
    tried = probe.predictions();
    ranking = search.ranking();
    drafts = plain.with(read.schema(), backbones);
    PipelineBuilder base = new PipelineBuilder(read.schema());
    FeaturePlan plan = FeaturePlan.layOut(base, read.schema(), backbones);
    FeatureMatrix features = drafts.features(base, read.table(), "embeddings", progress);
    data =
        plan.tableSlots().isEmpty()
            ? TransformSearch.choose(
                read, folds, features, FeatureFitter.embeddingSlots(plan), config, progress)
            : known;
    embeddings =
        plan.embeddings().isEmpty()
            ? null
            : new Embeddings(features, FeatureFitter.embeddingSlots(plan));
    fitter = fitter(features);
    trees = new TreeLearner(data.profile(), data.coding(), data.labels(), config);
    linear = new LinearLearner(data.profile(), data.coding(), data.labels(), config);
    leaderboard = new Leaderboard(data.scorer(config), folds, progress);
    tuning = config.tuning().isOn() ? fineTuning() : null;
  }

  private FineTuning fineTuning() {
    return new FineTuning(
        config,
        data,
        folds,
        given,
        FineTuning.bestFirst(backbones, ranking, data.scorer(config)),
        Objects.requireNonNull(embeddings),
        drafts,
        fitter,
        budget,
        progress);
  }

  ExperimentResult run() {
    budget.phase("cross-validation");
    ModelSelection.Result selection = crossValidate();
    if (budget.stopped()) {
      progress.message(
          "stopped: the best of %d complete candidates becomes the model"
              .formatted(leaderboard.size()));
    }
    Scores scores = selection.scores();
    scores.report(progress);
    if (selection.payoff() != null) {
      progress.message(selection.payoff().text(scores.scorer().name()));
    }
    folder.stage("leaderboard.csv", leaderboard.csv(scores.chosen()));
    if (!config.learner().allows(scores.chosen().learner())) {
      progress.message("no blend could be made that is better than one learner alone");
    }
    BackTransformBias bias =
        BackTransformBias.of(data, folds, scores.scorer(), selection.chosen().predictions());
    if (bias != null) {
      progress.message(bias.words(scores.scorer()));
    }
    PredictionIntervals intervals = intervals(selection.chosen());
    PredictionFile predictions =
        new PredictionFile(data.profile().requiredTarget(), selection.chosen().labelThreshold());
    folder.stage(
        "predictions/oof.csv",
        predictions.text(data.table(), selection.chosen().predictions(), folds));
    String toml = ConfigFile.write(pinned(selection), scores.scorer());
    folder.stage("config.toml", toml);

    budget.phase("training on all rows");
    progress.message("training on all " + data.table().rows() + " rows");
    FinalTraining.Model model =
        new FinalTraining(config, data, drafts, backbones, tuning, fitter, linear, trees, progress)
            .run(scores, selection.chosen(), intervals);
    budget.phase("scoring the test table");
    TestTable.Result tested = scoreTest(model, predictions);
    budget.phase("report");
    ExperimentReport report = report(selection, tested, model, toml);
    MetricsFile metrics =
        new MetricsFile(config.name(), data.coding().task(), data.table().rows(), scores)
            .intervals(intervals)
            .backTransform(bias)
            .searchCutShort(budget.wasCut())
            .networks(ranking, backbones.stream().map(NamedBackbone::id).toList())
            .fineTuning(figures(selection), selection.payoff())
            .test(tested);
    ArtifactWriter writer =
        model
            .assembler()
            .withMetrics(Scores.manifestValues(tested.scores()))
            .assemble(this::verificationRows, metrics.text());
    if (report != null) {
      report.stage(folder);
      report.addTo(writer, config.embedReport());
    }
    String id = check(writer, model, predictions);
    double seconds = budget.spentSeconds();
    long bytes = sizeBytes(folder.uncheckedAmulet());
    folder.stage("metrics.json", metrics.finish(seconds, id, bytes).text());
    Path amulet = folder.publish();
    Map<Metric, Score> tableOnly = scores.tableOnly();
    return new ExperimentResult(
        folder.path(),
        amulet,
        id,
        scores.scorer(),
        scores.score(scores.validation()),
        tableOnly == null ? null : scores.score(tableOnly),
        scores.score(scores.constant()),
        tested.scores(),
        scores.chosen().features().key(),
        scores.chosen().learner().key(),
        seconds);
  }

  /**
   * The report is worth less than the model: where it cannot be made, that is said, and no more.
   */
  private @Nullable ExperimentReport report(
      ModelSelection.Result selection,
      TestTable.Result tested,
      FinalTraining.Model model,
      String toml) {
    try (Scorer scorer = model.assembler().open(drafts.options())) {
      InsightData found =
          new ReportData(
                  config,
                  data,
                  folds,
                  selection.isTuned() ? model.networks() : backbones,
                  msPerImage,
                  embeddings,
                  figures(selection),
                  budget,
                  progress)
              .of(selection, tested, scorer, learningCurve(selection), toml);
      return new ExperimentReport(InsightReport.html(found, progress), ModelCard.text(found));
    } catch (RuntimeException e) {
      folder.withoutReport(e);
      return null;
    }
  }

  private @Nullable Tuning figures(ModelSelection.Result selection) {
    return tuning == null ? null : tuning.figures(selection);
  }

  private LearningCurve learningCurve(ModelSelection.Result selection) {
    if (selection.isTuned()) {
      return new LearningCurve(
          List.of(), "No learning curve: every point of it would need networks tuned anew.");
    }
    boolean images = selection.scores().chosen().features() != FeatureSet.TABLE;
    Schema schema = images ? data.schema() : data.schemaWithoutImages();
    return new LearningCurveTrainer(
            data,
            folds,
            drafts.with(schema, images ? backbones : List.of()),
            fitter,
            linear,
            trees,
            budget,
            config.seed(),
            progress)
        .run(selection, schema);
  }

  private ModelSelection.Result crossValidate() {
    progress.message("leaderboard, " + data.scorer(config) + ":");
    ModelSelection selection =
        new ModelSelection(
            data, folds, data.scorer(config), config.calibration() == CalibrationChoice.AUTO);
    CandidatePlan plan = new CandidatePlan(config, data, folds, backbones);
    FoldFeatures.Both features =
        plan.features(drafts, fitter, Runtime.getRuntime().maxMemory() / 4, progress);
    CrossValidation validation = validation(features, selection, plan);
    validation.run(plan.candidates(features));
    if (config.treeOptions() == null || config.images().outputDimensions().size() > 1) {
      TreeSearch search = new TreeSearch(features, folds.count(), trees, budget, config);
      validation.run(
          search.tuned(selection.best(plan::isEligible, TreeSearch.CANDIDATES), progress));
    }
    crossValidateTuned(features, selection, plan);
    if (tuning != null && selection.best(plan::isEligible, 1).isEmpty()) {
      throw new TrainingException(tuning.refusal());
    }
    return selection.choose(config, plan::isEligible, tried, leaderboard::add);
  }

  private CrossValidation validation(
      FoldFeatures.Both features, ModelSelection selection, CandidatePlan plan) {
    return new CrossValidation(
        folds,
        features,
        trees,
        linear,
        budget,
        plan::isEligible,
        (candidate, outcome) -> leaderboard.add(selection.add(candidate, outcome)),
        progress);
  }

  private void crossValidateTuned(
      FoldFeatures.Both frozen, ModelSelection selection, CandidatePlan plan) {
    FineTuning tuner = tuning;
    if (tuner == null) {
      return;
    }
    List<Candidate> candidates = plan.tuned(tuner.candidates(frozen.table() != null));
    budget.phase("fine-tuning");
    tuner.preview().ifPresent(png -> folder.stage(FineTuning.PREVIEW, png));
    budget.keep(0);
    tuner
        .tune(Runtime.getRuntime().maxMemory() / 4)
        .ifPresent(
            features ->
                validation(
                        new FoldFeatures.Both(frozen.table(), frozen.all(), features),
                        selection,
                        plan)
                    .run(candidates));
    budget.phase("cross-validation");
  }

  private @Nullable PredictionIntervals intervals(ModelSelection.Contestant chosen) {
    if (data.coding().task() != Task.REGRESSION || config.intervalCoverage() == 0) {
      return null;
    }
    PredictionIntervals intervals =
        PredictionIntervals.of(
            chosen.margins(),
            data.labels(),
            data.profile().weights(),
            folds,
            config.intervalCoverage(),
            data.coding().intervalSpace());
    progress.message(
        intervals == null
            ? "no prediction intervals: too few rows for a coverage of " + config.intervalCoverage()
            : "prediction intervals of coverage %s hold %s of the rows of other folds"
                .formatted(config.intervalCoverage(), intervals.coverage()));
    return intervals;
  }

  /** With the target as it is best learned, as far as columns that need no network tell. */
  private ExperimentData transformedByTable(ExperimentData read, Drafts plain) {
    Schema schema = read.schemaWithoutImages();
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    int[] slots =
        FeaturePlan.layOut(pipeline, schema, List.of()).tableSlots().stream()
            .mapToInt(i -> i)
            .toArray();
    if (slots.length == 0) {
      return read;
    }
    FeatureMatrix features =
        plain.with(schema, List.of()).features(pipeline, read.table(), "table", progress);
    return TransformSearch.choose(read, folds, features, slots, config, progress);
  }

  private ExperimentConfig pinned(ModelSelection.Result selection) {
    FineTuning tuner = selection.isTuned() ? Objects.requireNonNull(tuning) : null;
    List<NamedBackbone> used = tuner == null ? backbones : tuner.bases();
    return PinnedConfig.of(
        config,
        PinnedConfig.images(config.images(), given, used),
        tuner == null ? config.tuning().off() : tuner.found(),
        data,
        selection);
  }

  private FeatureFitter fitter(FeatureMatrix features) {
    return new FeatureFitter(
        new TableFitter(
            data.schema(),
            data.table(),
            data.coding().margins(),
            data.labels(),
            data.profile().weights(),
            config.seed()),
        backbones,
        new LinearTrainer(data.coding().task(), data.coding().classes(), config.threads()),
        config.seed(),
        config.threads(),
        features,
        data.labels(),
        data.profile().weights());
  }

  private List<List<Cell>> verificationRows(Scorer scorer) {
    return config.verification() == VerificationRows.SYNTHETIC
        ? new VerificationCells(
                scorer.schema(),
                config.missingImage() == MissingImageChoice.FAIL_ROW,
                config.seed())
            .rows()
        : SampleCells.of(scorer, data.table());
  }

  /** Writes the amulet aside, reopens it and holds it against the trainer. */
  private String check(
      ArtifactWriter writer, FinalTraining.Model model, PredictionFile predictions) {
    try {
      writer.write(folder.uncheckedAmulet());
      try (Scorer scorer = Scorer.open(folder.uncheckedAmulet(), drafts.options())) {
        FeatureMatrix features = Drafts.features(scorer, data.table(), "check", progress);
        double[][] expected =
            data.coding().decode(model.fitted().margins(features), model.calibration());
        ParityGate gate = new ParityGate(scorer, data.table(), expected);
        double worst = gate.check();
        if (gate.rowsWithoutImage() > 0) {
          progress.message(
              "warning: %d rows have an image that cannot be used and counts as missing; %s"
                  .formatted(gate.rowsWithoutImage(), gate.firstProblem()));
        }
        progress.message(
            "parity gate: %d rows, largest relative difference %.1e"
                .formatted(data.table().rows(), worst));
        VerificationReport report = scorer.verify();
        if (!report.passed()) {
          throw new UnpublishedException(
              "it does not reproduce its own verification rows: " + report.rows());
        }
        folder.stage("predictions/train.csv", predictions.text(data.table(), expected, null));
        return scorer.id();
      }
    } catch (ArtifactException e) {
      throw new UnpublishedException(String.valueOf(e.getMessage()), e);
    }
  }

  private TestTable.Result scoreTest(FinalTraining.Model model, PredictionFile file) {
    TestTable table = test;
    if (table == null) {
      return TestTable.Result.NONE;
    }
    try (Scorer scorer = model.assembler().open(drafts.options(table.images()))) {
      TestTable.Result result = table.score(scorer, file, progress);
      folder.stage("predictions/test.csv", result.csv());
      return result;
    }
  }

  private static long sizeBytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new TrainingException("amulet " + file + " cannot be read: " + e, e);
    }
  }
}
