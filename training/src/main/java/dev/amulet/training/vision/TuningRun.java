package dev.amulet.training.vision;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.vision.augment.BatchMixing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Passes over the training rows at one peak learning rate, from where the network stands. */
final class TuningRun {
  /** Steps whose mean loss the run is measured against. */
  private static final int FIRST_STEPS = 5;

  /** A mean loss above this many times the first plus a half has blown up. */
  private static final double BLOWN_UP = 3;

  /** Passes without a better held-out loss before a run stops. */
  private static final int PATIENCE = 3;

  private static final int PROGRESS_EVERY_MS = 1000;

  private final TuningNet net;
  private final PictureFeed feed;
  private final TuningLoss loss;
  private final FineTuneSettings settings;
  private final ProgressListener listener;
  private final int[] train;
  private final int[] held;
  private final String fingerprint;

  TuningRun(
      TuningNet net,
      PictureFeed feed,
      TuningLoss loss,
      FineTuneSettings settings,
      ProgressListener listener,
      int[] train,
      int[] held,
      String fingerprint) {
    this.net = net;
    this.feed = feed;
    this.loss = loss;
    this.settings = settings;
    this.listener = listener;
    this.train = train;
    this.held = held;
    this.fingerprint = fingerprint;
  }

  /**
   * How a run ended.
   *
   * @param blewUp the loss rose out of bounds; the weights are useless
   * @param best pass with the lowest held-out loss, whose weights the network has now
   * @param heldLoss after that pass
   */
  record Outcome(boolean blewUp, int best, double heldLoss, List<TunedNetwork.Epoch> log) {}

  double heldLoss() {
    return held.length == 0 ? Double.NaN : loss.measure(net.margins(feed, held), held);
  }

  /** Some steps from warm-up to zero, to compare learning rates; infinite when it blew up. */
  double trial(double rate, int steps) {
    int[] order = shuffled(-1);
    List<int[]> batches = batches(order);
    batches = batches.subList(0, Math.min(steps, batches.size()));
    Watch watch = new Watch(loss.ofConstant());
    try (Optimiser optimiser = net.optimiser();
        PictureFeed.Pass pass = feed.pass(batches, settings.changes(), 0)) {
      int step = 0;
      for (PictureFeed.Batch batch = pass.next(); batch != null; batch = pass.next()) {
        double now = rate * schedule(step++, batches.size());
        if (batch.count() > 0 && watch.blowsUp(step(batch, optimiser, now, -1, step))) {
          return Double.POSITIVE_INFINITY;
        }
      }
    }
    double found = heldLoss();
    return Double.isFinite(found) ? found : Double.POSITIVE_INFINITY;
  }

  /**
   * The whole run.
   *
   * @param startLoss held-out loss now
   * @param resumed where it goes on, null from the beginning
   * @param deadline {@link System#nanoTime} after which it stops
   */
  Outcome run(
      double rate, int epochs, double startLoss, @Nullable TuningState resumed, long deadline) {
    List<TunedNetwork.Epoch> log = new ArrayList<>();
    Map<String, float[]> kept = net.snapshot();
    int best = 0;
    double bestLoss = startLoss;
    int first = 1;
    try (Optimiser optimiser = net.optimiser()) {
      if (resumed != null) {
        net.restore(resumed.now());
        optimiser.restore(resumed.moments());
        log.addAll(resumed.log());
        kept = resumed.kept();
        best = resumed.best();
        bestLoss = best == 0 ? startLoss : log.get(best - 1).heldLoss();
        first = resumed.done() + 1;
      }
      for (int epoch = first; epoch <= epochs && System.nanoTime() < deadline; epoch++) {
        TunedNetwork.Epoch line = epoch(epoch, epochs, rate, optimiser, deadline);
        if (!Double.isFinite(line.trainLoss())) {
          return new Outcome(true, 0, Double.POSITIVE_INFINITY, log);
        }
        log.add(line);
        if (held.length == 0 || line.heldLoss() < bestLoss) {
          best = epoch;
          bestLoss = line.heldLoss();
          kept = net.snapshot();
        }
        listener.message(text(line, epochs, best));
        save(rate, epochs, epoch, log, best, startLoss, optimiser, kept);
        if (held.length > 0 && epoch - best >= PATIENCE) {
          break;
        }
      }
    }
    net.restore(kept);
    return new Outcome(false, best, bestLoss, log);
  }

