package dev.amulet.training;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every setting of an experiment: the names that configuration files, {@code --set} and the command
 * line share. Where Driverless AI has the concept, its names are accepted too.
 */
enum SettingKey {
  TARGET("target"),
  TEST("test"),
  DROP("drop"),
  KEEP("keep"),
  IMAGE_ROOT("image_root"),
  NAME("name"),
  OUT("out"),
  GROUP("group"),
  FOLDS("folds"),
  FOLD_COLUMN("fold_column"),
  HOLDOUT("holdout"),
  WEIGHT("weight"),
  TIME("time"),
  SCORER("scorer"),
  SEED("seed"),
  THREADS("threads"),
  PROBLEM_TYPE("problem_type"),
  TARGET_TRANSFORMER("target_transformer"),
  FEATURE_SET("feature_set"),
  LEARNER("learner"),
  LINEAR_FEATURES("linear_features"),
  TREE_FEATURES("tree_features"),
  TREE_SETTINGS("tree_settings"),
  CALIBRATION("probability_calibration"),
  CLASS_WEIGHTS("class_weights"),
  INTERVAL_COVERAGE("prediction_interval_coverage"),
  VERIFICATION("verification"),
  ENABLE_IMAGES("enable_image_transformer", "enable_tensorflow_image"),
  EMBED_REPORT("embed_report"),
  PRETRAINED_MODELS("image_transformer_pretrained_models", "tensorflow_image_pretrained_models"),
  EMBEDDING_OUTPUT("image_transformer_embedding_output"),
  OUTPUT_DIMENSION(
      "image_transformer_vectorization_output_dimension",
      "tensorflow_image_vectorization_output_dimension"),
  SELECTION("image_transformer_selection"),
  IMAGE_RESIZE("image_resize"),
  INPUT_SIZE("image_input_size"),
  MIRROR_AVERAGE("image_mirror_average"),
  EMBEDDING_CACHE("embedding_cache"),
  DOWNLOAD_TIMEOUT("image_download_timeout"),
  BATCH_SIZE("image_transformer_batch_size", "tensorflow_image_batch_size"),
  USE_GPU("image_transformer_use_gpu", "tensorflow_image_use_gpu"),
  TIME_BUDGET("time_budget"),
  WEIGHTS_DIR("image_pretrained_models_dir", "tensorflow_image_pretrained_models_dir"),
  IMAGE_MAX_MISSING("string_col_as_image_max_missing_fraction"),
  IMAGE_MIN_VALID("string_col_as_image_min_valid_types_fraction"),
  MISSING_IMAGE("missing_image"),
  FINE_TUNE("image_transformer_fine_tune", "tensorflow_image_fine_tune"),
  TUNING_NETWORKS("image_transformer_fine_tuning_networks"),
  TUNING_EPOCHS(
      "image_transformer_fine_tuning_num_epochs", "tensorflow_image_fine_tuning_num_epochs"),
  AUGMENTATIONS("image_transformer_augmentations", "tensorflow_image_augmentations"),
  TUNING_RATE("image_transformer_fine_tuning_learning_rate"),
  TUNING_STRATEGY("image_transformer_fine_tuning_strategy"),
  TUNING_BATCH("image_transformer_fine_tuning_batch_size"),
  TUNING_BATCH_NORM("image_transformer_fine_tuning_batch_norm"),
  TUNING_INIT("image_transformer_fine_tuning_init"),
  MIXUP("image_transformer_mixup"),
  CUTMIX("image_transformer_cutmix");

  /** Settings named after a column: {@code column_types.zipcode = categorical}. */
  static final String COLUMN_TYPE_PREFIX = "column_types.";

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable.
  private final List<String> names;

  SettingKey(String... names) {
    this.names = List.of(names);
  }

  /** Whether it takes several values. */
  boolean isList() {
    return switch (this) {
      case DROP,
          KEEP,
          PRETRAINED_MODELS,
          OUTPUT_DIMENSION,
          IMAGE_RESIZE,
          INPUT_SIZE,
          MIRROR_AVERAGE,
          TUNING_EPOCHS,
          AUGMENTATIONS,
          TUNING_RATE ->
          true;
      default -> false;
    };
  }

  /** The name that a resolved configuration is written with. */
  String key() {
    return names.get(0);
  }

  static Optional<SettingKey> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Stream.of(values()).filter(key -> key.names.contains(lower)).findFirst();
  }

  static List<String> allNames() {
    return Stream.of(values()).flatMap(key -> key.names.stream()).toList();
  }
}
