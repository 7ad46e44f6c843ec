package dev.amulet.training.vision;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.training.ProgressListener;
import dev.amulet.training.onnx.OnnxGraph;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network from random weights on pictures that are drawn as they are needed, each seen
 * once, with several questions to answer about each. AdamW, warm-up and cosine, statistics of the
 * batch. The same settings on the same machine give the same weights.
 */
public final class Pretraining {
  private static final int SAVE_EVERY = 250;
  private static final int TELL_EVERY = 50;

  /** Pictures drawn from numbers. Called from several threads at once. */
  public interface Source {
    /** The picture as the network sees it, {@code [height,width,3]} RGB. */
    byte[] draw(int index);

    /** The right answer to each question about it. */
    int[] answers(int index);
  }

  /**
   * How long and how fast.
   *
   * @param steps batches in all
   * @param batch pictures per step
   * @param rate peak learning rate
   * @param decay weight decay, on weights alone
   * @param smoothing share of an answer spread over all
   * @param threads that draw pictures
   * @param checkpoint file to save to now and then and to go on from; null for none
   */
  public record Settings(
      int steps,
      int batch,
      double rate,
      double decay,
      double smoothing,
      int threads,
      @Nullable Path checkpoint) {
    String fingerprint() {
      return String.format(
          "pretraining %d steps of %d at %s, decay %s, smoothing %s",
          steps, batch, rate, decay, smoothing);
    }
  }

  private final Settings settings;
  private final ProgressListener listener;

  public Pretraining(Settings settings, ProgressListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Trains all of a graph's parameters.
   *
   * @param graph random weights; {@code output} is {@code [N, sum of questions]}
   * @param questions number of answers to each
   * @param spec size and normalisation of the pictures
   * @return the same graph with what was learned, and running statistics of the last batches
   */
  public OnnxGraph train(
      OnnxGraph graph,
      String output,
      List<Integer> questions,
      ImagePreprocessing spec,
      Source source) {
    int pictures = Math.multiplyExact(settings.steps(), settings.batch());
    PictureFeed.Source drawn = (row, column) -> source.draw(row);
    try (NDManager manager = Torch.manager();
        OnnxBlock block = new OnnxBlock(graph, manager);
        PictureFeed feed = new PictureFeed(pictures, 1, spec, drawn, 0, settings.threads())) {
      block.freeze(name -> false);
      List<Optimiser.Group> groups = new ArrayList<>();
      for (String name : block.trainable()) {
        NDArray parameter = block.parameter(name);
        boolean weight = parameter.getShape().dimension() > 1;
        groups.add(new Optimiser.Group(name, parameter, 1, weight ? settings.decay() : 0));
      }
      try (Optimiser optimiser = new Optimiser(groups, Optimiser.Rule.adamW(), manager)) {
        run(manager, block, optimiser, feed, output, questions, source);
      }
      return block.graph();
    }
  }

  private void run(
      NDManager manager,
      OnnxBlock block,
      Optimiser optimiser,
      PictureFeed feed,
      String output,
      List<Integer> questions,
      Source source) {
    int first = resume(block, optimiser);
    List<int[]> batches = new ArrayList<>();
    for (int step = first; step < settings.steps(); step++) {
      int[] rows = new int[settings.batch()];
      int from = step * settings.batch();
      Arrays.setAll(rows, i -> from + i);
      batches.add(rows);
    }
    double loss = 0;
    long started = System.nanoTime();
    try (PictureFeed.Pass pass = feed.pass(batches, null, 0)) {
      int step = first;
      for (PictureFeed.Batch batch = pass.next(); batch != null; batch = pass.next()) {
        double rate = settings.rate() * TuningRun.schedule(step, settings.steps());
        float[] targets = targets(batch.rows(), questions, source);
        double now = step(manager, block, optimiser, batch, output, questions, targets, rate);
        if (!Double.isFinite(now)) {
          throw new IllegalStateException("pretraining blew up at step " + step);
        }
        loss = step == first ? now : 0.98 * loss + 0.02 * now;
        step++;
        listener.progress("pretraining", step, settings.steps());
        if (step % TELL_EVERY == 0) {
          double seconds = (System.nanoTime() - started) / 1e9;
          double perStep = seconds / (step - first);
          listener.message(
              String.format(
                  "pretraining step %d of %d: loss %.3f; %.0f images/s, %.0f %% of the time waiting"
                      + " for pictures; about %.0f min left",
                  step,
                  settings.steps(),
                  loss,
                  settings.batch() / perStep,
                  100 * pass.waitedSeconds() / seconds,
                  perStep * (settings.steps() - step) / 60));
        }
        if (step % SAVE_EVERY == 0 && step < settings.steps()) {
          save(block, optimiser, step);
        }
      }
    }
  }

  private double step(
      NDManager manager,
      OnnxBlock block,
      Optimiser optimiser,
      PictureFeed.Batch batch,
      String output,
      List<Integer> questions,
      float[] targets,
      double rate) {
    try (NDManager step = manager.newSubManager()) {
      int side = batch.width();
      Shape shape =
          new Shape(batch.count(), batch.pixels().limit() / batch.count() / 3 / side, side, 3);
      NDArray x = step.create(batch.pixels(), shape).transpose(0, 3, 1, 2);
      double value;
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        NDArray answers =
            block.forward(x, OnnxBlock.Mode.BATCH, List.of(output)).values().iterator().next();
        NDArray loss = loss(answers, questions, targets);
        value = loss.getFloat();
        collector.backward(loss);
      }
      double norm = optimiser.gradientNorm();
      if (Double.isFinite(value) && Double.isFinite(norm)) {
        optimiser.update(rate, Math.min(1, 5 / Math.max(norm, 1e-12)));
      }
      return value;
    }
  }

