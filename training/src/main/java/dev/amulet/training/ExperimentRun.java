package dev.amulet.training;

import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Cell;
import dev.amulet.format.v1.Schema;
import dev.amulet.runtime.EmbeddingCache;
import dev.amulet.runtime.ImageSource;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.VerificationReport;
import dev.amulet.training.ExperimentConfig.VerificationRows;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
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

/** The steps of one experiment, in order, and what they share. */
final class ExperimentRun {
  /** Room for 400,000 embeddings of 1280 values, where there is that much memory. */
  private static final long CACHE_BYTES =
      Math.min(2L << 30, Runtime.getRuntime().maxMemory() / 4);

  private final ExperimentConfig config;
  private final ExperimentFolder folder;
  private final ProgressListener progress;
  private final ExperimentData data;
  private final List<NamedBackbone> backbones;
  private final Drafts drafts;
  private final Learner learner;
  private final long started = System.nanoTime();

  ExperimentRun(ExperimentConfig config, ExperimentFolder folder) {
    this.config = config;
    this.folder = folder;
    progress = folder.progress();
    data = ExperimentData.read(config, progress);
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
    MetricsFile metrics =
        new MetricsFile(config.name(), data.coding().task(), data.table().rows(), scores);
    String id = trainOnAll(fitter, scores, chosen.typicalRounds(), metrics, predictions);
    TestTable test = scoreTest(predictions);
    double seconds = (System.nanoTime() - started) / 1e9;
    long bytes = sizeBytes(folder.uncheckedAmulet());
    folder.stage(
        "metrics.json", metrics.finish(test.rows(), test.scores(), seconds, id, bytes).text());
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
        test.scores(),
        scores.chosen().key(),
        "trees",
        seconds);
  }

  /** Fits the chosen features and the trees on every row, and writes the amulet aside, checked. */
  private String trainOnAll(
      FeatureFitter fitter,
      Scores scores,
      int rounds,
      MetricsFile metrics,
      PredictionFile predictions) {
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
    ArtifactWriter writer =
        new ModelAssembler(
                finalDrafts,
                fitted.pipeline(),
                data.coding().outputs(),
                ProvenanceRecord.of(config, data, scores, networks))
            .assemble(this::verificationRows, metrics.text());
    return check(writer, trees, predictions);
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

  /** What the finished amulet makes of the test table. */
  private record TestTable(int rows, Map<Metric, Double> scores) {}

  private TestTable scoreTest(PredictionFile file) {
    Path path = config.test();
    if (path == null) {
      return new TestTable(0, Map.of());
    }
    Dataset test = data.profile().conform(DatasetReader.read(path, config.imageRoot()));
    double[][] predictions = new double[test.rows()][];
    ScorerOptions options =
        ScorerOptions.builder().imageRoot(test.root()).intraOpThreads(config.threads()).build();
    try (Scorer scorer = Scorer.open(folder.uncheckedAmulet(), options)) {
      int row = 0;
      for (ScoredRow scored : scorer.score(Drafts.rows(scorer, test, 0, test.rows()))) {
        Prediction prediction = scored.prediction();
        if (prediction == null) {
          throw new TrainingException(
              test.name() + " row " + (test.sourceRow(row) + 1) + ": " + scored.error());
        }
        predictions[row++] = ParityGate.values(prediction);
      }
    } catch (ArtifactException e) {
      throw new UnpublishedException(String.valueOf(e.getMessage()), e);
    }
    folder.stage("predictions/test.csv", file.text(test, predictions, null));
    if (!test.hasColumn(data.profile().requiredTarget().column())) {
      progress.message("test table has no target: predictions written, no score");
      return new TestTable(test.rows(), Map.of());
    }
    double[] targets = data.profile().requiredTarget().values(test);
    Map<Metric, Double> scores =
        Scores.evaluate(data.coding(), targets, predictions, null).values();
    return new TestTable(test.rows(), scores);
  }

  private static long sizeBytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new TrainingException("amulet " + file + " cannot be read: " + e, e);
    }
  }
}
