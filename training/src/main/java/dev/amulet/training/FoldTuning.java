package dev.amulet.training;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.training.TuningSettings.Choice;
import dev.amulet.training.TuningSettings.Strategy;
import dev.amulet.training.data.Folds;
import dev.amulet.training.vision.Backbone;
import dev.amulet.training.vision.FineTuneSettings;
import dev.amulet.training.vision.FineTuner;
import dev.amulet.training.vision.TunedNetwork;
import dev.amulet.training.vision.TuningRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A network tuned inside each fold on the fold's training rows, so that what it says of a row never
 * comes from a network that was tuned on it, and one on all rows. The learning rate and the number
 * of epochs that the first fold finds go for all; the last network makes as many as were best in
 * the folds, one with another.
 */
final class FoldTuning {
  /** How much longer than its share of the time a fold may take, once the epochs are known. */
  private static final double SLACK = 1.25;

  /** The first estimate may be too high by this factor: a busy machine is slow now, not always. */
  static final double DOUBT = 4;

  private static final double NO_LIMIT_MINUTES = 1e6;

  private final TuningSettings settings;
  private final int network;
  private final Backbone backbone;
  private final TuningRows rows;
  private final Folds folds;
  private final FineTuner.HeadStart start;
  private final Budget budget;
  private final int threads;
  private final long seed;
  private final ProgressListener progress;
  private final Strategy proposal;
  private Strategy strategy;
  private boolean strategyOpen;
  private double secondsPerRow;
  private String reason = "";

  /** The same network tuned before, whose choices go for this one; null where there is none. */
  private @Nullable TunedNetwork model;

  /**
   * @param proposal what is tried beside every layer where the settings leave the strategy open
   * @param network its place in the settings
   * @param backbone where every network starts
   * @param secondsPerRow about how long one row takes in one epoch
   */
  FoldTuning(
      TuningSettings settings,
      Strategy proposal,
      int network,
      Backbone backbone,
      TuningRows rows,
      Folds folds,
      FineTuner.HeadStart start,
      Budget budget,
      double secondsPerRow,
      int threads,
      long seed,
      ProgressListener progress) {
    this.settings = settings;
    this.proposal = proposal;
    strategy = settings.strategy() == Strategy.AUTO ? Strategy.WHOLE : settings.strategy();
    strategyOpen = settings.strategy() == Strategy.AUTO && proposal != strategy;
    this.network = network;
    this.backbone = backbone;
    this.rows = rows;
    this.folds = folds;
    this.start = start;
    this.budget = budget;
    this.secondsPerRow = secondsPerRow;
    this.threads = threads;
    this.seed = seed;
    this.progress = progress;
  }

  /** The same network once more, with another seed and with what the first fold found before. */
  FoldTuning again(TunedNetwork first, long otherSeed) {
    FoldTuning again =
        new FoldTuning(
            settings,
            proposal,
            network,
            backbone,
            rows,
            folds,
            start,
            budget,
            secondsPerRow,
            threads,
            otherSeed,
            progress);
    again.follow(strategy);
    again.model = first;
    return again;
  }

  /** Lets these layers learn, as was found for another network. */
  void follow(Strategy found) {
    strategy = found;
    strategyOpen = false;
  }

  /**
   * The network of each fold, in their order; empty where the time was too short, the network
   * cannot be tuned or got no better by it, which is said, unless the settings insist.
   *
   * @param secondsKept of the time left, for what is done with the networks
   * @param networks that the rest of the time is for, this one included; where it is not enough for
   *     all, this one goes first
   */
  Optional<List<TunedNetwork>> run(double secondsKept, int networks) {
    List<TunedNetwork> tuned = new ArrayList<>();
    double others = (budget.searchSecondsLeft() - secondsKept) * (networks - 1) / networks;
    for (int fold = 0; fold < folds.count(); fold++) {
      int[] training = folds.trainRows(fold);
      double left = budget.searchSecondsLeft() - secondsKept;
      FineTuneSettings.Builder how = settings.toBuilder(strategy, network);
      TunedNetwork first = fold > 0 ? tuned.get(0) : model;
      if (first != null) {
        how.epochs(first.plannedEpochs()).learningRate(first.learningRate());
      }
      if (!isTimeFor(fold, left, others, how)) {
        return givenUp(fold, needed(fold, left));
      }
      try {
        TunedNetwork one = tune(how, fold, training);
        if (fold == 0 && strategyOpen) {
          one = better(one, fold, training);
        }
        tuned.add(one);
        measure(one, training.length);
      } catch (CancellationException e) {
        return givenUp(fold, "the run is to stop");
      } catch (TrainingException e) {
        if (settings.choice() == Choice.ALWAYS) {
          throw e;
        }
        return givenUp(fold, String.valueOf(e.getMessage()));
      }
    }
    if (settings.choice() != Choice.ALWAYS && !gotBetter(tuned)) {
      // On all rows it would be tuned further than was any good in the folds.
      reason = "fine-tuning is given up: one fold with another, no epoch was better than the start";
      progress.message(reason);
      return Optional.empty();
    }
    return Optional.of(List.copyOf(tuned));
  }

  private TunedNetwork tune(FineTuneSettings.Builder how, int fold, int[] training) {
    String part = "fold " + folds.names().get(fold);
    return tuner(how, part, true).tune(backbone, rows.select(training), start);
  }

