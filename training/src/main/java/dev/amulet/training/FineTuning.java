package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.Task;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.runtime.Picture;
import dev.amulet.training.TuningSettings.Strategy;
import dev.amulet.training.data.Dataset;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.evaluation.Score;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.TunedFold;
import dev.amulet.training.insight.InsightData.Tuning;
import dev.amulet.training.linear.TrainedLinear;
import dev.amulet.training.vision.FineTuner;
import dev.amulet.training.vision.TunedNetwork;
import dev.amulet.training.vision.TuningChoice;
import dev.amulet.training.vision.TuningRows;
import dev.amulet.training.vision.augment.Augmentation;
import dev.amulet.training.vision.augment.AugmentationPipeline;
import dev.amulet.training.vision.augment.AugmentationSheet;
import dev.amulet.training.vision.augment.PixelGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A network of the experiment tuned on its rows, as far as validation needs it and then for the
 * model. One network is tuned, and all image columns share it.
 */
final class FineTuning {
  /** Most pixels of a side where the settings leave it open: larger ones take too long to learn. */
  static final int LARGEST_AUTO_SIDE = 128;

  /** The sheet that shows what augmentations do. */
  static final String PREVIEW = "augmentations.png";

  private static final int PREVIEW_ROWS = 4;

  /** Share of the time budget kept for it while frozen networks are looked at. */
  static final double BUDGET_SHARE = 0.65;

  /** A row costs about this many times as much in training as where it is scored. */
  private static final double STEP_COST = 6;

  private final ExperimentConfig config;
  private final ExperimentData data;
  private final NamedBackbone base;
  private final Budget budget;
  private final ProgressListener progress;
  private final double msPerImage;
  private final FoldTuning tuning;
  private final TunedFeatures features;
  private final Folds folds;
  private final TuningChoice quadrant;
  private List<TunedNetwork> ofFolds = List.of();
  private @Nullable TunedNetwork whole;

  /**
   * @param base the network that is tuned, and how pictures are shown to it
   * @param frozen what frozen networks make of the pictures
   * @param drafts of all networks
   */
  FineTuning(
      ExperimentConfig config,
      ExperimentData data,
      Folds folds,
      NamedBackbone base,
      Embeddings frozen,
      Drafts drafts,
      FeatureFitter fitter,
      Budget budget,
      ProgressListener progress) {
    this.config = config;
    this.data = data;
    this.folds = folds;
    this.base = base;
    this.budget = budget;
    this.progress = progress;
    msPerImage = NetworkProbe.ms(config, data, base);
    quadrant = quadrant(config, data, folds, frozen);
    features = new TunedFeatures(data, folds, drafts, fitter, config.seed(), progress);
    tuning =
        new FoldTuning(
            config.tuning(),
            switch (quadrant.strategy()) {
              case WHOLE -> Strategy.WHOLE;
              case TOP -> Strategy.TOP;
              case FROZEN_BASE -> Strategy.FROZEN;
            },
            base.toTune(),
            PictureRows.of(data, config.classWeights()),
            folds,
            new LinearHeadStart(
                data.coding().task(), Math.max(1, data.coding().classes()), config.threads()),
            budget,
            secondsPerRow(data, msPerImage),
            config.threads(),
            config.seed(),
            progress);
  }

  /** Where the data lie by their size, and by how well frozen embeddings tell the target. */
  private static TuningChoice quadrant(
      ExperimentConfig config, ExperimentData data, Folds folds, Embeddings frozen) {
    boolean regression = data.coding().task() == Task.REGRESSION;
    Metric metric = regression ? Metric.RMSE : Metric.LOGLOSS;
    double loss =
        Score.of(
                new LinearProbe(folds, metric, config.threads())
                    .perFold(data, frozen.features(), frozen.slots()))
            .mean();
    double constant = regression ? deviation(data.targets()) : entropy(data);
    return TuningChoice.of(
        data.coding().task(),
        data.table().rows(),
        data.coding().classes(),
        regression
            ? TuningChoice.separation(loss * loss, constant * constant)
            : TuningChoice.separation(loss, constant));
  }

  private static double deviation(double[] targets) {
    double mean = Arrays.stream(targets).average().orElse(0);
    return Math.sqrt(Arrays.stream(targets).map(y -> (y - mean) * (y - mean)).average().orElse(0));
  }

  /** The log loss of always predicting the class shares. */
  private static double entropy(ExperimentData data) {
    double[] counts = new double[data.coding().classes()];
    for (double label : data.targets()) {
      counts[(int) label]++;
    }
    double rows = data.table().rows();
    return Arrays.stream(counts).filter(n -> n > 0).map(n -> -n / rows * Math.log(n / rows)).sum();
  }

