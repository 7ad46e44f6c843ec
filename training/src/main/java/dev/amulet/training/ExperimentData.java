package dev.amulet.training;

import dev.amulet.format.v1.Column;
import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.Task;
import dev.amulet.training.ExperimentConfig.MissingImageChoice;
import dev.amulet.training.data.ColumnProfile;
import dev.amulet.training.data.ColumnProfiler;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.DatasetReader;
import dev.amulet.training.data.ProfileOptions;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.data.Target;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.Backbones;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table read, profiled and found fit to train on. */
final class ExperimentData {
  private final TableProfile profile;
  private final Schema schema;
  private final TargetCoding coding;
  private final Map<String, String> readings;
  private final double[] targets;
  private final double[] labels;

  private ExperimentData(
      TableProfile profile, Schema schema, TargetCoding coding, Map<String, String> readings) {
    this.profile = profile;
    this.coding = coding;
    this.readings = Map.copyOf(readings);
    this.schema = schema;
    targets = profile.requiredTarget().values(profile.dataset());
    labels = coding.encode(targets);
  }

  static ExperimentData read(ExperimentConfig config, ProgressListener progress) {
    Dataset table =
        DatasetReader.read(
            config.data(), config.imageRoot(), config.images().downloadTimeout(), progress);
    progress.message(
        "read %s: %d rows, %d columns"
            .formatted(config.data(), table.rows(), table.columnNames().size()));
    TableProfile profile = new ColumnProfiler(options(config)).profile(table);
    report(profile, progress);
    profile.requireTrainable();
    Target target = profile.requiredTarget();
    checkChoices(config, profile, target);
    return new ExperimentData(
        profile,
        withMissingImages(profile.schema(), config.missingImage()),
        new TargetCoding(target, config.targetTransformer()),
        Map.of());
  }

  /** What a missing image does is the user's choice and nothing that the data show. */
  private static Schema withMissingImages(Schema schema, MissingImageChoice choice) {
    MissingImage missing =
        switch (choice) {
          case NAN_FEATURES -> MissingImage.NAN_FEATURES;
          case ZERO_EMBEDDING -> MissingImage.ZERO_EMBEDDING;
          case FAIL_ROW -> MissingImage.FAIL_ROW;
        };
    Schema.Builder changed = schema.toBuilder();
    for (Column.Builder column : changed.getColumnsBuilderList()) {
      if (column.hasImage()) {
        column.getImageBuilder().setMissing(missing);
      }
    }
    return changed.build();
  }

  /** Refuses what the data rule out before any time is spent on it. */
  private static void checkChoices(ExperimentConfig config, TableProfile profile, Target target) {
    Metric scorer = config.scorer();
    if (scorer != null && !scorer.appliesTo(target.task())) {
      throw new TrainingException(
          "scorer %s does not apply to the %s target \"%s\"; choose one of %s"
              .formatted(
                  scorer,
                  target.task().name().toLowerCase(Locale.ROOT),
                  target.column(),
                  Metric.forTask(target.task())));
    }
    checkRanges(profile);
    checkImages(config, profile);
    if (profile.inputs(ColumnType.IMAGE).isEmpty()
        && config.featureSet() != ExperimentConfig.FeatureSetChoice.AUTO
        && config.featureSet() != ExperimentConfig.FeatureSetChoice.TABLE) {
      throw new TrainingException(
          ("setting feature_set is \"%s\", but %s has no image column; use auto, or"
                  + " --set column_types.COLUMN=image if one was not recognised")
              .formatted(
                  config.featureSet().name().toLowerCase(Locale.ROOT), profile.dataset().name()));
    }
    if (config.featureSet().needsTuning() && !config.tuning().isOn()) {
      throw new TrainingException(
          "setting feature_set is \"%s\", which only a fine-tuned network gives; set %s = true too"
              .formatted(
                  config.featureSet().name().toLowerCase(Locale.ROOT), SettingKey.FINE_TUNE.key()));
    }
    if (config.tuning().isOn()
        && config.featureSet() != ExperimentConfig.FeatureSetChoice.AUTO
        && !config.featureSet().needsTuning()) {
      throw new TrainingException(
          "settings %s and feature_set = \"%s\" contradict: that set is of a frozen network; use auto, tuned_score or tuned_embedding"
              .formatted(
                  SettingKey.FINE_TUNE.key(), config.featureSet().name().toLowerCase(Locale.ROOT)));
    }
    boolean imagesOnly = profile.inputs().size() == profile.inputs(ColumnType.IMAGE).size();
    if (imagesOnly && config.featureSet() == ExperimentConfig.FeatureSetChoice.TABLE) {
      throw new TrainingException(
          "setting feature_set is \"table\", but %s has no input columns besides images; use auto"
              .formatted(profile.dataset().name()));
    }
    checkLearner(config, imagesOnly);
  }

