package dev.amulet.training;

import dev.amulet.format.v1.ColumnType;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.WeightLineage;
import dev.amulet.training.TuningSettings.Strategy;
import dev.amulet.training.data.Folds;
import dev.amulet.training.evaluation.Metric;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.insight.InsightData.Embeddings;
import dev.amulet.training.insight.InsightData.Tuning;
import dev.amulet.training.linear.TrainedLinear;
import dev.amulet.training.vision.FineTuner;
import dev.amulet.training.vision.TunedNetwork;
import dev.amulet.training.vision.TuningChoice;
import dev.amulet.training.vision.augment.Augmentation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Networks of the experiment tuned on its rows, as far as validation needs it and then for the
 * model. All image columns share them; where there are several, the mean of what their heads say
 * counts.
 */
final class FineTuning {
  /** Most pixels of a side where the settings leave it open: larger ones take too long to learn. */
  static final int LARGEST_AUTO_SIDE = 128;

  /** The sheet that shows what augmentations do. */
  static final String PREVIEW = "augmentations.png";

  /** Share of the time budget kept for it while frozen networks are looked at. */
  static final double BUDGET_SHARE = 0.65;

  /** A row costs about this many times as much in training as where it is scored. */
  private static final double STEP_COST = 6;

  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Budget budget;
  private final ProgressListener progress;
  private final TunedFeatures features;
  private final Folds folds;
  private final TuningChoice quadrant;

  /** The networks as they are before they are tuned, best first; more are these once more. */
  private final List<NetworkTuning> distinct = new ArrayList<>();

  /** Tuned in every fold. */
  private final List<NetworkTuning> tuned = new ArrayList<>();

  /** Ids of the networks that the settings name. */
  private final List<String> given;

  private String reason = "";

  /**
   * @param given networks as the settings name them
   * @param best the networks to tune, as pictures are shown to them frozen, the best first
   * @param frozen what frozen networks make of the pictures
   * @param drafts of all networks
   */
  FineTuning(
      ExperimentConfig config,
      ExperimentData data,
      Folds folds,
      List<NamedBackbone> given,
      List<NamedBackbone> best,
      Embeddings frozen,
      Drafts drafts,
      FeatureFitter fitter,
      Budget budget,
      ProgressListener progress) {
    this.config = config;
    this.data = data;
    this.folds = folds;
    this.budget = budget;
    this.progress = progress;
    this.given = given.stream().map(NamedBackbone::id).toList();
    quadrant = SizeSimilarity.of(config, data, folds, given, best.get(0).id(), frozen);
    features = new TunedFeatures(data, folds, drafts, fitter, config.seed(), progress);
    best.stream()
        .limit(config.tuning().networks())
        .forEach(network -> distinct.add(network(given, network)));
  }

  private NetworkTuning network(List<NamedBackbone> given, NamedBackbone chosen) {
    NamedBackbone base = base(config, given, chosen);
    int index = index(given, chosen);
    double ms = NetworkProbe.ms(config, data, base);
    FoldTuning tuning =
        new FoldTuning(
            config.tuning(),
            switch (quadrant.strategy()) {
              case WHOLE -> Strategy.WHOLE;
              case TOP -> Strategy.TOP;
              case FROZEN_BASE -> Strategy.FROZEN;
            },
            index,
            config.tuning().start(base.toTune(), config.seed()),
            PictureRows.of(data, config.classWeights()),
            folds,
            new LinearHeadStart(
                data.coding().task(), Math.max(1, data.coding().classes()), config.threads()),
            budget,
            secondsPerRow(data, ms),
            config.threads(),
            config.seed(),
            progress);
    return new NetworkTuning(base, ms, tuning);
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
    given.forEach(network -> config.tuning().checkStart(network.toTune()));
  }