  /** Refuses at once what would fail after minutes. */
  static void check(ExperimentConfig config, List<NamedBackbone> given, ProgressListener progress) {
    if (!config.tuning().isOn()) {
      List<String> idle = config.tuning().withoutEffect();
      if (!idle.isEmpty()) {
        progress.message(
            "without effect, as no network is fine-tuned (%s = true): %s"
                .formatted(SettingKey.FINE_TUNE.key(), String.join(", ", idle)));
      }
      return;
    }
    if (given.isEmpty()) {
      throw new TrainingException(
          "setting %s is %s, but no pictures are looked at; bring an image column and leave feature_set at auto, or set it to false"
              .formatted(
                  SettingKey.FINE_TUNE.key(),
                  config.tuning().choice().name().toLowerCase(Locale.ROOT)));
    }
    FineTuner.whyNot()
        .ifPresent(
            why -> {
              throw new TrainingException(why);
            });
  }

  /**
   * The network to tune, and how pictures are shown to it.
   *
   * @param given networks as the settings name them
   * @param chosen the one of them to tune, as pictures are shown to it frozen
   */
  static NamedBackbone base(
      ExperimentConfig config, List<NamedBackbone> given, NamedBackbone chosen) {
    int index = 0;
    while (!given.get(index).id().equals(chosen.id())) {
      index++;
    }
    NamedBackbone own = given.get(index);
    int nativeSide = own.preprocessing().getWidth();
    int setting = config.images().inputSize(index);
    int side =
        switch (setting) {
          case ImageSettings.AUTO_SIZE -> Math.min(nativeSide, LARGEST_AUTO_SIDE);
          case ImageSettings.NATIVE_SIZE -> nativeSide;
          default -> setting;
        };
    NamedBackbone network = own.sized(side).orElse(own);
    if (network.preprocessing().getResize() != chosen.preprocessing().getResize()) {
      network = network.resized(chosen.preprocessing().getResize());
    }
    return switch (config.images().mirrorAverage(index)) {
      case TRUE -> network.mirrored(true);
      case FALSE -> network.mirrored(false);
      // It has learned that both are the same.
      case AUTO ->
          network.mirrored(config.tuning().augmentations().contains(Augmentation.HORIZONTAL_FLIP));
    };
  }

  /** The network that does best frozen; the first where that is not known. */
  static NamedBackbone best(
      List<NamedBackbone> used, List<ImageSearch.Ranked> ranking, Metric scorer) {
    NamedBackbone best = used.get(0);
    double bestMean = Double.NaN;
    for (NamedBackbone network : used) {
      for (ImageSearch.Ranked ranked : ranking) {
        if (ranked.network().equals(network.id())
            && (Double.isNaN(bestMean) || scorer.better(ranked.score().mean(), bestMean))) {
          best = network;
          bestMean = ranked.score().mean();
        }
      }
    }
    return best;
  }

  /** About how long a row takes in one epoch. */
  static double secondsPerRow(ExperimentData data, double msPerImage) {
    double ms = Double.isNaN(msPerImage) ? 0 : msPerImage;
    return STEP_COST * ms / 1000 * data.profile().inputs(ColumnType.IMAGE).size();
  }

  /** Tunes a network in every fold; empty when that was given up. */
  Optional<FoldFeatures> tune(long maxBytes) {
    progress.message("the data are " + quadrant.reason());
    progress.message(
        "fine-tuning %s at %d x %d pixels, a network in every fold:"
            .formatted(
                base.id(), base.preprocessing().getWidth(), base.preprocessing().getHeight()));
    Optional<List<TunedNetwork>> tuned = tuning.run(embeddingSeconds() / FoldTuning.DOUBT);
    if (tuned.isEmpty()) {
      return Optional.empty();
    }
    ofFolds = tuned.get();
    ofFolds.forEach(network -> features.add(named(network)));
    double epochs = FoldTuning.typicalEpochs(ofFolds);
    double perEpoch =
        ofFolds.stream()
            .flatMap(network -> network.epochs().stream())
            .mapToDouble(TunedNetwork.Epoch::seconds)
            .average()
            .orElse(0);
    budget.keep(epochs * perEpoch * folds.count() / Math.max(1, folds.count() - 1.0));
    return Optional.of(new FoldFeatures(folds, features::of, maxBytes));
  }

  /** Seconds until every row has gone through the network of every fold, and the last. */
  private double embeddingSeconds() {
    double ms = Double.isNaN(msPerImage) ? 0 : msPerImage;
    int columns = data.profile().inputs(ColumnType.IMAGE).size();
    return ms / 1000 * columns * data.table().rows() * (folds.count() + 1.0);
  }

