package dev.amulet.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.ExperimentConfig.CalibrationChoice;
import dev.amulet.training.ExperimentConfig.FeatureSetChoice;
import dev.amulet.training.ExperimentConfig.MissingImageChoice;
import dev.amulet.training.ExperimentConfig.ProblemType;
import dev.amulet.training.ExperimentConfig.TargetTransformer;
import dev.amulet.training.ExperimentConfig.VerificationRows;
import dev.amulet.training.ImageSettings.MirrorAverage;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.tree.TreeOptions;
import dev.amulet.training.vision.augment.Augmentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @Test
  void everySettingIsInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "settings.md"));
    assertThat(SettingKey.values())
        .allSatisfy(key -> assertThat(page).as(key.name()).contains("`" + key.key() + "`"));
  }

  private static final Path DATA = Path.of("data", "houses.csv");

  @TempDir Path folder;

  /** A key: how a configuration shows it, its default, and a value that is not the default. */
  private record Case(
      Function<ExperimentConfig, @Nullable Object> shown,
      @Nullable Object normally,
      String toml,
      String assigned,
      Object mapped) {}

  private static final Map<SettingKey, Case> CASES = new EnumMap<>(SettingKey.class);

  static {
    text(SettingKey.TARGET, ExperimentConfig::target, "label", "price, net");
    path(SettingKey.TEST, ExperimentConfig::test, null, "other/test.csv");
    list(SettingKey.DROP, ExperimentConfig::drop, List.of());
    list(SettingKey.KEEP, ExperimentConfig::keep, List.of());
    path(SettingKey.IMAGE_ROOT, ExperimentConfig::imageRoot, null, "photos, old");
    text(SettingKey.NAME, ExperimentConfig::name, "houses", "Try-2.b_c");
    path(SettingKey.OUT, ExperimentConfig::out, Path.of("experiments"), "elsewhere");
    text(SettingKey.GROUP, ExperimentConfig::group, null, "patient");
    number(SettingKey.FOLDS, ExperimentConfig::folds, 5, 7);
    text(SettingKey.FOLD_COLUMN, ExperimentConfig::foldColumn, null, "fold");
    number(SettingKey.HOLDOUT, ExperimentConfig::holdout, 0.0, 0.25);
    text(SettingKey.WEIGHT, ExperimentConfig::weight, null, "w");
    text(SettingKey.TIME, ExperimentConfig::time, null, "sold");
    word(SettingKey.SCORER, ExperimentConfig::scorer, null, "mae", Metric.MAE);
    number(SettingKey.SEED, ExperimentConfig::seed, 1L, -12345678901L);
    number(
        SettingKey.THREADS,
        ExperimentConfig::threads,
        Runtime.getRuntime().availableProcessors(),
        33);
    word(
        SettingKey.PROBLEM_TYPE,
        ExperimentConfig::problemType,
        ProblemType.AUTO,
        "Binary",
        ProblemType.BINARY);
    word(
        SettingKey.TARGET_TRANSFORMER,
        ExperimentConfig::targetTransformer,
        TargetTransformer.AUTO,
        "sqrt",
        TargetTransformer.SQRT);
    word(
        SettingKey.VERIFICATION,
        ExperimentConfig::verification,
        VerificationRows.SYNTHETIC,
        "sample",
        VerificationRows.SAMPLE);
    CASES.put(
        SettingKey.EMBED_REPORT,
        new Case(ExperimentConfig::embedReport, false, "true", "true", true));
    word(
        SettingKey.FEATURE_SET,
        ExperimentConfig::featureSet,
        FeatureSetChoice.AUTO,
        "embedding",
        FeatureSetChoice.EMBEDDING);
    word(
        SettingKey.LEARNER,
        ExperimentConfig::learner,
        LearnerChoice.AUTO,
        "blend",
        LearnerChoice.BLEND);
    word(
        SettingKey.LINEAR_FEATURES,
        ExperimentConfig::linearFeatures,
        FeatureSetChoice.AUTO,
        "image_score",
        FeatureSetChoice.IMAGE_SCORE);
    word(
        SettingKey.TREE_FEATURES,
        ExperimentConfig::treeFeatures,
        FeatureSetChoice.AUTO,
        "both",
        FeatureSetChoice.BOTH);
    word(
        SettingKey.TREE_SETTINGS,
        ExperimentConfig::treeOptions,
        null,
        "eta=0.1 max_depth=3",
        new TreeOptions(0.1, 3, 1, 0.8, 0.5, 1));
    word(
        SettingKey.CALIBRATION,
        ExperimentConfig::calibration,
        CalibrationChoice.AUTO,
        "none",
        CalibrationChoice.NONE);
    word(
        SettingKey.CLASS_WEIGHTS,
        ExperimentConfig::classWeights,
        ClassWeights.NONE,
        "balanced",
        ClassWeights.BALANCED);
    number(SettingKey.INTERVAL_COVERAGE, ExperimentConfig::intervalCoverage, 0.9, 0.5);
    list(SettingKey.PRETRAINED_MODELS, config -> config.images().networks(), List.of("auto"));
    text(SettingKey.EMBEDDING_OUTPUT, config -> config.images().embeddingOutput(), null, "pool:0");
    word(
        SettingKey.OUTPUT_DIMENSION,
        config -> config.images().outputDimensions(),
        List.of(100),
        "25",
        List.of(25));
    word(
        SettingKey.SELECTION,
        config -> config.images().selection(),
        ImageSettings.Selection.AUTO,
        "concat",
        ImageSettings.Selection.CONCAT);
    word(
        SettingKey.IMAGE_RESIZE,
        config -> config.images().resize(),
        List.of(ImageSettings.Resize.AUTO),
        "crop",
        List.of(ImageSettings.Resize.CROP));
    word(
        SettingKey.INPUT_SIZE,
        config -> config.images().inputSize(),
        List.of(ImageSettings.AUTO_SIZE),
        "160",
        List.of(160));
    word(
        SettingKey.MIRROR_AVERAGE,
        config -> config.images().mirrorAverage(),
        List.of(MirrorAverage.AUTO),
        "true",
        List.of(MirrorAverage.TRUE));
    text(SettingKey.EMBEDDING_CACHE, config -> config.images().cache(), null, "kept here");
    number(SettingKey.DOWNLOAD_TIMEOUT, config -> config.images().downloadTimeoutSeconds(), 60, 5);
    number(SettingKey.BATCH_SIZE, config -> config.images().batchSize(), -1, 32);
    word(SettingKey.USE_GPU, config -> config.images().useGpu(), true, "false", false);
    number(SettingKey.TIME_BUDGET, ExperimentConfig::timeBudgetMinutes, 10.0, 2.5);
    path(SettingKey.WEIGHTS_DIR, ExperimentConfig::weightsDir, null, "weights");
    number(SettingKey.IMAGE_MAX_MISSING, ExperimentConfig::imageMaxMissing, 0.1, 0.35);
    word(
        SettingKey.MISSING_IMAGE,
        ExperimentConfig::missingImage,
        MissingImageChoice.NAN_FEATURES,
        "fail_row",
        MissingImageChoice.FAIL_ROW);
    number(SettingKey.IMAGE_MIN_VALID, ExperimentConfig::imageMinValid, 0.8, 0.55);
    tuning();
  }

  private static void tuning() {
    word(
        SettingKey.FINE_TUNE,
        config -> config.tuning().choice(),
        TuningSettings.Choice.FALSE,
        "always",
        TuningSettings.Choice.ALWAYS);
    number(SettingKey.TUNING_NETWORKS, config -> config.tuning().networks(), 1, 2);
    word(
        SettingKey.TUNING_EPOCHS,
        config -> config.tuning().epochs(),
        List.of(TuningSettings.AUTO_EPOCHS),
        "3",
        List.of(3));
    word(
        SettingKey.AUGMENTATIONS,
        config -> config.tuning().augmentations(),
        List.of(Augmentation.HORIZONTAL_FLIP),
        "clahe",
        List.of(Augmentation.CLAHE));
    word(
        SettingKey.TUNING_RATE,
        config -> config.tuning().learningRate(),
        List.of(TuningSettings.AUTO_RATE),
        "5e-4",
        List.of(5e-4));
    word(
        SettingKey.TUNING_STRATEGY,
        config -> config.tuning().strategy(),
        TuningSettings.Strategy.WHOLE,
        "auto",
        TuningSettings.Strategy.AUTO);
    number(SettingKey.TUNING_BATCH, config -> config.tuning().batchSize(), 32, 16);
    word(
        SettingKey.TUNING_BATCH_NORM,
        config -> config.tuning().batchNorm(),
        TuningSettings.BatchNorm.STORED,
        "train",
        TuningSettings.BatchNorm.TRAIN);
    word(
        SettingKey.TUNING_INIT,
        config -> config.tuning().init(),
        TuningSettings.Init.PRETRAINED,
        "random",
        TuningSettings.Init.RANDOM);
    number(SettingKey.MIXUP, config -> config.tuning().mixup(), 0.0, 0.2);
    number(SettingKey.CUTMIX, config -> config.tuning().cutmix(), 0.0, 1.5);
  }

  private static void text(
      SettingKey key,
      Function<ExperimentConfig, @Nullable Object> shown,
      @Nullable Object normally,
      String value) {
    CASES.put(key, new Case(shown, normally, '"' + value + '"', value, value));
  }

  private static void path(
      SettingKey key,
      Function<ExperimentConfig, @Nullable Object> shown,
      @Nullable Object normally,
      String value) {
    CASES.put(key, new Case(shown, normally, '"' + value + '"', value, Path.of(value)));
  }

  private static void list(
      SettingKey key, Function<ExperimentConfig, @Nullable Object> shown, Object normally) {
    CASES.put(
        key,
        new Case(
            shown,
            normally,
            "[\"first\", \"se, cond\"]",
            "first, \"se, cond\"",
            List.of("first", "se, cond")));
  }

  private static void number(
      SettingKey key,
      Function<ExperimentConfig, @Nullable Object> shown,
      Object normally,
      Number value) {
    CASES.put(key, new Case(shown, normally, value.toString(), value.toString(), value));
  }

  private static void word(
      SettingKey key,
      Function<ExperimentConfig, @Nullable Object> shown,
      @Nullable Object normally,
      String value,
      Object mapped) {
    CASES.put(key, new Case(shown, normally, '"' + value + '"', value, mapped));
  }

  @Test
  void everyKeyHasACase() {
    assertThat(SettingKey.values())
        .as(
            "a new setting needs a default and another value here; to enable images is a feature"
                + " set")
        .filteredOn(key -> key != SettingKey.ENABLE_IMAGES)
        .containsExactlyElementsOf(CASES.keySet());
    CASES.forEach(
        (key, test) -> assertThat(test.mapped()).as(key.key()).isNotEqualTo(test.normally()));
    int columnTypes = 1;
    int data = 1;
    int imagesAndTuning = 2;
    assertThat(
            ExperimentConfig.class.getRecordComponents().length
                - imagesAndTuning
                + ImageSettings.class.getRecordComponents().length
                + TuningSettings.class.getRecordComponents().length)
        .isEqualTo(CASES.size() + columnTypes + data);
  }

  @Test
  void everyDefaultIsPinned() {
    ExperimentConfig config = ExperimentConfig.builder(DATA).build();
    CASES.forEach(
        (key, test) ->
            assertThat(test.shown().apply(config)).as(key.key()).isEqualTo(test.normally()));
    assertThat(config.columnTypes()).isEmpty();
    assertThat(config.data()).isEqualTo(DATA);
  }

  @Test
  void everyKeyIsReadFromAssignments() {
    CASES.forEach(
        (key, test) -> {
          ExperimentConfig config =
              ExperimentConfig.builder(DATA).set(key.key(), test.assigned()).build();
          assertThat(test.shown().apply(config)).as(key.key()).isEqualTo(test.mapped());
        });
  }

  @Test
  void everyKeyIsReadFromAFileAndComesBackFromTheFileWritten() throws IOException {
    for (Map.Entry<SettingKey, Case> entry : CASES.entrySet()) {
      Case test = entry.getValue();
      ExperimentConfig config = read(entry.getKey().key() + " = " + test.toml() + "\n");
      assertThat(test.shown().apply(config)).as(entry.getKey().key()).isEqualTo(test.mapped());
      assertThat(read(ConfigFile.write(config, config.scorer())))
          .as(entry.getKey().key())
          .isEqualTo(config);
    }
  }

  @Test
  void allSettingsTogetherComeBackFromTheFileWritten() throws IOException {
    ExperimentConfig.Builder builder = ExperimentConfig.builder(DATA);
    CASES.forEach(
        (key, test) -> {
          if (key != SettingKey.KEEP) {
            builder.set(key.key(), test.assigned());
          }
        });
    ExperimentConfig config =
        builder
            .set("column_types.zip code", "categorical")
            .set("column_types.a.b = \"c\"", "numeric")
            .target("quote \" back \\ tab \t new\nline \u007f \u0001 \u00e9 \ud83d\ude97")
            .build();
    assertThat(read(ConfigFile.write(config, config.scorer()))).isEqualTo(config);
  }

  @Test
  void theNamesOfDriverlessAiAreUnderstood() throws IOException {
    ExperimentConfig config =
        read(
            """
            tensorflow_image_pretrained_models = ["a.onnx"]
            tensorflow_image_vectorization_output_dimension = 50
            Tensorflow_Image_Pretrained_Models_Dir = "w"
            tensorflow_image_batch_size = 8
            tensorflow_image_use_gpu = false
            tensorflow_image_fine_tune = true
            tensorflow_image_fine_tuning_num_epochs = 2
            tensorflow_image_augmentations = ["HorizontalFlip", "Blur"]
            """);
    assertThat(config.tuning().choice()).isEqualTo(TuningSettings.Choice.TRUE);
    assertThat(config.tuning().epochs()).containsExactly(2);
    assertThat(config.tuning().augmentations())
        .containsExactly(Augmentation.HORIZONTAL_FLIP, Augmentation.BLUR);
    assertThat(config.images().networks()).containsExactly("a.onnx");
    assertThat(config.images().outputDimensions()).containsExactly(50);
    assertThat(config.weightsDir()).isEqualTo(Path.of("w"));
    assertThat(config.images().batchSize()).isEqualTo(8);
    assertThat(config.images().useGpu()).isFalse();
    assertThat(SettingKey.allNames()).doesNotHaveDuplicates();
    for (String name : SettingKey.allNames()) {
      assertThat(SettingKey.of(name)).as(name).isPresent();
    }
  }

  @Test
  void imagesAreSwitchedOffAsDriverlessAiDoes() throws IOException {
    assertThat(read("enable_tensorflow_image = \"off\"\n").featureSet())
        .isEqualTo(FeatureSetChoice.TABLE);
    assertThat(read("enable_image_transformer = \"auto\"\n").featureSet())
        .isEqualTo(FeatureSetChoice.AUTO);
    assertThat(read("enable_image_transformer = \"on\"\n").featureSet())
        .isEqualTo(FeatureSetChoice.AUTO);
    assertThatThrownBy(() -> read("enable_image_transformer = \"off\"\nfeature_set = \"both\"\n"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("enable_image_transformer")
        .hasMessageContaining("feature_set = \"both\"");
    assertThatThrownBy(() -> read("enable_image_transformer = \"on\"\nfeature_set = \"table\"\n"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("feature_set = \"table\"");
  }

  @Test
  void badValuesAreRefusedByKeyWithWhatWasExpected() {
    refused("folds", "five", "2 to 100");
    refused("folds", "1", "2 to 100");
    refused("folds", "2.5", "2 to 100");
    refused("seed", "99999999999999999999", "whole number");
    refused("threads", "0", "1 to 256");
    refused("scorer", "RMS", "rmse");
    refused("problem_type", "ranking", "regression");
    refused("target_transformer", "cube", "sqrt");
    refused("verification", "none", "synthetic");
    refused("embed_report", "yes", "true or false");
    refused("image_transformer_vectorization_output_dimension", "33", "10, 25, 50");
    refused("string_col_as_image_max_missing_fraction", "1.5", "0 to 1");
    refused("string_col_as_image_min_valid_types_fraction", "NaN", "0 to 1");
    refused("string_col_as_image_min_valid_types_fraction", "half", "0 to 1");
    refused("tree_settings", "eta", "NAME=NUMBER");
    refused("tree_settings", "eta=0", "in (0, 1]");
    refused("tree_settings", "depth=3", "max_depth");
    refused("tree_settings", "max_depth=2.5", "whole number");
    refused("image_input_size", "large", "native");
    refused("image_input_size", "8", "from 32 to 1024");
    refused("image_transformer_selection", "all", "concat");
    refused("image_transformer_fine_tune", "yes", "always");
    refused("image_transformer_fine_tuning_num_epochs", "0", "auto or a whole number");
    refused("image_transformer_fine_tuning_learning_rate", "fast", "such as 3e-4");
    refused("image_transformer_augmentations", "Flip", "HorizontalFlip");
    refused("image_transformer_fine_tuning_strategy", "all", "whole");
    refused("image_transformer_fine_tuning_init", "zero", "pretrained");
    refused("name", "../up", "letters, digits");
    refused("name", "a/b", "letters, digits");
  }

  private static void refused(String key, String value, String expected) {
    ExperimentConfig.Builder builder = ExperimentConfig.builder(DATA).set(key, value);
    assertThatThrownBy(builder::build)
        .as("%s = %s", key, value)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value)
        .hasMessageContaining(expected)
        .satisfies(e -> assertThat(e.getMessage().lines().count()).isBetween(1L, 3L));
  }

  @Test
  void networksMayBeShownPicturesInDifferentWays() throws IOException {
    ExperimentConfig config =
        read(
            """
            image_transformer_pretrained_models = ["a.onnx", "b.onnx"]
            image_resize = ["squash", "crop"]
            image_input_size = ["native", 128]
            image_mirror_average = true
            """);
    assertThat(config.images().resize(1)).isEqualTo(ImageSettings.Resize.CROP);
    assertThat(config.images().inputSize(0)).isEqualTo(ImageSettings.NATIVE_SIZE);
    assertThat(config.images().inputSize(1)).isEqualTo(128);
    assertThat(config.images().mirrorAverage(1)).isEqualTo(MirrorAverage.TRUE);
    assertThat(read(ConfigFile.write(config, null))).isEqualTo(config);
    assertThatThrownBy(
            () -> ExperimentConfig.builder(DATA).set("image_resize", "crop, pad, crop").build())
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("one for each");
  }

  @Test
  void dropAndKeepTogetherAreRefused() {
    ExperimentConfig.Builder builder =
        ExperimentConfig.builder(DATA).drop(List.of("a")).keep(List.of("b"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("drop")
        .hasMessageContaining("keep");
  }

  @Test
  void theNameComesFromTheData() {
    assertThat(name("a/My Cars (new).csv")).isEqualTo("my_cars__new_");
    assertThat(name("a/flowers")).isEqualTo("flowers");
    assertThat(name("a/.hidden")).isEqualTo("experiment");
    assertThat(name("a/" + "x".repeat(200) + ".csv")).isEqualTo("x".repeat(100));
    assertThat(name("/")).isEqualTo("experiment");
  }

  private static String name(String data) {
    return ExperimentConfig.builder(Path.of(data)).build().name();
  }

  @Test
  void aDataPathCannotBreakOutOfTheComment() throws IOException {
    ExperimentConfig config = ExperimentConfig.builder(Path.of("a\nfolds = 9\n#.csv")).build();
    Path file = write(ConfigFile.write(config, null));
    assertThat(ExperimentConfig.builder(DATA).configFile(file).build().folds()).isEqualTo(5);
  }

  private ExperimentConfig read(String toml) throws IOException {
    return ExperimentConfig.builder(DATA).configFile(write(toml)).build();
  }

  private Path write(String toml) throws IOException {
    Path file = folder.resolve("config.toml");
    Files.writeString(file, toml);
    return file;
  }
}
