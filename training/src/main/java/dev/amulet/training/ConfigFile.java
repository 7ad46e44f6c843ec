package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.tree.TreeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a resolved configuration as TOML, so that {@code --config} on it repeats the run. */
final class ConfigFile {
  private final StringBuilder toml = new StringBuilder();

  private ConfigFile() {}

  /**
   * @param scorer the metric that counted, or null to leave it to the task
   */
  static String write(ExperimentConfig config, @Nullable Metric scorer) {
    return new ConfigFile().render(config, scorer);
  }

  private String render(ExperimentConfig config, @Nullable Metric scorer) {
    toml.append("# Every setting of this experiment as resolved. Repeat it with:\n");
    // A comment cannot hold control characters; a line break would end it.
    String data = config.data().toString().replaceAll("\\p{Cntrl}", "?");
    toml.append("# ./amulet train ").append(data).append(" --config <this file>\n");
    text(SettingKey.TARGET, config.target());
    path(SettingKey.TEST, config.test());
    list(SettingKey.DROP, config.drop());
    list(SettingKey.KEEP, config.keep());
    path(SettingKey.IMAGE_ROOT, config.imageRoot());
    text(SettingKey.NAME, config.name());
    path(SettingKey.OUT, config.out());
    text(SettingKey.GROUP, config.group());
    raw(SettingKey.FOLDS, Integer.toString(config.folds()));
    text(SettingKey.FOLD_COLUMN, config.foldColumn());
    raw(SettingKey.HOLDOUT, Double.toString(config.holdout()));
    text(SettingKey.WEIGHT, config.weight());
    text(SettingKey.TIME, config.time());
    text(SettingKey.SCORER, scorer == null ? null : scorer.name());
    raw(SettingKey.SEED, Long.toString(config.seed()));
    raw(SettingKey.THREADS, Integer.toString(config.threads()));
    text(SettingKey.PROBLEM_TYPE, lower(config.problemType()));
    text(SettingKey.TARGET_TRANSFORMER, lower(config.targetTransformer()));
    text(SettingKey.FEATURE_SET, lower(config.featureSet()));
    text(SettingKey.LEARNER, lower(config.learner()));
    text(SettingKey.LINEAR_FEATURES, lower(config.linearFeatures()));
    text(SettingKey.TREE_FEATURES, lower(config.treeFeatures()));
    TreeOptions trees = config.treeOptions();
    text(SettingKey.TREE_SETTINGS, trees == null ? "auto" : trees.toString());
    text(SettingKey.CALIBRATION, lower(config.calibration()));
    text(SettingKey.CLASS_WEIGHTS, lower(config.classWeights()));
    raw(SettingKey.INTERVAL_COVERAGE, Double.toString(config.intervalCoverage()));
    text(SettingKey.VERIFICATION, lower(config.verification()));
    raw(SettingKey.EMBED_REPORT, Boolean.toString(config.embedReport()));
    list(SettingKey.PRETRAINED_MODELS, config.images().networks());
    text(SettingKey.EMBEDDING_OUTPUT, config.images().embeddingOutput());
    some(
        SettingKey.OUTPUT_DIMENSION,
        config.images().outputDimensions().stream().map(String::valueOf));
    text(SettingKey.SELECTION, lower(config.images().selection()));
    some(SettingKey.IMAGE_RESIZE, config.images().resize().stream().map(ConfigFile::lower));
    some(SettingKey.INPUT_SIZE, config.images().inputSize().stream().map(ImageSettings::sizeText));
    some(
        SettingKey.MIRROR_AVERAGE, config.images().mirrorAverage().stream().map(ConfigFile::lower));
    text(SettingKey.EMBEDDING_CACHE, config.images().cache());
    raw(SettingKey.DOWNLOAD_TIMEOUT, Integer.toString(config.images().downloadTimeoutSeconds()));
    raw(SettingKey.BATCH_SIZE, Integer.toString(config.images().batchSize()));
    raw(SettingKey.USE_GPU, Boolean.toString(config.images().useGpu()));
    raw(SettingKey.TIME_BUDGET, Double.toString(config.timeBudgetMinutes()));
    path(SettingKey.WEIGHTS_DIR, config.weightsDir());
    raw(SettingKey.IMAGE_MAX_MISSING, Double.toString(config.imageMaxMissing()));
    raw(SettingKey.IMAGE_MIN_VALID, Double.toString(config.imageMinValid()));
    text(SettingKey.MISSING_IMAGE, lower(config.missingImage()));
    tuning(config.tuning());
    if (!config.columnTypes().isEmpty()) {
      toml.append("\n[column_types]\n");
      config.columnTypes().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(e -> line(quote(e.getKey()), quote(e.getValue())));
    }
    return toml.toString();
  }

  private void tuning(TuningSettings tuning) {
    text(SettingKey.FINE_TUNE, lower(tuning.choice()));
    raw(SettingKey.TUNING_NETWORKS, Integer.toString(tuning.networks()));
    some(SettingKey.TUNING_EPOCHS, tuning.epochs().stream().map(TuningSettings::epochsText));
    list(SettingKey.AUGMENTATIONS, TuningSettings.names(tuning.augmentations()));
    some(SettingKey.TUNING_RATE, tuning.learningRate().stream().map(TuningSettings::rateText));
    text(SettingKey.TUNING_STRATEGY, lower(tuning.strategy()));
    raw(SettingKey.TUNING_BATCH, Integer.toString(tuning.batchSize()));
    text(SettingKey.TUNING_BATCH_NORM, lower(tuning.batchNorm()));
    text(SettingKey.TUNING_INIT, lower(tuning.init()));
    raw(SettingKey.MIXUP, Double.toString(tuning.mixup()));
    raw(SettingKey.CUTMIX, Double.toString(tuning.cutmix()));
  }

  private void raw(SettingKey key, String value) {
    line(key.key(), value);
  }

  private void text(SettingKey key, @Nullable String value) {
    if (value != null) {
      line(key.key(), quote(value));
    }
  }

  private void path(SettingKey key, @Nullable Path value) {
    text(key, value == null ? null : value.toString());
  }

  private void list(SettingKey key, List<String> values) {
    if (!values.isEmpty()) {
      line(
          key.key(),
          values.stream().map(ConfigFile::quote).collect(Collectors.joining(", ", "[", "]")));
    }
  }

  /** One value as such, several as a list. */
  private void some(SettingKey key, Stream<String> values) {
    List<String> all = values.toList();
    if (all.size() == 1) {
      text(key, all.get(0));
    } else {
      list(key, all);
    }
  }

  private void line(String key, String value) {
    toml.append(key).append(" = ").append(value).append('\n');
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A TOML basic string. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
