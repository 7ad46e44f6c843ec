package dev.amulet.training;

import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.tree.TreeOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to train, on what, and how: every setting resolved. Built from a configuration file, single
 * settings and explicit calls; the last of these wins.
 *
 * @param data table or class-per-folder directory
 * @param target column to predict
 * @param test separate table to score at the end, or null
 * @param drop columns left out
 * @param keep if not empty, the only columns used besides the target
 * @param imageRoot folder that image paths start from, or null for the data's own folder
 * @param name of the experiment and its folder
 * @param out folder the experiment's folder is made in
 * @param group column whose values stay on one side of every split, or null
 * @param folds number of cross-validation folds when there is no fold column
 * @param foldColumn column that says which fold a row is in, or null
 * @param holdout share of the rows held out once instead of cross-validation, or 0
 * @param weight column of row weights, or null
 * @param time column that orders rows in time, so that each fold trains on the past, or null
 * @param scorer metric that counts, or null for the task's default
 * @param seed of every random choice
 * @param threads for networks and trees
 * @param problemType regression, binary, multiclass or auto
 * @param targetTransformer function the target is learned through
 * @param featureSet which features the model uses
 * @param learner which learners may make the model
 * @param linearFeatures which features a linear model may see, among those of the feature set
 * @param treeFeatures which features trees may see, likewise
 * @param treeOptions how trees are grown, or null to search
 * @param calibration whether probabilities are calibrated
 * @param classWeights how much the rows of each class count in training
 * @param intervalCoverage share of rows that prediction intervals of a regression are to hold, or 0
 *     for no intervals
 * @param verification what rows the amulet carries to check itself
 * @param embedReport whether the report, which shows training pictures, goes into the amulet too
 * @param images what pictures are looked at with, and how
 * @param timeBudgetMinutes candidates that would take longer than this altogether are not tried
 * @param weightsDir folder of downloaded weights, or null
 * @param imageMaxMissing most missing cells an image column may have, as a share
 * @param imageMinValid least share of cells that must look like images
 * @param missingImage what a row without a usable image does, in training and in the model
 * @param tuning whether a network is fine-tuned, and how
 * @param columnTypes types set by hand, by column
 */
