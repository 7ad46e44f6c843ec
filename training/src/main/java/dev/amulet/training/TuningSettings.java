package dev.amulet.training;

import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.FineTuneSettings;
import dev.amulet.training.vision.augment.Augmentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Whether networks are fine-tuned, and how.
 *
 * @param choice whether
 * @param networks how many are tuned, whose scores are averaged
 * @param epochs passes over the rows, or {@value #AUTO_EPOCHS}; one for all, or one per network
 * @param augmentations random changes of training pictures
 * @param learningRate peak, or {@value #AUTO_RATE} to choose it by trials; likewise
 * @param strategy which layers learn
 * @param batchSize rows per step
 * @param batchNorm what BatchNormalization uses while tuning
 * @param init which weights it starts from
 * @param mixup alpha of mixup, 0 for none
 * @param cutmix alpha of cutmix, 0 for none
 */
public record TuningSettings(
    Choice choice,
    int networks,
    List<Integer> epochs,
    List<Augmentation> augmentations,
    List<Double> learningRate,
    Strategy strategy,
    int batchSize,
    BatchNorm batchNorm,
    Init init,
    double mixup,
    double cutmix) {
  /** As many passes as are useful and the time allows, until a held-out part gets worse. */
  public static final int AUTO_EPOCHS = 0;

  /** The rate that does best on a held-out part. */
  public static final double AUTO_RATE = 0;

  /** In the place of a list of augmentations. */
  static final String NO_AUGMENTATION = "none";

  private static final int MOST_NETWORKS = 10;
  private static final int MOST_EPOCHS = 1000;
  private static final int LARGEST_BATCH = 512;
  private static final int USUAL_BATCH = 32;

  /** Whether a network is fine-tuned. */
  public enum Choice {
    /** Networks stay as they are. */
    FALSE,
    /** Tuned in every fold; used if that is better than frozen by a standard error. */
    TRUE,
    /** Tuned and used, whatever validation and the time budget say. */
    ALWAYS
  }

  /** Which layers learn; the head always does. */
  public enum Strategy {
    /** Every layer, or as the size of the data and what the network knows of it propose. */
    AUTO,
    /** Every layer. */
    WHOLE,
    /** The last third of the layers. */
    TOP,
    /** None. */
    FROZEN
  }

  /** What BatchNormalization uses while tuning. */
  public enum BatchNorm {
    /** The statistics that came with the network. */
    STORED,
    /** Those of each batch, which change the stored ones. */
    TRAIN
  }

  /** Which weights tuning starts from. */
  public enum Init {
    /** Those that the network comes with. */
    PRETRAINED,
    /** Weights drawn at random: every layer learns from the beginning. */
    RANDOM
  }

  public TuningSettings {
    epochs = List.copyOf(epochs);
    learningRate = List.copyOf(learningRate);
    augmentations = List.copyOf(augmentations);
  }

  static TuningSettings of(Settings settings) {
    Init init = settings.choice(SettingKey.TUNING_INIT, Init.class, Init.PRETRAINED);
    TuningSettings tuning =
        new TuningSettings(
            settings.choice(SettingKey.FINE_TUNE, Choice.class, Choice.FALSE),
            (int) settings.number(SettingKey.TUNING_NETWORKS, 1, 1, MOST_NETWORKS),
            perNetwork(settings, SettingKey.TUNING_EPOCHS, AUTO_EPOCHS, TuningSettings::epochs),
            augmentations(settings),
            perNetwork(settings, SettingKey.TUNING_RATE, AUTO_RATE, TuningSettings::rate),
            strategy(settings, init),
            (int) settings.number(SettingKey.TUNING_BATCH, USUAL_BATCH, 2, LARGEST_BATCH),
            batchNorm(settings, init),
            init,
            settings.decimal(SettingKey.MIXUP, 0, 0, 10),
            settings.decimal(SettingKey.CUTMIX, 0, 0, 10));
    List<String> given = ImageSettings.networks(settings);
    ImageSettings.checkCount(SettingKey.TUNING_EPOCHS, tuning.epochs, given);
    ImageSettings.checkCount(SettingKey.TUNING_RATE, tuning.learningRate, given);
    return tuning;
  }

  /** Random layers have to learn, all of them. */
  private static Strategy strategy(Settings settings, Init init) {
    Strategy strategy = settings.choice(SettingKey.TUNING_STRATEGY, Strategy.class, Strategy.WHOLE);
    if (init == Init.PRETRAINED) {
      return strategy;
    }
    if (strategy == Strategy.TOP || strategy == Strategy.FROZEN) {
      throw contradiction(SettingKey.TUNING_STRATEGY, strategy, Strategy.WHOLE);
    }
    return Strategy.WHOLE;
  }

  /** Stored statistics belong to pretrained weights. */
  private static BatchNorm batchNorm(Settings settings, Init init) {
    BatchNorm batchNorm =
        settings.choice(SettingKey.TUNING_BATCH_NORM, BatchNorm.class, usualBatchNorm(init));
    if (init == Init.RANDOM && batchNorm == BatchNorm.STORED) {
      throw contradiction(SettingKey.TUNING_BATCH_NORM, batchNorm, BatchNorm.TRAIN);
    }
    return batchNorm;
  }

  private static BatchNorm usualBatchNorm(Init init) {
    return init == Init.RANDOM ? BatchNorm.TRAIN : BatchNorm.STORED;
  }

  private static TrainingException contradiction(SettingKey key, Enum<?> found, Enum<?> fitting) {
    return new TrainingException(
        "settings %s = random and %s = %s contradict each other;\nrandom weights go with %s alone: leave it out, or tune pretrained ones"
            .formatted(
                SettingKey.TUNING_INIT.key(),
                key.key(),
                found.name().toLowerCase(Locale.ROOT),
                fitting.name().toLowerCase(Locale.ROOT)));
  }

  /** The network where tuning starts. */
  Backbone start(Backbone network, long seed) {
    return init == Init.RANDOM ? network.untrained(seed) : network;
  }

  /** Refuses a network that cannot start as the settings ask. */
  void checkStart(Backbone network) {
    Backbone unused = start(network, 0);
  }

  /** What is tuned, for people. */
  String words(String network) {
    return init == Init.RANDOM ? network + " from random weights" : network;
  }

  private static <T> List<T> perNetwork(
      Settings settings, SettingKey key, T auto, Function<String, T> number) {
    List<T> values = new ArrayList<>();
    for (String text : settings.list(key)) {
      values.add(text.strip().equalsIgnoreCase("auto") ? auto : number.apply(text.strip()));
    }
    return values.isEmpty() ? List.of(auto) : values;
  }

  private static int epochs(String text) {
    return (int)
        Settings.whole(
            SettingKey.TUNING_EPOCHS,
            text,
            1,
            MOST_EPOCHS,
            "auto or a whole number from 1 to " + MOST_EPOCHS);
  }

  private static double rate(String text) {
    return Settings.real(
        SettingKey.TUNING_RATE, text, 1e-7, 10, "auto or a number from 1e-7 to 10, such as 3e-4");
  }

  /** Of the network at this place in the settings. */
  int epochs(int network) {
    return epochs.get(epochs.size() == 1 ? 0 : network);
  }

  /** Of the network at this place in the settings. */
  double learningRate(int network) {
    return learningRate.get(learningRate.size() == 1 ? 0 : network);
  }

  private static List<Augmentation> augmentations(Settings settings) {
    List<String> names = settings.list(SettingKey.AUGMENTATIONS);
    if (names.isEmpty()) {
      return Augmentation.DEFAULT;
    }
    boolean none = names.size() == 1 && names.get(0).strip().equalsIgnoreCase(NO_AUGMENTATION);
    try {
      return none ? List.of() : Augmentation.parse(String.join(",", names));
    } catch (TrainingException e) {
      throw new TrainingException(
          "setting " + SettingKey.AUGMENTATIONS.key() + ": " + e.getMessage() + ", or none", e);
    }
  }

  boolean isOn() {
    return choice != Choice.FALSE;
  }

  /** Settings that were changed and do nothing, because no network is tuned. */
  List<String> withoutEffect() {
    List<String> idle = new ArrayList<>();
    if (isOn()) {
      return idle;
    }
    TuningSettings usual = of(new Settings());
    note(idle, SettingKey.TUNING_NETWORKS, networks != usual.networks);
    note(idle, SettingKey.TUNING_EPOCHS, !epochs.equals(usual.epochs));
    note(idle, SettingKey.AUGMENTATIONS, !augmentations.equals(usual.augmentations));
    note(idle, SettingKey.TUNING_RATE, !learningRate.equals(usual.learningRate));
    note(idle, SettingKey.TUNING_STRATEGY, strategy != usual.strategy);
    note(idle, SettingKey.TUNING_BATCH, batchSize != usual.batchSize);
    note(idle, SettingKey.TUNING_BATCH_NORM, batchNorm != usualBatchNorm(init));
    note(idle, SettingKey.TUNING_INIT, init != usual.init);
    note(idle, SettingKey.MIXUP, mixup != usual.mixup);
    note(idle, SettingKey.CUTMIX, cutmix != usual.cutmix);
    return idle;
  }

  private static void note(List<String> idle, SettingKey key, boolean changed) {
    if (changed) {
      idle.add(key.key());
    }
  }

  /**
   * The same with what was found in the place of what was to be chosen.
   *
   * @param foundNetworks how many were tuned
   * @param foundEpochs one per network kept
   * @param foundRates likewise
   */
  TuningSettings found(
      int foundNetworks,
      List<Integer> foundEpochs,
      List<Double> foundRates,
      Strategy foundStrategy) {
    return with(
        Choice.ALWAYS,
        foundNetworks,
        ImageSettings.oneForAll(foundEpochs),
        ImageSettings.oneForAll(foundRates),
        foundStrategy);
  }

  /** The same with the networks left as they are. */
  TuningSettings off() {
    return with(Choice.FALSE, networks, epochs.subList(0, 1), learningRate.subList(0, 1), strategy);
  }

  private TuningSettings with(
      Choice newChoice,
      int newNetworks,
      List<Integer> newEpochs,
      List<Double> newRates,
      Strategy newStrategy) {
    return new TuningSettings(
        newChoice,
        newNetworks,
        newEpochs,
        augmentations,
        newRates,
        newStrategy,
        batchSize,
        batchNorm,
        init,
        mixup,
        cutmix);
  }

  /** What the tuner is told of it for the network at this place in the settings. */
  FineTuneSettings.Builder toBuilder(Strategy chosen, int network) {
    return FineTuneSettings.builder()
        .strategy(
            switch (chosen) {
              case AUTO, WHOLE -> FineTuneSettings.Strategy.WHOLE;
              case TOP -> FineTuneSettings.Strategy.TOP;
              case FROZEN -> FineTuneSettings.Strategy.FROZEN_BASE;
            })
        .statistics(
            batchNorm == BatchNorm.STORED
                ? FineTuneSettings.Statistics.STORED
                : FineTuneSettings.Statistics.BATCH)
        .learningRate(learningRate(network))
        .epochs(epochs(network))
        .batch(batchSize)
        .augmentations(augmentations)
        .mixup(mixup)
        .cutmix(cutmix);
  }

  /** How a number of epochs is written in settings. */
  static String epochsText(int epochs) {
    return epochs == AUTO_EPOCHS ? "auto" : Integer.toString(epochs);
  }

  /** How a learning rate is written in settings. */
  static String rateText(double rate) {
    return rate == AUTO_RATE ? "auto" : String.format(Locale.ROOT, "%s", rate);
  }

  /** How augmentations are written in settings. */
  static List<String> names(List<Augmentation> augmentations) {
    return augmentations.isEmpty()
        ? List.of(NO_AUGMENTATION)
        : augmentations.stream().map(Augmentation::settingName).toList();
  }
}
