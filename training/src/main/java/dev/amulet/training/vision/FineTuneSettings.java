package dev.amulet.training.vision;

import dev.amulet.training.vision.augment.Augmentation;
import dev.amulet.training.vision.augment.AugmentationPipeline;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to fine-tune. Immutable; {@link #builder()} starts from the defaults. */
public final class FineTuneSettings {
  /** Which part of a network learns; the head always does. */
  public enum Strategy {
    /** Every layer. */
    WHOLE,
    /** The last third of the layers. */
    TOP,
    /** None: the head alone. */
    FROZEN_BASE
  }

  /** What BatchNormalization uses while tuning. */
  public enum Statistics {
    /** The stored statistics; the head starts from a linear model on the frozen embeddings. */
    STORED,
    /** Those of each batch; the head starts at zero with three times the learning rate. */
    BATCH
  }

  /** What moves the parameters. */
  public enum Method {
    ADAMW,
    SGD
  }

  final Strategy strategy;
  final Statistics statistics;
  final Method method;
  final double learningRate;
  final int epochs;
  final int batch;
  final double dropout;
  final int hidden;
  final double labelSmoothing;
  final boolean huber;
  final double weightDecay;
  final double layerDecay;
  final double clipNorm;
  final double holdout;
  final double minutes;
  final int threads;
  final long cacheBytes;
  final List<Augmentation> augmentations;
  final double mixup;
  final double cutmix;
  final boolean channelsLast;
  final @Nullable Path checkpoint;
  final long seed;

  private FineTuneSettings(Builder builder) {
    strategy = builder.strategy;
    statistics = builder.statistics;
    method = builder.method;
    learningRate = builder.learningRate;
    epochs = builder.epochs;
    batch = builder.batch;
    dropout = builder.dropout;
    hidden = builder.hidden;
    labelSmoothing = builder.labelSmoothing;
    huber = builder.huber;
    weightDecay = builder.weightDecay;
    layerDecay = builder.layerDecay;
    clipNorm = builder.clipNorm;
    holdout = builder.holdout;
    minutes = builder.minutes;
    threads = builder.threads;
    cacheBytes = builder.cacheBytes;
    augmentations = builder.augmentations;
    mixup = builder.mixup;
    cutmix = builder.cutmix;
    channelsLast = builder.channelsLast;
    checkpoint = builder.checkpoint;
    seed = builder.seed;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What happens to training pictures. */
  PictureFeed.Changes changes() {
    return new PictureFeed.Changes(new AugmentationPipeline(augmentations, seed), mixup, cutmix);
  }

  /** What of the settings changes the outcome, as text: a checkpoint belongs to one of these. */
  String fingerprint() {
    return String.join(
        " ",
        strategy.name(),
        statistics.name(),
        method.name(),
        "rate=" + learningRate,
        "epochs=" + epochs,
        "batch=" + batch,
        "dropout=" + dropout,
        "hidden=" + hidden,
        "smoothing=" + labelSmoothing,
        "huber=" + huber,
        "decay=" + weightDecay,
        "layers=" + layerDecay,
        "clip=" + clipNorm,
        "holdout=" + holdout,
        "augmentations=" + augmentations,
        "mixup=" + mixup,
        "cutmix=" + cutmix,
        "seed=" + seed);
  }

  /** Collects settings; each method checks its value. */
  public static final class Builder {
    private Strategy strategy = Strategy.WHOLE;
    private Statistics statistics = Statistics.STORED;
    private Method method = Method.ADAMW;
    private double learningRate;
    private int epochs;
    private int batch = 32;
    private double dropout;
    private int hidden;
    private double labelSmoothing = 0.1;
    private boolean huber;
    private double weightDecay = 0.01;
    private double layerDecay = 1;
    private double clipNorm = 5;
    private double holdout = 0.1;
    private double minutes = 60;
    private int threads = 1;
    private long cacheBytes = 512L << 20;
    private List<Augmentation> augmentations = Augmentation.DEFAULT;
    private double mixup;
    private double cutmix;
    private boolean channelsLast = true;
    private @Nullable Path checkpoint;
    private long seed = 1;

    private Builder() {}

    public Builder strategy(Strategy value) {
      strategy = value;
      return this;
    }

    public Builder statistics(Statistics value) {
      statistics = value;
      return this;
    }

    public Builder method(Method value) {
      method = value;
      return this;
    }

    /** Peak learning rate; 0 (default) chooses it by trials. */
    public Builder learningRate(double value) {
      learningRate = checked("learning rate", value, 0, 10);
      return this;
    }

    /** Passes over the rows; 0 (default) lets the number of rows and the time decide. */
    public Builder epochs(int value) {
      epochs = (int) checked("epochs", value, 0, 10_000);
      return this;
    }

    /** Rows per step; 32 by default. */
    public Builder batch(int value) {
      batch = (int) checked("batch", value, 2, 4096);
      return this;
    }

    /** Share of embedding values left out in training; 0 by default. */
    public Builder dropout(double value) {
      dropout = checked("dropout", value, 0, 0.95);
      return this;
    }

    /** Width of a hidden layer between embedding and head; 0 (default) for none. */
    public Builder hidden(int value) {
      hidden = (int) checked("hidden", value, 0, 16_384);
      return this;
    }

    /** Share of a label spread over all classes; 0.1 by default. */
    public Builder labelSmoothing(double value) {
      labelSmoothing = checked("label smoothing", value, 0, 0.9);
      return this;
    }

    /** Regression: Huber's loss in place of squared error. */
    public Builder huber(boolean value) {
      huber = value;
      return this;
    }

    /** On weights, not on biases and BatchNormalization; 0.01 by default. */
    public Builder weightDecay(double value) {
      weightDecay = checked("weight decay", value, 0, 1);
      return this;
    }

    /** Factor on the learning rate from one twelfth of the layers to the next below; 1 for none. */
    public Builder layerDecay(double value) {
      layerDecay = checked("layer decay", value, 0.01, 1);
      return this;
    }

    /** Longest gradient; longer ones are shortened to it. 5 by default. */
    public Builder clipNorm(double value) {
      clipNorm = checked("clip norm", value, 1e-6, 1e9);
      return this;
    }

    /**
     * Share of the rows held out to choose the rate and to stop early; 0 trains on all rows and
     * keeps the last weights. 0.1 by default.
     */
    public Builder holdout(double value) {
      holdout = checked("holdout", value, 0, 0.5);
      return this;
    }

    /** Time it may take, in minutes; it stops with the best weights so far. 60 by default. */
    public Builder minutes(double value) {
      minutes = checked("minutes", value, 0, 1e6);
      return this;
    }

    /** Threads that decode and change pictures; 1 by default. */
    public Builder threads(int value) {
      threads = (int) checked("threads", value, 1, 256);
      return this;
    }

    /** Memory for decoded pictures, in bytes; 512 MiB by default. */
    public Builder cacheBytes(long value) {
      if (value < 0) {
        throw new IllegalArgumentException("cache bytes = " + value + ", expected 0 or more");
      }
      cacheBytes = value;
      return this;
    }

    /** Random changes of training pictures; HorizontalFlip by default. */
    public Builder augmentations(List<Augmentation> value) {
      augmentations = List.copyOf(value);
      return this;
    }

    /**
     * Alpha of mixup, 0 (default) for none. Works where every row has its one picture, as cutmix
     * does.
     */
    public Builder mixup(double value) {
      mixup = checked("mixup", value, 0, 100);
      return this;
    }

    /** Alpha of cutmix, 0 (default) for none. With both, each batch gets one of them. */
    public Builder cutmix(double value) {
      cutmix = checked("cutmix", value, 0, 100);
      return this;
    }

    /** Pixels of a channel apart in memory (default), which convolutions run faster on. */
    Builder channelsLast(boolean value) {
      channelsLast = value;
      return this;
    }

    /** File that a run is resumed from and saved to after each epoch; null (default) for none. */
    public Builder checkpoint(@Nullable Path value) {
      checkpoint = value;
      return this;
    }

    /** Of all random numbers; the same seed on the same machine gives the same weights. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public FineTuneSettings build() {
      return new FineTuneSettings(this);
    }

    private static double checked(String what, double value, double least, double most) {
      if (!(value >= least && value <= most)) {
        throw new IllegalArgumentException(
            String.format("%s = %s, expected %s to %s", what, value, least, most));
      }
      return value;
    }
  }
}
