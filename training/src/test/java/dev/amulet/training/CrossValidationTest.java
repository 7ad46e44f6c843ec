package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.CrossValidation.Outcome;
import dev.amulet.training.data.Folds;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.feature.TableFitter;
import dev.amulet.training.linear.LinearTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossValidationTest {
  private static final int ROWS = 60;
  private static final ProgressListener SILENT = ProgressListener.silent();

  @TempDir static Path folder;

  private static ExperimentConfig config;
  private static ExperimentData data;
  private static Folds folds;
  private static List<NamedBackbone> networks;
  private static Drafts drafts;
  private static FeatureFitter fitter;

  @BeforeAll
  static void readTheData() throws IOException {
    config = ExperimentTest.config(Signs.write(folder, ROWS, 5, Signs.Kind.NUMBER), folder).build();
    data = ExperimentData.read(config, SILENT);
    folds = Splitter.split(data.profile(), config.folds(), config.holdout(), config.seed());
    networks = data.backbones(config, SILENT);
    drafts =
        new Drafts(
            "test",
            data.schema(),
            networks,
            data.table().images(),
            EmbeddingStore.inMemory(1 << 24),
            1);
    PipelineBuilder base = new PipelineBuilder(data.schema());
    FeaturePlan.layOut(base, data.schema(), networks);
    FeatureMatrix features = drafts.features(base, data.table(), "embeddings", SILENT);
    double[] weights = data.profile().weights();
    fitter =
        new FeatureFitter(
            new TableFitter(data.schema(), data.table(), 1, data.labels(), weights, config.seed()),
            networks,
            new LinearTrainer(data.coding().task(), 1, 1),
            config.seed(),
            1,
            features,
            data.labels(),
            weights);
  }

  @Test
  void candidatesAreFinishedOneByOneTheQuickestFirst() {
    assertThat(run(Long.MAX_VALUE / 2, new Budget(100)).keySet())
        .extracting(Candidate::words)
        .containsExactly(
            "table only, linear",
            "image score, linear",
            "embedding, linear",
            "table only, trees",
            "image score, trees",
            "embedding, trees",
            "both, trees");
  }

  @Test
  void featuresThatDoNotFitInMemoryAreFittedAgainWithTheSameResults() {
    Map<Candidate, Outcome> kept = run(Long.MAX_VALUE / 2, new Budget(100));
    Map<Candidate, Outcome> fittedAgain = run(0, new Budget(100));
    assertThat(fittedAgain.keySet()).containsExactlyElementsOf(kept.keySet());
    fittedAgain.forEach(
        (candidate, outcome) -> {
          assertThat(outcome.margins()).as(candidate.words()).isDeepEqualTo(kept(kept, candidate));
          assertThat(outcome.seconds()).isPositive();
        });
  }

  private static double[][] kept(Map<Candidate, Outcome> kept, Candidate candidate) {
    return kept.get(candidate).margins();
  }

  @Test
  void aRunThatIsToStopFinishesTheFirstThatAModelMayBeMadeOf() {
    Budget stopped = new Budget(100);
    stopped.stop();
    Map<Candidate, Outcome> outcomes = run(Long.MAX_VALUE / 2, stopped);
    assertThat(outcomes.keySet())
        .extracting(Candidate::words)
        .containsExactly("table only, linear");
    assertThat(stopped.wasCut()).isTrue();
    for (double[] margin : outcomes.values().iterator().next().margins()) {
      assertThat(margin[0]).isFinite();
    }
  }

  @Test
  void aStopInTheMiddleOfACandidateKeepsThoseBeforeIt() {
    Budget budget = new Budget(100);
    Map<Candidate, Outcome> outcomes = new LinkedHashMap<>();
    validation(
            Long.MAX_VALUE / 2,
            budget,
            (candidate, outcome) -> {
              outcomes.put(candidate, outcome);
              if (outcomes.size() == 2) {
                budget.stop();
              }
            })
        .run(plan().candidates(true, true).toList());
    assertThat(outcomes).hasSize(2);
    assertThat(budget.wasCut()).isTrue();
  }

  @Test
  void treesAreNotSearchedForWhenTheRunIsToStop() {
    Budget stopped = new Budget(100);
    stopped.stop();
    ExperimentConfig searching =
        ExperimentTest.config(config.data(), folder).set("tree_settings", "auto").build();
    TreeSearch search =
        new TreeSearch(
            plan().features(drafts, fitter, Long.MAX_VALUE / 2, SILENT),
            folds.count(),
            new TreeLearner(data.profile(), data.coding(), data.labels(), config),
            stopped,
            searching);
    Candidate trees = new Candidate(FeatureSet.TABLE, LearnerKind.TREES);
    assertThat(search.tuned(List.of(trees), SILENT)).isEmpty();
    assertThat(stopped.wasCut()).isTrue();
  }

  @Test
  void treesMayReadAnotherNumberOfComponents() {
    ExperimentConfig searching =
        ExperimentTest.config(config.data(), folder)
            .set("image_transformer_vectorization_output_dimension", "10,100")
            .build();
    FoldFeatures.Both features =
        new CandidatePlan(searching, data, folds, networks)
            .features(drafts, fitter, Long.MAX_VALUE / 2, SILENT);
    TreeLearner trees = new TreeLearner(data.profile(), data.coding(), data.labels(), searching);
    TreeSearch search = new TreeSearch(features, folds.count(), trees, new Budget(100), searching);
    Candidate ten = new Candidate(FeatureSet.EMBEDDING, LearnerKind.TREES, 10, null);
    Candidate hundred = ten.with(100, null);
    double gain = loss(trees, features, hundred) - loss(trees, features, ten);
    assertThat(search.tuned(List.of(hundred), SILENT))
        .isEqualTo(gain > 0 ? List.of(ten) : List.of());
    assertThat(search.tuned(List.of(ten), SILENT))
        .isEqualTo(gain < 0 ? List.of(hundred) : List.of());
    assertThat(search.tuned(List.of(new Candidate(FeatureSet.TABLE, LearnerKind.TREES)), SILENT))
        .as("reads none")
        .isEmpty();
  }

  private static double loss(TreeLearner trees, FoldFeatures.Both features, Candidate way) {
    FoldFeatures.Fold fold = features.of(way.features()).get(0);
    return trees.heldOutLoss(fold.features(), fold.training(), way.treeSlots(fold.fitted()));
  }

  private static Map<Candidate, Outcome> run(long maxBytes, Budget budget) {
    Map<Candidate, Outcome> outcomes = new LinkedHashMap<>();
    validation(maxBytes, budget, outcomes::put).run(plan().candidates(true, true).toList());
    return outcomes;
  }

  private static CandidatePlan plan() {
    return new CandidatePlan(config, data, folds, networks);
  }

  private static CrossValidation validation(
      long maxBytes, Budget budget, CrossValidation.Listener listener) {
    return new CrossValidation(
        folds,
        plan().features(drafts, fitter, maxBytes, SILENT),
        new TreeLearner(data.profile(), data.coding(), data.labels(), config),
        new LinearLearner(data.profile(), data.coding(), data.labels(), config),
        budget,
        plan()::isEligible,
        listener,
        SILENT);
  }
}