  /** Candidates that tuned networks allow. */
  List<Candidate> candidates(boolean table) {
    boolean everyRow = folds.validatedRows().length == data.table().rows();
    Candidate score = new Candidate(FeatureSet.TUNED_SCORE, LearnerKind.LINEAR);
    Candidate embedding = new Candidate(FeatureSet.TUNED_EMBEDDING, LearnerKind.LINEAR);
    if (!table) {
      return List.of(score, embedding);
    }
    // A learner of scores beside the table needs, for each row, a network that did not see it.
    return everyRow
        ? List.of(score, embedding, new Candidate(FeatureSet.TUNED_SCORE, LearnerKind.TREES))
        : List.of(embedding);
  }

  private TunedFeatures.Network named(TunedNetwork network) {
    return new TunedFeatures.Network(
        base.tuned(network.backbone()), TrainedLinear.of(network.head()));
  }

  /** Tunes the network of the model and gives its features of all rows. */
  FoldFeatures.Fold onAllRows() {
    TunedNetwork tuned = tuning.onAllRows(ofFolds);
    whole = tuned;
    return features.ofAllRows(named(tuned));
  }

  /** The network of the model. */
  NamedBackbone network() {
    return base.tuned(tunedOnAllRows().backbone());
  }

  /** Where its weights come from. */
  WeightLineage lineage() {
    return tunedOnAllRows().lineage(base.id());
  }

  private TunedNetwork tunedOnAllRows() {
    TunedNetwork tuned = whole;
    if (tuned == null) {
      throw new IllegalStateException("no network was tuned on all rows");
    }
    return tuned;
  }

  /** The network before it was tuned, as pictures are shown to it. */
  NamedBackbone base() {
    return base;
  }

  /** What to tell a user whose settings allow nothing but what was given up. */
  String refusal() {
    return tuning.reason()
        + "\nfeature_set, linear_features or tree_features allow nothing else; use auto, or "
        + SettingKey.FINE_TUNE.key()
        + " = always";
  }

  /** The settings with what was found in their place. */
  TuningSettings found() {
    TunedNetwork first = ofFolds.get(0);
    return config.tuning().found(first.plannedEpochs(), first.learningRate(), tuning.strategy());
  }

  /** What there is to say of it. */
  Tuning figures(ModelSelection.Result selection) {
    TuningPayoff payoff = selection.payoff();
    String verdict =
        payoff != null
            ? payoff.text(selection.scores().scorer().name())
            : ofFolds.isEmpty() ? tuning.reason() : "the frozen network was not compared with";
    List<TunedFold> perFold = new ArrayList<>();
    for (int fold = 0; fold < ofFolds.size(); fold++) {
      perFold.add(figures(folds.names().get(fold), ofFolds.get(fold)));
    }
    return new Tuning(
        base.backbone().name(),
        "%d × %d".formatted(base.preprocessing().getWidth(), base.preprocessing().getHeight()),
        FoldTuning.words(tuning.strategy()) + " learned",
        quadrant.reason(),
        perFold,
        whole == null ? 0 : whole.epochs().size(),
        verdict,
        selection.isTuned());
  }

  private static TunedFold figures(String fold, TunedNetwork network) {
    return new TunedFold(
        fold,
        network.learningRate(),
        network.epochs().size(),
        network.bestEpoch(),
        network.startLoss(),
        network.bestLoss(),
        mean(network, TunedNetwork.Epoch::picturesPerSecond),
        mean(network, TunedNetwork.Epoch::waitingShare));
  }

  private static double mean(TunedNetwork network, ToDoubleFunction<TunedNetwork.Epoch> what) {
    return network.epochs().stream().mapToDouble(what).average().orElse(Double.NaN);
  }

  /**
   * What augmentations do to a few training pictures, as a PNG file; empty where none can be read.
   */
  Optional<byte[]> preview() {
    Dataset table = data.table();
    List<PixelGrid> pictures = new ArrayList<>();
    TuningRows rows = PictureRows.of(data, ClassWeights.NONE);
    for (int row = 0; row < table.rows() && pictures.size() < PREVIEW_ROWS; row++) {
      try {
        byte[] file = rows.images().read(row, 0);
        if (file != null) {
          Picture picture = Picture.prepared(file, base.preprocessing(), FoldTuning.policy());
          pictures.add(new PixelGrid(picture.width(), picture.height(), picture.rgb()));
        }
      } catch (IOException e) {
        progress.message(
            "  no preview of row " + (table.sourceRow(row) + 1) + ": " + e.getMessage());
      }
    }
    return pictures.isEmpty()
        ? Optional.empty()
        : Optional.of(
            AugmentationSheet.png(
                pictures,
                new AugmentationPipeline(config.tuning().augmentations(), config.seed())));
  }
}