  /** A linear model reads whole embeddings; components and scores beside them say nothing new. */
  private static void checkLearner(ExperimentConfig config, boolean imagesOnly) {
    boolean linear =
        config.learner() == LearnerChoice.LINEAR || config.learner() == LearnerChoice.BLEND;
    ExperimentConfig.FeatureSetChoice set = config.featureSet();
    if (linear
        && (set == ExperimentConfig.FeatureSetChoice.BOTH
            || (imagesOnly && set == ExperimentConfig.FeatureSetChoice.IMAGE_SCORE))) {
      throw new TrainingException(
          "setting feature_set is \"%s\", but a linear model reads the embedding itself; use embedding, or learner = \"trees\""
              .formatted(set.name().toLowerCase(Locale.ROOT)));
    }
  }

  private static void checkImages(ExperimentConfig config, TableProfile profile) {
    for (ColumnProfile column : profile.inputs(ColumnType.IMAGE)) {
      long missing = column.statistics().getMissing();
      if (config.missingImage() == MissingImageChoice.FAIL_ROW && missing > 0) {
        throw new TrainingException(
            "setting missing_image is \"fail_row\", but %d rows of %s have no image in \"%s\"; leave those rows out of the data, or use nan_features"
                .formatted(missing, profile.dataset().name(), column.name()));
      }
    }
  }

  /** Slots are float32, and XGBoost doubles the largest to get a threshold above it. */
  private static void checkRanges(TableProfile profile) {
    for (ColumnProfile column : profile.inputs(ColumnType.NUMERIC)) {
      double least = column.statistics().getMin();
      double most = column.statistics().getMax();
      double worst = -least > most ? least : most;
      if (Math.abs(worst) > TargetCoding.LARGEST) {
        throw new TrainingException(
            "column \"%s\" holds %s, expected numbers within ±%s; correct it or leave it out: --drop %s"
                .formatted(column.name(), worst, TargetCoding.LARGEST, column.name()));
      }
    }
  }