  /** Mean over questions of the cross-entropy of their answers. */
  private static NDArray loss(NDArray answers, List<Integer> questions, float[] targets) {
    NDArray wanted = answers.getManager().create(targets, answers.getShape());
    NDArray sum = null;
    long from = 0;
    for (int count : questions) {
      String slice = ":, " + from + ":" + (from + count);
      NDArray one = answers.get(slice).logSoftmax(1).mul(wanted.get(slice)).sum();
      sum = sum == null ? one : sum.add(one);
      from += count;
    }
    if (sum == null) {
      throw new IllegalArgumentException("no questions");
    }
    return sum.div((float) -(answers.getShape().get(0) * questions.size()));
  }

  private float[] targets(int[] rows, List<Integer> questions, Source source) {
    int width = questions.stream().mapToInt(Integer::intValue).sum();
    float[] targets = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      int[] answers = source.answers(rows[i]);
      int at = i * width;
      for (int q = 0; q < answers.length; q++) {
        int count = questions.get(q);
        Arrays.fill(targets, at, at + count, (float) (settings.smoothing() / count));
        targets[at + answers[q]] += (float) (1 - settings.smoothing());
        at += count;
      }
    }
    return targets;
  }

  private int resume(OnnxBlock block, Optimiser optimiser) {
    if (settings.checkpoint() == null) {
      return 0;
    }
    try {
      Optional<TuningState> state = TuningState.load(settings.checkpoint(), settings.fingerprint());
      state.ifPresent(
          found -> {
            block.restore(found.now());
            optimiser.restore(found.moments());
            listener.message("pretraining goes on after step " + found.done());
          });
      return state.map(TuningState::done).orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(settings.checkpoint() + ": cannot be read", e);
    }
  }

  private void save(OnnxBlock block, Optimiser optimiser, int done) {
    if (settings.checkpoint() == null) {
      return;
    }
    try {
      new TuningState(
              settings.fingerprint(),
              settings.rate(),
              settings.steps(),
              done,
              List.of(),
              0,
              0,
              block.snapshot(),
              optimiser.snapshot(),
              Map.of())
          .save(settings.checkpoint());
    } catch (IOException e) {
      throw new UncheckedIOException(settings.checkpoint() + ": cannot be written", e);
    }
  }
}
