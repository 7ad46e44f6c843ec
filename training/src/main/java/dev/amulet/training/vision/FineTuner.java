package dev.amulet.training.vision;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.OnnxGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a backbone on, end to end, so that its embedding tells apart what the target is about.
 *
 * <p>The head starts as the linear model on the frozen embeddings, so the start is as good as
 * frozen features; the learning rate is chosen by short trials on a held-out part; a run whose loss
 * blows up starts again at a third of the rate; the weights of the best pass are kept. Immutable;
 * one network at a time in one JVM, because PyTorch records gradients once.
 */
public final class FineTuner {
  /** Peak learning rates tried, from folded networks' to those with BatchNormalization. */
  private static final List<Double> RATES = List.of(3e-4, 1e-4, 1e-3);

  /**
   * Of a regression: its margin is read as it is, and a step moves it by up to the rate times the
   * sum of an embedding's sizes. Measured on house prices from four photos, held-out squared error
   * 0.45 at the start: 0.34 with 1e-4, 0.42 with 3e-5, and with 3e-4 that of training rose to 3.9.
   */
  private static final List<Double> REGRESSION_RATES = List.of(1e-4, 3e-5, 3e-4);

  private static final int TRIAL_STEPS = 40;
  private static final int RETRIES = 3;

  /** A training step costs about this many forward passes. */
  private static final double STEP_COST = 3.5;

  /** Fits the linear model that a head starts from; must not see other rows. */
  @FunctionalInterface
  public interface HeadStart {
    /**
     * Fits embeddings to labels.
     *
     * @param slots {@code [rows, columns]}, row after row; NaN without a picture
     * @param labels class index, or standardised number
     */
    LinearModel fit(int rows, int columns, float[] slots, double[] labels, double[] weights);
  }

  private final FineTuneSettings settings;
  private final ImagePolicy policy;
  private final ProgressListener listener;

  public FineTuner(FineTuneSettings settings, ImagePolicy policy, ProgressListener listener) {
    this.settings = settings;
    this.policy = policy;
    this.listener = listener;
  }

  /** Why networks cannot be tuned on this machine; empty when they can. */
  public static Optional<String> whyNot() {
    return Torch.whyNot();
  }

  /**
   * Tunes a network on all of these rows, but for the part held out.
   *
   * @param backbone where it starts; its preprocessing says how large pictures are
   * @throws TrainingException when PyTorch is missing, the graph holds what it cannot run, or every
   *     learning rate blows up
   */
  public TunedNetwork tune(Backbone backbone, TuningRows rows, HeadStart start) {
    long started = System.nanoTime();
    long deadline = started + (long) (settings.minutes * 60e9);
    ImagePreprocessing spec = backbone.preprocessing();
    OnnxGraph graph = TuningGraphs.trainable(backbone, settings);
    int width = settings.hidden > 0 ? settings.hidden : backbone.embeddingWidth();
    TuningLoss loss = new TuningLoss(rows, settings.labelSmoothing, settings.huber);
    int[] held = HeldOut.of(rows, settings.holdout, settings.seed);
    int[] train = HeldOut.others(rows.rows(), held);
    String fingerprint =
        settings.fingerprint()
            + " rows="
            + Arrays.hashCode(rows.labels())
            + " network="
            + OnnxFileBackbone.sha256(graph.toBytes()).hashCode();
    try (PictureFeed feed =
            PictureFeed.of(rows, spec, policy, settings.cacheBytes, settings.threads);
        TuningNet net = new TuningNet(graph, width, rows, loss, settings)) {
      TuningRun run = new TuningRun(net, feed, loss, settings, listener, train, held, fingerprint);
      Optional<TuningState> resumed = resumed(fingerprint);
      List<String> notes = new ArrayList<>();
      Plan plan = resumed.map(Plan::of).orElse(null);
      if (plan == null) {
        plan = plan(net, feed, run, rows, loss, train, start, deadline, notes);
      } else {
        notes.add("fine-tuning went on after epoch " + resumed.get().done());
      }
      Kept kept = runUntilStable(net, run, plan, resumed.orElse(null), deadline, notes);
      if (feed.unreadable() > 0) {
        notes.add(
            String.format(
                "fine-tuning: %d pictures could not be read and count as missing (%s)",
                feed.unreadable(), feed.firstProblem()));
      }
      return new TunedNetwork(
          TuningGraphs.tuned(backbone, net.graph(), width),
          inLabelUnits(net.head(), loss),
          kept.rate(),
          kept.outcome().log(),
          plan.epochs(),
          kept.outcome().best(),
          plan.startLoss(),
          held.length,
          notes);
    }
  }

  /**
   * What a tuned network says of rows, in the units of its labels: {@code [rows][outputs]} margins.
   *
   * @param rows any rows with the same picture columns; their labels are not looked at
   */
  public double[][] margins(TunedNetwork tuned, TuningRows rows) {
    Backbone backbone = tuned.backbone();
    OnnxGraph graph = backbone.graph().cutTo(List.of(Backbone.EMBEDDING));
    TuningLoss loss = new TuningLoss(rows, 0, false);
    try (PictureFeed feed =
            PictureFeed.of(rows, backbone.preprocessing(), policy, 0, settings.threads);
        TuningNet net = new TuningNet(graph, backbone.embeddingWidth(), rows, loss, settings)) {
      net.startHead(tuned.head());
      return net.margins(feed, IntStream.range(0, rows.rows()).toArray());
    }
  }

  /** What was decided before the first step. */
  private record Plan(double rate, int epochs, double startLoss, Map<String, float[]> start) {
    static Plan of(TuningState state) {
      return new Plan(state.learningRate(), state.epochs(), state.startLoss(), state.now());
    }
  }

  private record Kept(double rate, TuningRun.Outcome outcome) {}

