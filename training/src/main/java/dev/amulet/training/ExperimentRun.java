package dev.amulet.training;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Schema;
import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.VerificationReport;
import dev.amulet.training.ExperimentConfig.VerificationRows;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.FittedFeatures;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.linear.LinearTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The steps of one experiment, in order, and what they share. */
final class ExperimentRun {
  /** Room for 400,000 embeddings of 1280 values, where there is that much memory. */
  private static final long CACHE_BYTES = Math.min(2L << 30, Runtime.getRuntime().maxMemory() / 4);

  private final ExperimentConfig config;
  private final ExperimentFolder folder;
  private final ProgressListener progress;
  private final ExperimentData data;
  private final @Nullable TestTable test;
  private final List<NamedBackbone> backbones;
  private final Drafts drafts;
  private final Learner learner;
  private final long started = System.nanoTime();

  ExperimentRun(ExperimentConfig config, ExperimentFolder folder) {
    this.config = config;
    this.folder = folder;
    progress = folder.progress();
    data = ExperimentData.read(config, progress);
    test = config.test() == null ? null : TestTable.read(config.test(), config, data, progress);
    backbones = data.backbones(config, progress);
    drafts =
        new Drafts(
            config.name(),
            data.schema(),
            backbones,
            ImageSource.under(data.table().root()),
            EmbeddingCache.inMemory(CACHE_BYTES),
            config.threads());
    learner = new Learner(data.profile(), data.coding(), data.labels(), config);
  }

  ExperimentResult run() {
    Folds folds = Splitter.split(data.profile(), config.folds(), config.seed());
    FeatureFitter fitter = fitter();
    Map<FeatureSet, CrossValidation.Outcome> outcomes =
        new CrossValidation(
                data.profile(), data.schema(), folds, drafts, fitter, learner, config.seed())
            .run(config.featureSet()::tries, progress);
    Scores scores = Scores.of(data, folds, outcomes, config);
    scores.report(progress);
    CrossValidation.Outcome chosen = Objects.requireNonNull(outcomes.get(scores.chosen()));
    PredictionFile predictions = new PredictionFile(data.profile().requiredTarget());
    folder.stage(
        "predictions/oof.csv", predictions.text(data.table(), chosen.predictions(), folds));
    folder.stage("config.toml", ConfigFile.write(config, scores.scorer()));

    progress.message("training on all " + data.table().rows() + " rows");
    TrainedModel model = trainOnAll(fitter, scores, chosen.typicalRounds());
    TestTable.Result tested = scoreTest(model, predictions);
    MetricsFile metrics =
        new MetricsFile(config.name(), data.coding().task(), data.table().rows(), scores)
            .test(tested);
    ArtifactWriter writer =
        model
            .assembler()
            .withMetrics(Scores.manifestValues(tested.scores()))
            .assemble(this::verificationRows, metrics.text());
    String id = check(writer, model.trees(), predictions);
    double seconds = (System.nanoTime() - started) / 1e9;
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
        scores.chosen().key(),
        "trees",
        seconds);
  }

  /** The model trained on every row. */
  private record TrainedModel(ModelAssembler assembler, Learner.Trees trees) {}

  /** Fits the chosen features and the trees on every row. */
  private TrainedModel trainOnAll(FeatureFitter fitter, Scores scores, int rounds) {
    FeatureSet set = scores.chosen();
    boolean images = set != FeatureSet.TABLE;
    Schema schema = images ? data.schema() : data.schemaWithoutImages();
    List<NamedBackbone> networks = images ? backbones : List.of();
    Drafts finalDrafts = drafts.with(schema, networks);
    int[] all = IntStream.range(0, data.table().rows()).toArray();
    int[] parts = Splitter.parts(data.profile(), all, CrossValidation.INNER_PARTS, config.seed());
    FittedFeatures fitted = fitter.fit(schema, all, parts, set);
    FeatureMatrix features =
        fitted.honest(finalDrafts.features(fitted.draft(), data.table(), "features", progress));
    int[] slots = set.slots(fitted);
    Learner.Trees trees = learner.train(features, all, slots, rounds);
    fitted.pipeline().addTrees("trees", slots, trees.ensemble());
    return new TrainedModel(
        new ModelAssembler(
            finalDrafts,
            fitted.pipeline(),
            data.coding().outputs(),
            ProvenanceRecord.of(config, data, scores, networks)),
        trees);
  }

  private FeatureFitter fitter() {
    PipelineBuilder base = new PipelineBuilder(data.schema());
    FeaturePlan.layOut(base, data.schema(), backbones);
    FeatureMatrix features = drafts.features(base, data.table(), "embeddings", progress);
    return new FeatureFitter(
        backbones,
        new LinearTrainer(data.coding().task(), data.coding().classes(), config.threads()),
        config.outputDimension(),
        config.seed(),
        config.threads(),
        features,
        data.labels(),
        data.profile().weights());
  }

  private List<List<Cell>> verificationRows(Scorer scorer) {
    return config.verification() == VerificationRows.SYNTHETIC
        ? new VerificationCells(scorer.schema(), config.seed()).rows()
        : SampleCells.of(scorer, data.table());
  }

  /** Writes the amulet aside, reopens it and holds it against the trainer. */
  private String check(ArtifactWriter writer, Learner.Trees trees, PredictionFile predictions) {
    try {
      writer.write(folder.uncheckedAmulet());
      try (Scorer scorer = Scorer.open(folder.uncheckedAmulet(), drafts.options())) {
        FeatureMatrix features = Drafts.features(scorer, data.table(), "check", progress);
        double[][] expected = learner.predict(trees, features);
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

  private TestTable.Result scoreTest(TrainedModel model, PredictionFile file) {
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
