package dev.amulet.training;

import dev.amulet.format.v1.Calibration;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The model trained on every row, the way that validation chose. */
final class FinalTraining {
  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Drafts drafts;
  private final List<NamedBackbone> backbones;
  private final @Nullable FineTuning tuning;
  private final FeatureFitter fitter;
  private final LinearLearner linear;
  private final TreeLearner trees;
  private final ProgressListener progress;

  /**
   * @param backbones frozen
   * @param tuning null where no network is tuned
   */
  FinalTraining(
      ExperimentConfig config,
      ExperimentData data,
      Drafts drafts,
      List<NamedBackbone> backbones,
      @Nullable FineTuning tuning,
      FeatureFitter fitter,
      LinearLearner linear,
      TreeLearner trees,
      ProgressListener progress) {
    this.config = config;
    this.data = data;
    this.drafts = drafts;
    this.backbones = backbones;
    this.tuning = tuning;
    this.fitter = fitter;
    this.linear = linear;
    this.trees = trees;
    this.progress = progress;
  }

  /**
   * What came out.
   *
   * @param networks in the amulet
   */
  record Model(
      ModelAssembler assembler,
      FittedModel fitted,
      Calibration calibration,
      List<NamedBackbone> networks) {}

  /**
   * Fits the chosen features and learners.
   *
   * @param intervals of a regression, or null
   */
  Model run(
      Scores scores, ModelSelection.Contestant chosen, @Nullable PredictionIntervals intervals) {
    FeatureSet set = scores.chosen().features();
    Schema schema = set == FeatureSet.TABLE ? data.schemaWithoutImages() : data.schema();
    FineTuning tuner = set.isTuned() ? Objects.requireNonNull(tuning) : null;
    FoldFeatures.Fold fold = tuner == null ? frozenOnAllRows(schema, chosen) : tuner.onAllRows();
    List<NamedBackbone> networks =
        tuner != null
            ? tuner.networks()
            : set == FeatureSet.TABLE ? List.<NamedBackbone>of() : backbones;
    List<WeightLineage> lineage =
        tuner != null ? tuner.lineage() : networks.stream().map(NamedBackbone::lineage).toList();
    FittedModel model = train(chosen, fold.fitted(), fold.features(), fold.training());
    PipelineBuilder pipeline = fold.fitted().pipeline();
    model.addTo(pipeline);
    return new Model(
        new ModelAssembler(
            drafts.with(schema, networks),
            pipeline,
            data.coding()
                .outputs(
                    chosen.labelThreshold(),
                    chosen.calibration(),
                    intervals == null ? null : intervals.offsets()),
            ProvenanceRecord.of(config, data, scores, components(chosen), lineage)),
        model,
        chosen.calibration(),
        networks);
  }

  /** Principal components that the model reads of an embedding, at most. */
  private int components(ModelSelection.Contestant chosen) {
    int read = PinnedConfig.derived(chosen).components();
    return read == 0 ? config.images().usualComponents() : read;
  }

  private FoldFeatures.Fold frozenOnAllRows(Schema schema, ModelSelection.Contestant chosen) {
    List<NamedBackbone> networks =
        data.schema().equals(schema) ? backbones : List.<NamedBackbone>of();
    int[] all = IntStream.range(0, data.table().rows()).toArray();
    int[] parts = Splitter.parts(data.profile(), all, CrossValidation.INNER_PARTS, config.seed());
    FittedFeatures fitted = fitter.fit(schema, all, parts, PinnedConfig.derived(chosen));
    FeatureMatrix features =
        fitted.honest(
            drafts
                .with(schema, networks)
                .features(fitted.draft(), data.table(), "features", progress));
    return new FoldFeatures.Fold(all, fitted, features);
  }

  private FittedModel train(
      ModelSelection.Contestant chosen, FittedFeatures fitted, FeatureMatrix features, int[] all) {
    ModelSelection.Part linearPart = chosen.linear();
    ModelSelection.Part treesPart = chosen.trees();
    FittedModel linearModel = linearPart == null ? null : linear(linearPart, fitted, features, all);
    FittedModel treesModel =
        treesPart == null
            ? null
            : trees
                .with(treesPart.candidate().trees())
                .train(
                    features,
                    all,
                    treesPart.candidate().treeSlots(fitted),
                    treesPart.outcome().typicalRounds());
    if (linearModel != null && treesModel != null) {
      return new Blend(linearModel, treesModel, chosen.linearWeight());
    }
    return Objects.requireNonNull(linearModel == null ? treesModel : linearModel);
  }

  private FittedModel linear(
      ModelSelection.Part part, FittedFeatures fitted, FeatureMatrix features, int[] all) {
    FeatureSet set = part.features();
    int[] slots = set.linearSlots(fitted);
    if (set.isHead(fitted)) {
      return linear.fitted(slots, all, Objects.requireNonNull(fitted.imageScore()));
    }
    return linear.train(
        features,
        all,
        slots,
        set.linearEmbeddings(fitted),
        part.outcome().typicalStrength(),
        part.outcome().typicalImageFactor());
  }
}