  /**
   * The network to tune, and how pictures are shown to it.
   *
   * @param given networks as the settings name them
   * @param chosen the one of them to tune, as pictures are shown to it frozen
   */
  static NamedBackbone base(
      ExperimentConfig config, List<NamedBackbone> given, NamedBackbone chosen) {
    int index = index(given, chosen);
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

  private static int index(List<NamedBackbone> given, NamedBackbone chosen) {
    int index = 0;
    while (!given.get(index).id().equals(chosen.id())) {
      index++;
    }
    return index;
  }

  /** The networks that are used frozen, the best first as far as that is known. */
  static List<NamedBackbone> bestFirst(
      List<NamedBackbone> used, List<ImageSearch.Ranked> ranking, Metric scorer) {
    Map<String, Double> means = new HashMap<>();
    for (ImageSearch.Ranked ranked : ranking) {
      means.merge(
          ranked.network(),
          scorer.greaterIsBetter() ? -ranked.score().mean() : ranked.score().mean(),
          Math::min);
    }
    return used.stream()
        .sorted(
            Comparator.comparing(
                network -> means.getOrDefault(network.id(), Double.POSITIVE_INFINITY)))
        .toList();
  }

  /** About how long a row takes in one epoch. */
  static double secondsPerRow(ExperimentData data, double msPerImage) {
    double ms = Double.isNaN(msPerImage) ? 0 : msPerImage;
    return STEP_COST * ms / 1000 * data.profile().inputs(ColumnType.IMAGE).size();
  }

  /** Tunes networks in every fold; empty when that was given up. */
  Optional<FoldFeatures> tune(long maxBytes) {
    progress.message("the data are " + quadrant.reason());
    int wanted = config.tuning().networks();
    for (int i = 0; i < wanted; i++) {
      NetworkTuning network = distinct.get(i % distinct.size());
      if (i >= distinct.size()) {
        network = network.again(freshId(network.base().id()), config.seed() + i);
      }
      if (i > 0) {
        network.tuning().follow(tuned.get(0).tuning().strategy());
      }
      if (!tune(network, wanted - i)) {
        break;
      }
      tuned.add(network);
    }
    if (budget.stopped()) {
      // What is left to do with the networks takes longer than who stops a run wants to wait.
      reason = "fine-tuning is given up: the run is to stop";
      tuned.clear();
    }
    if (tuned.isEmpty()) {
      return Optional.empty();
    }
    for (int fold = 0; fold < folds.count(); fold++) {
      int of = fold;
      features.add(together(network -> network.ofFolds().get(of)));
    }
    budget.keep(tuned.stream().mapToDouble(network -> network.secondsAhead(folds)).sum());
    return Optional.of(new FoldFeatures(folds, features::of, maxBytes));
  }

  /**
   * Tunes one network in every fold.
   *
   * @param ahead networks that are still to be tuned, this one included
   * @return whether that came to its end
   */
  private boolean tune(NetworkTuning network, int ahead) {
    NamedBackbone base = network.base();
    progress.message(
        "fine-tuning %s at %d x %d pixels, a network in every fold:"
            .formatted(
                config.tuning().words(base.id()),
                base.preprocessing().getWidth(),
                base.preprocessing().getHeight()));
    double kept = embeddingSeconds(network) / FoldTuning.DOUBT;
    for (NetworkTuning before : tuned) {
      kept += before.secondsAhead(folds) + embeddingSeconds(before) / FoldTuning.DOUBT;
    }
    if (network.run(kept, ahead)) {
      return true;
    }
    reason = network.tuning().reason();
    progress.message(
        tuned.isEmpty()
            ? "  the network stays frozen"
            : "  %d of %d networks are tuned".formatted(tuned.size(), config.tuning().networks()));
    return false;
  }

  private String freshId(String id) {
    Set<String> taken = new HashSet<>(given);
    distinct.forEach(network -> taken.add(network.base().id()));
    tuned.forEach(network -> taken.add(network.base().id()));
    int number = 2;
    while (taken.contains(id + "_" + number)) {
      number++;
    }
    return id + "_" + number;
  }

  /** Seconds until every row has gone through the network of every fold, and the last. */
  private double embeddingSeconds(NetworkTuning network) {
    int columns = data.profile().inputs(ColumnType.IMAGE).size();
    return network.msPerImage() / 1000 * columns * data.table().rows() * (folds.count() + 1.0);
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

  /** Networks tuned on the same rows. */
  private TunedFeatures.Tuned together(Function<NetworkTuning, TunedNetwork> which) {
    List<NamedBackbone> networks = new ArrayList<>();
    List<LinearModel> heads = new ArrayList<>();
    for (NetworkTuning network : tuned) {
      networks.add(network.base().tuned(which.apply(network).backbone()));
      heads.add(which.apply(network).head());
    }
    int columns = data.profile().inputs(ColumnType.IMAGE).size();
    return new TunedFeatures.Tuned(networks, TrainedLinear.of(AveragedHead.of(heads, columns)));
  }

  /** Tunes the networks of the model and gives their features of all rows. */
  FoldFeatures.Fold onAllRows() {
    tuned.forEach(NetworkTuning::onAllRows);
    return features.ofAllRows(together(NetworkTuning::whole));
  }

  /** The networks of the model. */
  List<NamedBackbone> networks() {
    return together(NetworkTuning::whole).networks();
  }

  /** Where their weights come from. */
  List<WeightLineage> lineage() {
    return tuned.stream().map(NetworkTuning::lineage).toList();
  }

  /** The networks before they were tuned, as pictures are shown to them, each once, best first. */
  List<NamedBackbone> bases() {
    return kept().stream().map(NetworkTuning::base).toList();
  }

  /** What was tuned, each network once. */
  private List<NetworkTuning> kept() {
    return distinct.stream().filter(tuned::contains).toList();
  }

  /** What to tell a user whose settings allow nothing but what was given up. */
  String refusal() {
    return reason
        + "\nfeature_set, linear_features or tree_features allow nothing else; use auto, or "
        + SettingKey.FINE_TUNE.key()
        + " = always";
  }

  /** The settings with what was found in their place. */
  TuningSettings found() {
    List<TunedNetwork> first = kept().stream().map(network -> network.ofFolds().get(0)).toList();
    return config
        .tuning()
        .found(
            tuned.size(),
            first.stream().map(TunedNetwork::plannedEpochs).toList(),
            first.stream().map(TunedNetwork::learningRate).toList(),
            tuned.get(0).tuning().strategy());
  }

  /** What there is to say of it. */
  Tuning figures(ModelSelection.Result selection) {
    TuningPayoff payoff = selection.payoff();
    String verdict =
        payoff != null
            ? payoff.text(selection.scores().scorer().name())
            : tuned.isEmpty() ? reason : "the frozen network was not compared with";
    if (!tuned.isEmpty() && tuned.size() < config.tuning().networks()) {
      verdict +=
          "; %d of %d networks, as %s".formatted(tuned.size(), config.tuning().networks(), reason);
    }
    NetworkTuning first = distinct.get(0);
    List<NetworkTuning> networks = tuned.isEmpty() ? List.of(first) : tuned;
    return new Tuning(
        config
            .tuning()
            .words(
                String.join(
                    ", ",
                    networks.stream().map(network -> network.base().backbone().name()).toList())),
        "%d × %d"
            .formatted(
                first.base().preprocessing().getWidth(), first.base().preprocessing().getHeight()),
        FoldTuning.words(first.tuning().strategy()) + " learned",
        quadrant.reason(),
        tuned.stream().flatMap(network -> network.figures(folds).stream()).toList(),
        selection.isTuned()
            ? tuned.stream().map(NetworkTuning::epochsOnAllRows).toList()
            : List.of(),
        verdict,
        selection.isTuned());
  }

  /**
   * What augmentations do to a few training pictures, as a PNG file; empty where none can be read.
   */
  Optional<byte[]> preview() {
    return AugmentationPreview.png(
        data, distinct.get(0).base(), config.tuning().augmentations(), config.seed(), progress);
  }
}