  private TunedNetwork.Epoch epoch(
      int epoch, int epochs, double rate, Optimiser optimiser, long deadline) {
    long started = System.nanoTime();
    List<int[]> batches = batches(shuffled(epoch));
    int total = batches.size() * epochs;
    Watch watch = new Watch(loss.ofConstant());
    double sum = 0;
    int steps = 0;
    long pictures = 0;
    double waited;
    long told = started;
    try (PictureFeed.Pass pass = feed.pass(batches, settings.changes(), epoch)) {
      for (PictureFeed.Batch batch = pass.next(); batch != null; batch = pass.next()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("fine-tuning was interrupted");
        }
        int at = (epoch - 1) * batches.size() + steps;
        if (batch.count() > 0) {
          double value = step(batch, optimiser, rate * schedule(at, total), epoch, steps);
          if (watch.blowsUp(value)) {
            return new TunedNetwork.Epoch(epoch, Double.NaN, Double.NaN, 0, 0, 0);
          }
          sum += value;
        }
        steps++;
        pictures += batch.count();
        long now = System.nanoTime();
        if (now - told > PROGRESS_EVERY_MS * 1_000_000L) {
          told = now;
          listener.progress("fine-tuning", at + 1L, total);
        }
        if (now > deadline) {
          break;
        }
      }
      waited = pass.waitedSeconds();
    }
    double training = (System.nanoTime() - started) / 1e9;
    double measured = heldLoss();
    return new TunedNetwork.Epoch(
        epoch,
        sum / Math.max(1, steps),
        measured,
        (System.nanoTime() - started) / 1e9,
        pictures / training,
        waited / training);
  }

  private double step(
      PictureFeed.Batch batch, Optimiser optimiser, double rate, int epoch, int step) {
    long seed = RandomParameters.splitMix64(settings.seed + 31L * epoch, step);
    float[] targets = loss.targets(batch.rows());
    if (batch.mixing() != null) {
      targets = mixed(targets, batch.mixing());
    }
    return net.step(batch, targets, optimiser, rate, seed);
  }

  /** The targets of mixed pictures, each by its share. */
  private static float[] mixed(float[] targets, BatchMixing mixing) {
    float[] mixed = new float[targets.length];
    int outputs = targets.length / mixing.pictures();
    for (int i = 0; i < mixed.length; i++) {
      int picture = i / outputs;
      float own = mixing.ownShare(picture);
      int other = mixing.partner(picture) * outputs + i % outputs;
      mixed[i] = own * targets[i] + (1 - own) * targets[other];
    }
    return mixed;
  }

  private String text(TunedNetwork.Epoch line, int epochs, int best) {
    String heldText =
        held.length == 0
            ? ""
            : String.format(
                ", held-out loss %.4f%s", line.heldLoss(), best == line.number() ? " (best)" : "");
    return String.format(
        "fine-tuning epoch %d of %d: loss %.4f%s; %.0f images/s, %.0f %% of it waiting for"
            + " pictures; about %.0f s left",
        line.number(),
        epochs,
        line.trainLoss(),
        heldText,
        line.picturesPerSecond(),
        100 * line.waitingShare(),
        line.seconds() * (epochs - line.number()));
  }

  private void save(
      double rate,
      int epochs,
      int done,
      List<TunedNetwork.Epoch> log,
      int best,
      double startLoss,
      Optimiser optimiser,
      Map<String, float[]> kept) {
    if (settings.checkpoint == null) {
      return;
    }
    try {
      new TuningState(
              fingerprint,
              rate,
              epochs,
              done,
              log,
              best,
              startLoss,
              net.snapshot(),
              optimiser.snapshot(),
              kept)
          .save(settings.checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(settings.checkpoint + ": the checkpoint was not saved", e);
    }
  }

  /** Linear warm-up over a tenth of the steps, at most 100, then half a cosine down to zero. */
  static double schedule(int step, int steps) {
    int warm = Math.max(1, Math.min(steps / 10, 100));
    if (step < warm) {
      return (step + 1.0) / warm;
    }
    return 0.5 * (1 + Math.cos(Math.PI * (step - warm) / Math.max(1, steps - warm)));
  }

  private int[] shuffled(int epoch) {
    int[] order = train.clone();
    SplittableRandom random =
        new SplittableRandom(RandomParameters.splitMix64(settings.seed, 1000L + epoch));
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /** Whole batches; a last one of fewer than two rows is left out. */
  private List<int[]> batches(int[] order) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += settings.batch) {
      int to = Math.min(order.length, from + settings.batch);
      if (to - from >= 2) {
        batches.add(Arrays.copyOfRange(order, from, to));
      }
    }
    return batches;
  }

  int stepsPerEpoch() {
    return batches(train).size();
  }

  /** Notices a loss that rises out of bounds. */
  static final class Watch {
    private final double constant;
    private double first;
    private double mean;
    private int seen;

    /**
     * @param constant what the best constant loses, above which no start counts
     */
    Watch(double constant) {
      this.constant = constant;
    }

    boolean blowsUp(double value) {
      if (!Double.isFinite(value)) {
        return true;
      }
      seen++;
      if (seen <= FIRST_STEPS) {
        first += value / FIRST_STEPS;
        mean = first * FIRST_STEPS / seen;
        return false;
      }
      mean = 0.8 * mean + 0.2 * value;
      return mean > BLOWN_UP * Math.min(first, constant) + 0.5;
    }
  }
}