public record ExperimentConfig(
    Path data,
    String target,
    @Nullable Path test,
    List<String> drop,
    List<String> keep,
    @Nullable Path imageRoot,
    String name,
    Path out,
    @Nullable String group,
    int folds,
    @Nullable String foldColumn,
    double holdout,
    @Nullable String weight,
    @Nullable String time,
    @Nullable Metric scorer,
    long seed,
    int threads,
    ProblemType problemType,
    TargetTransformer targetTransformer,
    FeatureSetChoice featureSet,
    LearnerChoice learner,
    FeatureSetChoice linearFeatures,
    FeatureSetChoice treeFeatures,
    @Nullable TreeOptions treeOptions,
    CalibrationChoice calibration,
    ClassWeights classWeights,
    double intervalCoverage,
    VerificationRows verification,
    boolean embedReport,
    ImageSettings images,
    double timeBudgetMinutes,
    @Nullable Path weightsDir,
    double imageMaxMissing,
    double imageMinValid,
    MissingImageChoice missingImage,
    TuningSettings tuning,
    Map<String, String> columnTypes) {

  private static final int MAX_NAME_CHARS = 100;
  private static final double DEFAULT_TIME_BUDGET = 10;

  /** The same with choices made. */
  ExperimentConfig with(
      ImageSettings newImages,
      TargetTransformer newTransformer,
      FeatureSetChoice newFeatureSet,
      LearnerChoice newLearner,
      FeatureSetChoice newLinearFeatures,
      FeatureSetChoice newTreeFeatures,
      @Nullable TreeOptions newTreeOptions,
      TuningSettings newTuning,
      Map<String, String> decidedTypes) {
    Map<String, String> newColumnTypes = new HashMap<>(columnTypes);
    newColumnTypes.putAll(decidedTypes);
    return new ExperimentConfig(
        data,
        target,
        test,
        drop,
        keep,
        imageRoot,
        name,
        out,
        group,
        folds,
        foldColumn,
        holdout,
        weight,
        time,
        scorer,
        seed,
        threads,
        problemType,
        newTransformer,
        newFeatureSet,
        newLearner,
        newLinearFeatures,
        newTreeFeatures,
        newTreeOptions,
        calibration,
        classWeights,
        intervalCoverage,
        verification,
        embedReport,
        newImages,
        timeBudgetMinutes,
        weightsDir,
        imageMaxMissing,
        imageMinValid,
        missingImage,
        newTuning,
        newColumnTypes);
  }

  /** What kind of target it is. */
  public enum ProblemType {
    AUTO,
    REGRESSION,
    BINARY,
    MULTICLASS
  }

  /** The function a regression target is learned through. */
  public enum TargetTransformer {
    /** Whatever does best in cross-validation where the target is positive and skewed. */
    AUTO,
    IDENTITY,
    LOG,
    SQRT
  }

  /** Which features the model uses, besides table columns. */
  public enum FeatureSetChoice {
    /** Whatever scores best in cross-validation. */
    AUTO,
    /** None: images are left out. */
    TABLE,
    /** The linear score of the images, fitted out of fold. */
    IMAGE_SCORE,
    /** Principal components of the embeddings. */
    EMBEDDING,
    /** Components and score. */
    BOTH,
    /** The score of a fine-tuned network. */
    TUNED_SCORE,
    /** The embedding of a fine-tuned network. */
    TUNED_EMBEDDING;

    /** Whether a model may use this set. */
    boolean allows(FeatureSet set) {
      return this == AUTO || name().equals(set.name());
    }

    /** Whether it is there only with a fine-tuned network. */
    boolean needsTuning() {
      return this == TUNED_SCORE || this == TUNED_EMBEDDING;
    }
  }

  /** What a row does whose image is missing or cannot be used; a slot tells the learners of it. */
  public enum MissingImageChoice {
    /** Its image features are missing numbers. */
    NAN_FEATURES,
    /** Its embedding is all zeros. */
    ZERO_EMBEDDING,
    /** It is refused: the training data must have every image. */
    FAIL_ROW
  }

  /** Whether images are looked at; off is the feature set of the table alone. */
  private enum ImageSwitch {
    AUTO,
    ON,
    OFF
  }

  /** Whether probabilities are calibrated. */
  public enum CalibrationChoice {
    /** Where that lowers the log loss in cross-validation. */
    AUTO,
    NONE
  }

  /** Which rows the amulet carries to check itself. */
  public enum VerificationRows {
    /** Drawn pictures and typical values: no training photo leaves with the model. */
    SYNTHETIC,
    /** A few training rows with their images. */
    SAMPLE
  }

  public ExperimentConfig {
    drop = List.copyOf(drop);
    keep = List.copyOf(keep);
    columnTypes = Map.copyOf(columnTypes);
    if (!drop.isEmpty() && !keep.isEmpty()) {
      throw new TrainingException(
          "drop and keep are both set; give the columns to leave out or"
              + " the columns to use, not both");
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new TrainingException(
          "experiment name \"" + name + "\": use letters, digits, '.', '_' and '-' (at most 100)");
    }
  }

  public static Builder builder(Path data) {
    return new Builder(data);
  }

  /** Collects settings; problems are reported by {@link #build()}. Not safe for concurrent use. */
  public static final class Builder {
    private final Path data;
    private final Settings settings = new Settings();
    private final Settings explicit = new Settings();

    private Builder(Path data) {
      this.data = data;
    }

    /** Reads a TOML configuration; what is set otherwise wins over it. */
    public Builder configFile(Path file) {
      settings.readFile(file);
      return this;
    }

    /** One setting as {@code key}, {@code value}; lists are separated by commas. */
    public Builder set(String key, String value) {
      explicit.assign(key, value);
      return this;
    }

    public Builder target(String column) {
      return put(SettingKey.TARGET, List.of(column));
    }

    public Builder test(Path table) {
      return put(SettingKey.TEST, List.of(table.toString()));
    }

    public Builder drop(List<String> columns) {
      return put(SettingKey.DROP, columns);
    }

    public Builder keep(List<String> columns) {
      return put(SettingKey.KEEP, columns);
    }

    public Builder imageRoot(Path folder) {
      return put(SettingKey.IMAGE_ROOT, List.of(folder.toString()));
    }

    public Builder name(String name) {
      return put(SettingKey.NAME, List.of(name));
    }

    public Builder out(Path folder) {
      return put(SettingKey.OUT, List.of(folder.toString()));
    }

    public Builder groupColumn(String column) {
      return put(SettingKey.GROUP, List.of(column));
    }

    public Builder folds(int folds) {
      return put(SettingKey.FOLDS, List.of(Integer.toString(folds)));
    }

    public Builder foldColumn(String column) {
      return put(SettingKey.FOLD_COLUMN, List.of(column));
    }

    public Builder weightColumn(String column) {
      return put(SettingKey.WEIGHT, List.of(column));
    }

    public Builder timeColumn(String column) {
      return put(SettingKey.TIME, List.of(column));
    }

    public Builder scorer(String metric) {
      return put(SettingKey.SCORER, List.of(metric));
    }

    public Builder seed(long seed) {
      return put(SettingKey.SEED, List.of(Long.toString(seed)));
    }

    public Builder weightsDir(Path folder) {
      return put(SettingKey.WEIGHTS_DIR, List.of(folder.toString()));
    }

    private Builder put(SettingKey key, List<String> value) {
      explicit.put(key, value);
      return this;
    }

    /**
     * Resolves every setting.
     *
     * @throws TrainingException when a setting is unknown, out of range or contradicts another
     */
    public ExperimentConfig build() {
      settings.addAll(explicit);
      return new ExperimentConfig(
          data,
          settings.text(SettingKey.TARGET, "label"),
          settings.path(SettingKey.TEST),
          settings.list(SettingKey.DROP),
          settings.list(SettingKey.KEEP),
          settings.path(SettingKey.IMAGE_ROOT),
          settings.text(SettingKey.NAME, defaultName()),
          Path.of(settings.text(SettingKey.OUT, "experiments")),
          settings.text(SettingKey.GROUP),
          (int) settings.number(SettingKey.FOLDS, 5, 2, 100),
          settings.text(SettingKey.FOLD_COLUMN),
          holdout(),
          settings.text(SettingKey.WEIGHT),
          settings.text(SettingKey.TIME),
          scorer(),
          settings.number(SettingKey.SEED, 1, Long.MIN_VALUE, Long.MAX_VALUE),
          (int) settings.number(SettingKey.THREADS, defaultThreads(), 1, 256),
          settings.choice(SettingKey.PROBLEM_TYPE, ProblemType.class, ProblemType.AUTO),
          settings.choice(
              SettingKey.TARGET_TRANSFORMER, TargetTransformer.class, TargetTransformer.AUTO),
          featureSet(),
          settings.choice(SettingKey.LEARNER, LearnerChoice.class, LearnerChoice.AUTO),
          settings.choice(
              SettingKey.LINEAR_FEATURES, FeatureSetChoice.class, FeatureSetChoice.AUTO),
          settings.choice(SettingKey.TREE_FEATURES, FeatureSetChoice.class, FeatureSetChoice.AUTO),
          treeOptions(),
          settings.choice(SettingKey.CALIBRATION, CalibrationChoice.class, CalibrationChoice.AUTO),
          settings.choice(SettingKey.CLASS_WEIGHTS, ClassWeights.class, ClassWeights.NONE),
          intervalCoverage(),
          settings.choice(
              SettingKey.VERIFICATION, VerificationRows.class, VerificationRows.SYNTHETIC),
          settings.flag(SettingKey.EMBED_REPORT, false),
          ImageSettings.of(settings),
          settings.decimal(SettingKey.TIME_BUDGET, DEFAULT_TIME_BUDGET, 0.01, 100_000),
          settings.path(SettingKey.WEIGHTS_DIR),
          settings.fraction(SettingKey.IMAGE_MAX_MISSING, 0.1),
          settings.fraction(SettingKey.IMAGE_MIN_VALID, 0.8),
          settings.choice(
              SettingKey.MISSING_IMAGE, MissingImageChoice.class, MissingImageChoice.NAN_FEATURES),
          TuningSettings.of(settings),
          settings.columnTypes());
    }

    private double holdout() {
      double share = settings.fraction(SettingKey.HOLDOUT, 0);
      if (share == 1) {
        throw Settings.wrong(
            SettingKey.HOLDOUT,
            "1",
            "less than 1, as some rows must be trained on; 0 is cross-validation",
            null);
      }
      return share;
    }

    private FeatureSetChoice featureSet() {
      FeatureSetChoice set =
          settings.choice(SettingKey.FEATURE_SET, FeatureSetChoice.class, FeatureSetChoice.AUTO);
      ImageSwitch images =
          settings.choice(SettingKey.ENABLE_IMAGES, ImageSwitch.class, ImageSwitch.AUTO);
      boolean table = set == FeatureSetChoice.TABLE;
      boolean contradicts =
          images == ImageSwitch.ON ? table : !table && set != FeatureSetChoice.AUTO;
      if (images != ImageSwitch.AUTO && contradicts) {
        throw Settings.wrong(
            SettingKey.ENABLE_IMAGES,
            images.name().toLowerCase(Locale.ROOT),
            "what goes with feature_set = \"" + set.name().toLowerCase(Locale.ROOT) + "\"",
            null);
      }
      return images == ImageSwitch.OFF ? FeatureSetChoice.TABLE : set;
    }

    private @Nullable TreeOptions treeOptions() {
      String text = settings.text(SettingKey.TREE_SETTINGS, "auto");
      if (text.equalsIgnoreCase("auto")) {
        return null;
      }
      try {
        return text.equalsIgnoreCase("usual") ? TreeOptions.usual() : TreeOptions.parse(text);
      } catch (IllegalArgumentException e) {
        throw Settings.wrong(
            SettingKey.TREE_SETTINGS,
            text,
            "auto, usual or such as \"%s\": %s".formatted(TreeOptions.usual(), e.getMessage()),
            e);
      }
    }

    private double intervalCoverage() {
      double coverage = settings.fraction(SettingKey.INTERVAL_COVERAGE, 0.9);
      if (coverage == 1) {
        throw Settings.wrong(
            SettingKey.INTERVAL_COVERAGE,
            "1",
            "less than 1, as nothing is certain; 0.9 is usual, 0 makes no intervals",
            null);
      }
      return coverage;
    }

    private @Nullable Metric scorer() {
      String name = settings.text(SettingKey.SCORER);
      return name == null ? null : settings.choice(SettingKey.SCORER, Metric.class, Metric.RMSE);
    }

    private String defaultName() {
      Path fileName = data.toAbsolutePath().normalize().getFileName();
      String base = fileName == null ? "experiment" : fileName.toString();
      String stem = base.replaceFirst("\\.[A-Za-z0-9]{1,5}$", "");
      String safe = stem.replaceAll("[^A-Za-z0-9._-]", "_").toLowerCase(Locale.ROOT);
      String shortened = safe.substring(0, Math.min(MAX_NAME_CHARS, safe.length()));
      return shortened.matches("[A-Za-z0-9].*") ? shortened : "experiment";
    }

    private static int defaultThreads() {
      return Math.max(1, Runtime.getRuntime().availableProcessors());
    }
  }
}
