package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ImageSource;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.evaluation.Evaluation;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.feature.TableFitter;
import dev.amulet.training.linear.LinearTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that know nothing of the target must look as if they knew nothing. */
class HonestyTest {
  private static final int ROWS = 150;

  /** Rows with a picture. */
  private static final int[] ASKED = {0, 31, 62, 93, 124, 149};

  @TempDir static Path folder;

  private static ExperimentConfig config;
  private static ExperimentData data;
  private static Drafts drafts;
  private static List<NamedBackbone> networks;
  private static FeatureMatrix embeddings;
  private static FeatureFitter fitter;

  @BeforeAll
  static void writeChance() throws IOException {
    Path table = Signs.write(folder, ROWS, 11, Signs.Kind.CHANCE);
    config =
        ExperimentConfig.builder(table)
            .target("target")
            .keep(List.of("photo"))
            .set("feature_set", "image_score")
            .set("threads", "1")
            .out(folder.resolve("out"))
            .build();
    ExperimentTest.Messages silent = new ExperimentTest.Messages();
    data = ExperimentData.read(config, silent);
    List<NamedBackbone> backbones = data.backbones(config, silent);
    drafts =
        new Drafts(
            "chance",
            data.schema(),
            backbones,
            ImageSource.under(folder),
            EmbeddingStore.inMemory(1 << 24),
            1);
    PipelineBuilder base = new PipelineBuilder(data.schema());
    FeaturePlan.layOut(base, data.schema(), backbones);
    embeddings = drafts.features(base, data.table(), "embeddings", silent);
    networks = backbones;
    fitter = fitter(data.labels());
  }

  private static FeatureFitter fitter(double[] labels) {
    return fitter(labels, data.profile().weights());
  }

  private static FeatureFitter fitter(double[] labels, double[] weights) {
    return new FeatureFitter(
        new TableFitter(data.schema(), data.table(), 1, labels, weights, config.seed()),
        networks,
        new LinearTrainer(Task.BINARY, 2, 1),
        config.seed(),
        1,
        embeddings,
        labels,
        weights);
  }

  @Test
  void validationOfChanceIsChance() {
    ExperimentResult result = ExperimentTest.run(config);
    assertThat(result.scorer()).isEqualTo(Metric.AUC);
    assertThat(result.validation().mean()).isBetween(0.33, 0.67);
  }

  @Test
  void theScoreShownToLearnersDoesNotKnowTheRowsTarget() {
    FittedFeatures fitted = fit(fitter, IntStream.range(0, ROWS).toArray());
    FeatureMatrix features = features(fitted);
    int score = fitted.scoreSlots()[0];
    double knowing = auc(features, score);
    double honest = auc(fitted.honest(features), score);
    assertThat(knowing).as("score fitted on the same rows").isGreaterThan(0.58);
    assertThat(honest).as("score fitted on other rows").isBetween(0.3, 0.58);
    assertThat(honest).isLessThan(knowing - 0.08);
  }

  /** The penalty is chosen on all rows, so one label in a while moves the others' scores a bit. */
  @Test
  void anotherTargetOfARowDoesNotChangeTheScoreItIsShown() {
    int[] all = IntStream.range(0, ROWS).toArray();
    FittedFeatures fitted = fit(fitter, all);
    FeatureMatrix features = features(fitted);
    int score = fitted.scoreSlots()[0];
    int unchanged = 0;
    for (int row : ASKED) {
      double[] labels = data.labels();
      labels[row] = 1 - labels[row];
      FittedFeatures other = fit(fitter(labels), all);
      FeatureMatrix otherFeatures = features(other);
      int honest = fitted.honestSlots().get(fitted.innerParts()[row])[0];
      assertThat(otherFeatures.value(row, score)).isNotEqualTo(features.value(row, score));
      unchanged += otherFeatures.value(row, honest) == features.value(row, honest) ? 1 : 0;
    }
    assertThat(unchanged).isGreaterThanOrEqualTo(ASKED.length - 2);
  }

  @Test
  void rowsOfWeightZeroDoNotShapeTheScore() {
    int[] all = IntStream.range(0, ROWS).toArray();
    double[] weights = new double[ROWS];
    double[] labels = data.labels();
    for (int row = 0; row < ROWS; row++) {
      weights[row] = row % 3 == 0 ? 0 : 1;
      labels[row] = row % 3 == 0 ? 1 - labels[row] : labels[row];
    }
    FittedFeatures fitted = fit(fitter(data.labels(), weights), all);
    FeatureMatrix features = features(fitted);
    FeatureMatrix same = features(fit(fitter(labels, weights), all));
    FeatureMatrix other = features(fit(fitter(labels), all));
    int score = fitted.scoreSlots()[0];
    for (int row : ASKED) {
      assertThat(same.value(row, score)).isEqualTo(features.value(row, score));
      assertThat(other.value(row, score)).isNotEqualTo(features.value(row, score));
    }
  }

  @Test
  void eachTrainingRowGetsTheScoreFittedWithoutItsPartAndOtherRowsTheFullOne() {
    int[] training = IntStream.range(0, ROWS).filter(row -> row % 5 != 2).toArray();
    FittedFeatures fitted = fit(fitter, training);
    FeatureMatrix features = features(fitted);
    float[] before = features.values().clone();
    fitted.honest(features);
    int width = features.columns();
    int full = fitted.scoreSlots()[0];
    for (int row = 0; row < ROWS; row++) {
      int part = fitted.innerParts()[row];
      assertThat(part >= 0).isEqualTo(row % 5 != 2);
      int source = part < 0 ? full : fitted.honestSlots().get(part)[0];
      assertThat(features.value(row, full)).isEqualTo(before[row * width + source]);
    }
    assertThat(fitted.honestSlots()).hasSize(CrossValidation.INNER_PARTS);
  }

  @Test
  void theModelItselfDoesNotCarryTheHonestScores() {
    FittedFeatures fitted = fit(fitter, IntStream.range(0, ROWS).toArray());
    assertThat(fitted.pipeline().entries().keySet())
        .containsExactlyInAnyOrder("tables/image_score.pb");
    assertThat(fitted.draft().entries()).hasSize(1 + CrossValidation.INNER_PARTS);
    assertThat(Arrays.stream(FeatureSet.IMAGE_SCORE.slots(fitted, 0)).max().orElse(0))
        .isLessThan(fitted.pipeline().slots());
  }

  private static FittedFeatures fit(FeatureFitter fitter, int[] training) {
    int[] parts = Splitter.parts(data.profile(), training, CrossValidation.INNER_PARTS, 1);
    return fitter.fit(data.schema(), training, parts, new FeatureFitter.Derived(0, true));
  }

  private static FeatureMatrix features(FittedFeatures fitted) {
    return drafts.features(fitted.draft(), data.table(), "features", new ExperimentTest.Messages());
  }

  /** How well a slot, taken as a score, ranks the rows that have a picture. */
  private static double auc(FeatureMatrix features, int slot) {
    int[] rows =
        IntStream.range(0, ROWS).filter(row -> !Float.isNaN(features.value(row, slot))).toArray();
    double[] targets = data.targets();
    return Evaluation.of(
            Task.BINARY,
            Arrays.stream(rows).mapToDouble(row -> targets[row]).toArray(),
            Arrays.stream(rows)
                .mapToDouble(row -> 1 / (1 + Math.exp(-features.value(row, slot))))
                .toArray(),
            1,
            null,
            0.5)
        .values()
        .get(Metric.AUC);
  }
}