  /** What the size and likeness of the data propose, where held-out rows say it is better. */
  private TunedNetwork better(TunedNetwork whole, int fold, int[] training) {
    FineTuneSettings.Builder how =
        settings.toBuilder(proposal, network)
            .epochs(whole.plannedEpochs())
            .learningRate(whole.learningRate())
            .minutes(NO_LIMIT_MINUTES);
    TunedNetwork proposed = tune(how, fold, training);
    boolean isBetter = proposed.bestLoss() < whole.bestLoss();
    progress.message(
        "  held-out loss with every layer %.4f, with %s %.4f: %s learns"
            .formatted(
                whole.bestLoss(),
                words(proposal),
                proposed.bestLoss(),
                isBetter ? words(proposal) : "every layer"));
    strategy = isBetter ? proposal : strategy;
    return isBetter ? proposed : whole;
  }

  /** Which layers learn. */
  Strategy strategy() {
    return strategy;
  }

  /** Why tuning was given up; empty when it was not. */
  String reason() {
    return reason;
  }

  /** For people. */
  static String words(Strategy strategy) {
    return switch (strategy) {
      case TOP -> "the last third of the layers";
      case FROZEN -> "the head alone";
      case AUTO, WHOLE -> "every layer";
    };
  }

  /** The network of the final model, tuned on all rows as was best in the folds. */
  TunedNetwork onAllRows(List<TunedNetwork> ofFolds) {
    TunedNetwork first = ofFolds.get(0);
    FineTuneSettings.Builder how =
        settings.toBuilder(strategy, network)
            .learningRate(first.learningRate())
            .epochs(typicalEpochs(ofFolds))
            .holdout(0)
            .minutes(NO_LIMIT_MINUTES);
    return tuner(how, "all rows", false).tune(backbone, rows, start);
  }

  /** Epochs until the network of a fold was at its best, one with another. */
  static int typicalEpochs(List<TunedNetwork> ofFolds) {
    return (int) Math.max(1, Math.round(meanBestEpoch(ofFolds)));
  }

  /** Whether, one fold with another, any epoch was better than the start. */
  static boolean gotBetter(List<TunedNetwork> ofFolds) {
    return Math.round(meanBestEpoch(ofFolds)) > 0;
  }

  private static double meanBestEpoch(List<TunedNetwork> ofFolds) {
    return ofFolds.stream().mapToInt(TunedNetwork::bestEpoch).average().orElse(0);
  }

  private FineTuner tuner(FineTuneSettings.Builder how, String part, boolean stoppable) {
    FineTuneSettings all =
        how.seed(seed)
            .threads(threads)
            .cacheBytes(Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8))
            .build();
    progress.message("fine-tuning, " + part + ":");
    return new FineTuner(all, policy(), heard(part, stoppable));
  }

  static ImagePolicy policy() {
    return ImagePolicy.builder().maxDecodeMs(Drafts.PATIENT_DECODE_MS).build();
  }

  private ProgressListener heard(String part, boolean stoppable) {
    return new ProgressListener() {
      @Override
      public void message(String line) {
        progress.message("  " + line);
      }

      @Override
      public void progress(String phase, long done, long total) {
        if (stoppable && budget.stopped()) {
          throw new CancellationException("the run is to stop");
        }
        progress.progress(phase + ", " + part, done, total);
      }
    };
  }

  /** Rows that are still to be learned from in one epoch each, those of the last network too. */
  private long rowsAhead(int fold) {
    long ahead = rows.labels().length;
    for (int later = fold; later < folds.count(); later++) {
      ahead += folds.trainRows(later).length;
    }
    return ahead;
  }

  /**
   * Gives the fold its time; false when that is too short.
   *
   * @param left seconds
   * @param others of them that other networks are to have, unless this one needs them for an epoch
   */
  private boolean isTimeFor(int fold, double left, double others, FineTuneSettings.Builder how) {
    boolean insists = settings.choice() == Choice.ALWAYS;
    if (budget.stopped()) {
      return false;
    }
    boolean unknown = fold == 0 && model == null;
    int training = folds.trainRows(fold).length;
    double part = (double) training / rowsAhead(fold) / (fold == 0 && strategyOpen ? 2 : 1);
    double epoch = training * secondsPerRow / (unknown ? DOUBT : 1);
    boolean enough = left * part >= epoch;
    if (settings.epochs(network) != TuningSettings.AUTO_EPOCHS) {
      how.minutes(NO_LIMIT_MINUTES);
      double expected = epoch / training;
      return insists || left >= settings.epochs(network) * rowsAhead(fold) * expected / SLACK;
    }
    if (insists && !enough) {
      if (unknown) {
        how.epochs(1);
      }
      how.minutes(NO_LIMIT_MINUTES);
    } else {
      double share = Math.max((left - others) * part, Math.min(left * part, epoch));
      how.minutes(Math.max(0, unknown ? share : SLACK * share) / 60);
    }
    return insists || enough;
  }

  private String needed(int fold, double left) {
    int epochs = Math.max(1, settings.epochs(network));
    double minutes = epochs * rowsAhead(fold) * secondsPerRow / 60;
    return budget.stopped()
        ? "the run is to stop"
        : "%s epoch%s in every fold and on all rows would take about %.0f more minutes, and %.0f are left; give it more: --time-budget"
            .formatted(epochs, epochs == 1 ? "" : "s", Math.ceil(minutes), Math.max(0, left / 60));
  }

  /** How long a row really takes, as an epoch that ran out of time has not seen all of them. */
  private void measure(TunedNetwork tuned, int trainingRows) {
    for (TunedNetwork.Epoch epoch : tuned.epochs()) {
      if (epoch.picturesPerSecond() > 0) {
        double training = rows.imageColumns() / epoch.picturesPerSecond();
        secondsPerRow = Math.max(training, epoch.seconds() / trainingRows);
      }
    }
  }

  private Optional<List<TunedNetwork>> givenUp(int fold, String why) {
    budget.cut();
    reason = "fine-tuning is given up after %d of %d folds: %s".formatted(fold, folds.count(), why);
    progress.message(reason);
    return Optional.empty();
  }
}