  private static ProfileOptions options(ExperimentConfig config) {
    Map<String, ColumnType> types =
        config.columnTypes().entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, e -> columnType(e.getKey(), e.getValue())));
    return ProfileOptions.builder()
        .target(config.target())
        .problemType(
            switch (config.problemType()) {
              case AUTO -> null;
              case REGRESSION -> Task.REGRESSION;
              case BINARY -> Task.BINARY;
              case MULTICLASS -> Task.MULTICLASS;
            })
        .drop(config.drop())
        .keep(config.keep())
        .groupColumn(config.group())
        .foldColumn(config.foldColumn())
        .weightColumn(config.weight())
        .timeColumn(config.time())
        .columnTypes(types)
        .imageMaxMissingShare(config.imageMaxMissing())
        .imageMinExtensionShare(config.imageMinValid())
        .seed(config.seed())
        .build();
  }

  private static ColumnType columnType(String column, String name) {
    try {
      ColumnType type = ColumnType.valueOf(name.strip().toUpperCase(Locale.ROOT));
      if (type != ColumnType.COLUMN_TYPE_UNSPECIFIED && type != ColumnType.UNRECOGNIZED) {
        return type;
      }
    } catch (IllegalArgumentException e) {
      throw wrongType(column, name, e);
    }
    throw wrongType(column, name, null);
  }

  private static TrainingException wrongType(
      String column, String name, @Nullable Throwable cause) {
    return new TrainingException(
        "setting column_types."
            + column
            + " is \""
            + name
            + "\", expected one of numeric, boolean, categorical, text, date_time, image",
        cause);
  }

  private static void report(TableProfile profile, ProgressListener progress) {
    int width =
        profile.columns().stream().mapToInt(column -> column.name().length()).max().orElse(1);
    for (ColumnProfile column : profile.columns()) {
      String what =
          switch (column.role()) {
            case INPUT -> column.type().name().toLowerCase(Locale.ROOT).replace('_', '-');
            default -> column.role().name().toLowerCase(Locale.ROOT);
          };
      String why = column.roleReason().isEmpty() ? column.evidence() : column.roleReason();
      progress.message(("  %-" + width + "s  %-11s  %s").formatted(column.name(), what, why));
    }
    profile.warnings().forEach(warning -> progress.message("warning: " + warning));
  }

  /** The networks that the image columns go through; none when images are not there or left out. */
  List<NamedBackbone> backbones(ExperimentConfig config, ProgressListener progress) {
    if (profile.inputs(ColumnType.IMAGE).isEmpty()
        || config.featureSet() == ExperimentConfig.FeatureSetChoice.TABLE) {
      return List.of();
    }
    List<Backbone> backbones = new ArrayList<>();
    for (String name : config.images().networks()) {
      Backbone backbone =
          Backbones.resolve(
              name,
              config.weightsDir(),
              config.seed(),
              config.images().embeddingOutput(),
              progress::message);
      progress.message("network " + backbone.description());
      backbone.notes().forEach(note -> progress.message("  " + note));
      backbones.add(backbone);
    }
    return NamedBackbone.name(backbones);
  }

  TableProfile profile() {
    return profile;
  }

  /** The rows to train on. */
  Dataset table() {
    return profile.dataset();
  }

  Schema schema() {
    return schema;
  }

  /** The schema of a model that does without images. */
  Schema schemaWithoutImages() {
    List<String> images =
        profile.inputs(ColumnType.IMAGE).stream().map(ColumnProfile::name).toList();
    return profile.dropping(images, "no gain in validation").schema();
  }

  /** The metric that counts. */
  Metric scorer(ExperimentConfig config) {
    Metric given = config.scorer();
    return given == null ? Metric.defaultFor(coding.task()) : given;
  }

  /** The same data with the target learned through another function. */
  ExperimentData with(ExperimentConfig.TargetTransformer transformer) {
    return new ExperimentData(
        profile, schema, new TargetCoding(profile.requiredTarget(), transformer), readings);
  }

  /** The same data with integers of one column read as levels. */
  ExperimentData readAsLevels(String column) {
    TableProfile levels = profile.readAsLevels(column);
    int index = profile.dataset().columnIndex(column);
    Schema changed =
        schema.toBuilder().setColumns(index, levels.schema().getColumns(index)).build();
    return new ExperimentData(levels, changed, coding, reading(column, ColumnType.CATEGORICAL));
  }

  /** The same data; that a column of integers is read as numbers has been decided. */
  ExperimentData readAsNumbers(String column) {
    return new ExperimentData(profile, schema, coding, reading(column, ColumnType.NUMERIC));
  }

  private Map<String, String> reading(String column, ColumnType type) {
    Map<String, String> changed = new HashMap<>(readings);
    changed.put(column, type.name().toLowerCase(Locale.ROOT));
    return changed;
  }

  /** Types decided by validation, by column, as {@code column_types} names them. */
  Map<String, String> readings() {
    return readings;
  }

  TargetCoding coding() {
    return coding;
  }

  /** The target of each row: the number, or the class index. */
  double[] targets() {
    return targets.clone();
  }

  /** The target of each row as learners are trained on it. */
  double[] labels() {
    return labels.clone();
  }
}