  private Optional<TuningState> resumed(String fingerprint) {
    if (settings.checkpoint == null) {
      return Optional.empty();
    }
    try {
      return TuningState.load(settings.checkpoint, fingerprint);
    } catch (IOException e) {
      throw new TrainingException(
          settings.checkpoint + ": the checkpoint is damaged (" + e + "); delete it to start anew",
          e);
    }
  }

  private Plan plan(
      TuningNet net,
      PictureFeed feed,
      TuningRun run,
      TuningRows rows,
      TuningLoss loss,
      int[] train,
      HeadStart start,
      long deadline,
      List<String> notes) {
    long before = System.nanoTime();
    listener.message("fine-tuning: embeddings of " + train.length + " rows to start from");
    float[] slots = net.embeddings(feed, train);
    if (allMissing(slots)) {
      throw new TrainingException(
          "fine-tuning: none of the pictures could be read"
              + (feed.firstProblem() == null
                  ? "; every cell is empty"
                  : ": " + feed.firstProblem()));
    }
    double perRow = (System.nanoTime() - before) / 1e9 / train.length;
    if (settings.statistics == FineTuneSettings.Statistics.STORED) {
      double[] labels = IntStream.of(train).mapToDouble(loss::label).toArray();
      double[] weights = IntStream.of(train).mapToDouble(rows::weight).toArray();
      net.startHead(start.fit(train.length, slots.length / train.length, slots, labels, weights));
    }
    double startLoss = run.heldLoss();
    Map<String, float[]> from = net.snapshot();
    double rate = settings.learningRate;
    if (rate == 0) {
      rate = chosenRate(rates(rows.task()), net, run, from, startLoss, perRow, deadline, notes);
      net.restore(from);
    }
    int epochs = settings.epochs;
    if (epochs == 0) {
      double left = Math.max(0, (deadline - System.nanoTime()) / 1e9);
      int affordable = (int) (0.9 * left / (perRow * STEP_COST * train.length));
      int useful = Math.max(3, Math.min(12, (int) Math.round(15_000.0 / train.length)));
      epochs = Math.max(1, Math.min(useful, affordable));
      if (affordable < useful) {
        notes.add(
            String.format("fine-tuning: the time allows %d of %d useful epochs", epochs, useful));
      }
    }
    return new Plan(rate, epochs, startLoss, from);
  }

  private static boolean allMissing(float[] slots) {
    for (float value : slots) {
      if (!Float.isNaN(value)) {
        return false;
      }
    }
    return true;
  }

  /** Peak learning rates tried, the usual one first. */
  static List<Double> rates(Task task) {
    return task == Task.REGRESSION ? REGRESSION_RATES : RATES;
  }

  private double chosenRate(
      List<Double> rates,
      TuningNet net,
      TuningRun run,
      Map<String, float[]> from,
      double startLoss,
      double perRow,
      long deadline,
      List<String> notes) {
    double factor = settings.statistics == FineTuneSettings.Statistics.BATCH ? 3 : 1;
    int steps = Math.min(TRIAL_STEPS, run.stepsPerEpoch());
    double cost = rates.size() * steps * settings.batch * perRow * STEP_COST;
    double left = (deadline - System.nanoTime()) / 1e9;
    if (Double.isNaN(startLoss) || cost > 0.4 * left) {
      notes.add("fine-tuning: learning rate " + rates.get(0) * factor + ", the usual one");
      return rates.get(0) * factor;
    }
    double best = rates.get(0) * factor;
    double lowest = Double.POSITIVE_INFINITY;
    List<String> tried = new ArrayList<>();
    for (double rate : rates) {
      net.restore(from);
      double found = run.trial(rate * factor, steps);
      tried.add(
          String.format(
              "%s: %s",
              rate * factor, Double.isInfinite(found) ? "blew up" : String.format("%.4f", found)));
      if (found < lowest) {
        lowest = found;
        best = rate * factor;
      }
    }
    String line =
        String.format(
            "fine-tuning: learning rate %s, by the held-out loss after %d steps (%s; %.4f before)",
            best, steps, String.join(", ", tried), startLoss);
    listener.message(line);
    notes.add(line);
    return best;
  }

  private Kept runUntilStable(
      TuningNet net,
      TuningRun run,
      Plan plan,
      @Nullable TuningState resumed,
      long deadline,
      List<String> notes) {
    double rate = plan.rate();
    for (int attempt = 0; ; attempt++) {
      TuningRun.Outcome outcome =
          run.run(rate, plan.epochs(), plan.startLoss(), attempt == 0 ? resumed : null, deadline);
      if (!outcome.blewUp()) {
        return new Kept(rate, outcome);
      }
      if (attempt == RETRIES) {
        throw new TrainingException(
            String.format(
                "fine-tuning: the loss blows up even at the learning rate %s;%nuse the network"
                    + " frozen, or look at the target for extreme values",
                rate));
      }
      net.restore(plan.start());
      String line =
          String.format(
              "fine-tuning: the loss blew up at the learning rate %s; again at %s", rate, rate / 3);
      listener.message(line);
      notes.add(line);
      rate /= 3;
    }
  }

  /** Regression heads learn standardised numbers; this undoes it. */
  private static LinearModel inLabelUnits(LinearModel head, TuningLoss loss) {
    if (loss.scale() == 1 && loss.centre() == 0) {
      return head;
    }
    LinearModel.Builder model = head.toBuilder();
    for (int i = 0; i < model.getWeightsCount(); i++) {
      model.setWeights(i, (float) (model.getWeights(i) * loss.scale()));
    }
    for (int k = 0; k < model.getBiasCount(); k++) {
      model.setBias(k, model.getBias(k) * loss.scale() + loss.centre());
    }
    return model.build();
  }
}
