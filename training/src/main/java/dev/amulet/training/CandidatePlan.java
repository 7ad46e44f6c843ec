package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Role;
import dev.amulet.format.v1.Schema;
import dev.amulet.training.data.Folds;
import dev.amulet.training.feature.NamedBackbone;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which candidates cross-validation compares, in which order, and the features they need. */
final class CandidatePlan {
  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Folds folds;
  private final List<NamedBackbone> backbones;

  CandidatePlan(
      ExperimentConfig config, ExperimentData data, Folds folds, List<NamedBackbone> backbones) {
    this.config = config;
    this.data = data;
    this.folds = folds;
    this.backbones = backbones;
  }

  /**
   * Features of the folds for the candidates that the settings ask for.
   *
   * @param maxBytes of features kept
   */
  FoldFeatures.Both features(
      Drafts drafts, FeatureFitter fitter, long maxBytes, ProgressListener progress) {
    Schema tableSchema = data.schemaWithoutImages();
    FoldFeatures table =
        hasInputs(tableSchema)
            ? new FoldFeatures(
                data.profile(),
                tableSchema,
                folds,
                drafts.with(tableSchema, List.of()),
                fitter,
                new FeatureFitter.Derived(0, false),
                config.seed(),
                maxBytes / 3,
                progress)
            : null;
    boolean usable =
        table != null
            && IntStream.range(0, folds.count())
                .allMatch(fold -> table.get(fold).fitted().tableSlots().length > 0);
    List<Candidate> images =
        candidates(usable, !backbones.isEmpty())
            .filter(candidate -> candidate.features() != FeatureSet.TABLE)
            .toList();
    FoldFeatures all =
        images.isEmpty()
            ? null
            : new FoldFeatures(
                data.profile(),
                data.schema(),
                folds,
                drafts,
                fitter,
                derived(images),
                config.seed(),
                2 * maxBytes / 3,
                progress);
    if (!usable && all == null && !config.tuning().isOn()) {
      throw new TrainingException(
          "the texts of the input columns have too little in common to learn from; bring more"
              + " rows");
    }
    return new FoldFeatures.Both(usable ? table : null, all, null);
  }

  /** Those that the features allow and the settings ask for; the quickest first. */
  List<Candidate> candidates(FoldFeatures.Both features) {
    return candidates(features.table() != null, features.all() != null).toList();
  }

  /** Those of candidates with a fine-tuned network that the settings ask for. */
  List<Candidate> tuned(List<Candidate> candidates) {
    return candidates.stream().filter(this::isWanted).toList();
  }

  Stream<Candidate> candidates(boolean table, boolean images) {
    List<Candidate> candidates = new ArrayList<>();
    for (FeatureSet set : FeatureSet.availableToLinear(table, images)) {
      candidates.add(new Candidate(set, LearnerKind.LINEAR));
    }
    for (FeatureSet set : FeatureSet.available(table, images)) {
      candidates.add(
          new Candidate(
              set,
              LearnerKind.TREES,
              set.hasComponents() ? config.images().usualComponents() : 0,
              null));
    }
    return candidates.stream().filter(this::isWanted);
  }

  private boolean isWanted(Candidate candidate) {
    return isEligible(candidate)
        || (candidate.features() == FeatureSet.TABLE
            && config.learner().tries(candidate.learner()));
  }

  /** Whether the model may be made of it, alone or in a blend. */
  boolean isEligible(Candidate candidate) {
    ExperimentConfig.FeatureSetChoice own =
        candidate.learner() == LearnerKind.LINEAR ? config.linearFeatures() : config.treeFeatures();
    return config.featureSet().allows(candidate.features())
        && own.allows(candidate.features())
        && config.learner().tries(candidate.learner());
  }

  /** What all of these candidates together need. */
  private FeatureFitter.Derived derived(List<Candidate> candidates) {
    int components = 0;
    boolean score = false;
    for (Candidate candidate : candidates) {
      boolean trees = candidate.learner() == LearnerKind.TREES;
      FeatureFitter.Derived needed =
          FeatureFitter.Derived.of(
              trees ? null : candidate.features(),
              trees ? candidate.features() : null,
              config.images().mostComponents());
      components = Math.max(components, needed.components());
      score |= needed.score();
    }
    return new FeatureFitter.Derived(components, score);
  }

  private static boolean hasInputs(Schema schema) {
    return schema.getColumnsList().stream()
        .anyMatch(column -> column.getRole() == Role.INPUT && column.getType() != ColumnType.IMAGE);
  }
}
