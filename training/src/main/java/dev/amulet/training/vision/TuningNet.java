package dev.amulet.training.vision;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.training.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A network and its head while they learn: one step, and what they say of rows. */
final class TuningNet implements AutoCloseable {
  /** Parts of the network that {@link FineTuneSettings.Builder#layerDecay} tells apart. */
  private static final int DEPTHS = 12;

  private final FineTuneSettings settings;
  private final TuningRows rows;
  private final TuningLoss loss;
  private final NDManager manager;
  private final OnnxBlock block;
  private final TuningHead head;
  private final int width;

  /**
   * @param graph with the output {@code embedding [N,width]}
   */
  TuningNet(
      OnnxGraph graph, int width, TuningRows rows, TuningLoss loss, FineTuneSettings settings) {
    this.settings = settings;
    this.rows = rows;
    this.loss = loss;
    this.width = width;
    manager = Torch.manager();
    try {
      block = new OnnxBlock(graph, manager);
      head = new TuningHead(rows.imageColumns(), rows.outputs(), width, manager);
      freeze();
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private void freeze() {
    block.freeze(name -> false);
    List<String> names = block.trainable();
    int first =
        switch (settings.strategy) {
          case WHOLE -> 0;
          case TOP -> names.size() * 2 / 3;
          case FROZEN_BASE -> names.size();
        };
    List<String> frozen = names.subList(0, first);
    block.freeze(frozen::contains);
  }

  /** An optimiser of all that learns, from its first step. */
  Optimiser optimiser() {
    List<Optimiser.Group> groups = new ArrayList<>();
    List<String> names = block.trainable();
    for (int i = 0; i < names.size(); i++) {
      NDArray parameter = block.parameter(names.get(i));
      int below = DEPTHS - 1 - i * DEPTHS / names.size();
      groups.add(
          new Optimiser.Group(
              names.get(i),
              parameter,
              Math.pow(settings.layerDecay, below + 1.0),
              parameter.getShape().dimension() > 1 ? settings.weightDecay : 0));
    }
    head.parameters()
        .forEach(
            (name, parameter) ->
                groups.add(
                    new Optimiser.Group(
                        name, parameter, 1, name.endsWith("weight") ? settings.weightDecay : 0)));
    Optimiser.Rule rule =
        settings.method == FineTuneSettings.Method.ADAMW
            ? Optimiser.Rule.adamW()
            : Optimiser.Rule.sgd(0.9);
    return new Optimiser(groups, rule, manager);
  }

  /**
   * One step on one batch.
   *
   * @return the loss before the step; not finite, and no step taken, where it blew up
   */
  double step(
      PictureFeed.Batch batch, float[] targets, Optimiser optimiser, double rate, long seed) {
    try (NDManager step = manager.newSubManager()) {
      NDArray pictures = pictures(step, batch);
      double value;
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        OnnxBlock.Mode mode =
            settings.statistics == FineTuneSettings.Statistics.BATCH
                ? OnnxBlock.Mode.BATCH
                : OnnxBlock.Mode.STORED;
        NDArray embedding = embedding(pictures, mode);
        SplittableRandom random = new SplittableRandom(seed);
        NDArray margins = head.margins(embedding, batch, settings.dropout, random);
        NDArray mean = loss.of(margins, batch.rows(), targets);
        value = mean.getFloat();
        if (!Double.isFinite(value)) {
          return value;
        }
        collector.backward(mean);
      }
      double norm = optimiser.gradientNorm();
      if (!Double.isFinite(norm)) {
        return Double.NaN;
      }
      optimiser.update(rate, Math.min(1, settings.clipNorm / Math.max(norm, 1e-12)));
      return value;
    }
  }

  private NDArray embedding(NDArray pictures, OnnxBlock.Mode mode) {
    List<String> wanted = List.of(Backbone.EMBEDDING);
    return block.forward(pictures, mode, wanted).values().iterator().next();
  }

  private NDArray pictures(NDManager step, PictureFeed.Batch batch) {
    int size = batch.pixels().limit() / Math.max(1, batch.count()) / 3;
    int side = batch.width();
    Shape shape = new Shape(batch.count(), size / side, side, 3);
    // A view: PyTorch sees pixels of a channel apart in memory, and keeps them so.
    NDArray view = step.create(batch.pixels(), shape).transpose(0, 3, 1, 2);
    return settings.channelsLast ? view : view.duplicate();
  }

  /** Embeddings {@code [rows, columns * width]}, one after the other; NaN without a picture. */
  float[] embeddings(PictureFeed feed, int[] of) {
    int slots = rows.imageColumns() * width;
    float[] values = new float[Math.multiplyExact(of.length, slots)];
    Arrays.fill(values, Float.NaN);
    int[] at = {0};
    each(
        feed,
        of,
        (batch, step) -> {
          float[] found = embedding(pictures(step, batch), OnnxBlock.Mode.STORED).toFloatArray();
          for (int i = 0; i < batch.count(); i++) {
            int to = (at[0] + batch.row()[i]) * slots + batch.column()[i] * width;
            System.arraycopy(found, i * width, values, to, width);
          }
        },
        batch -> at[0] += batch.rows().length);
    return values;
  }

  /** Margins of the head, per row. */
  double[][] margins(PictureFeed feed, int[] of) {
    double[][] values = new double[of.length][];
    int outputs = rows.outputs();
    int[] at = {0};
    float[] none = head.bias().toFloatArray();
    each(
        feed,
        of,
        (batch, step) -> {
          NDArray embedding = embedding(pictures(step, batch), OnnxBlock.Mode.STORED);
          float[] found = head.margins(embedding, batch, 0, new SplittableRandom(0)).toFloatArray();
          for (int i = 0; i < batch.rows().length; i++) {
            values[at[0] + i] = doubles(found, i * outputs, outputs);
          }
        },
        batch -> {
          for (int i = 0; i < batch.rows().length; i++, at[0]++) {
            if (values[at[0]] == null) {
              values[at[0]] = doubles(none, 0, outputs);
            }
          }
        });
    return values;
  }

  private static double[] doubles(float[] from, int offset, int count) {
    double[] values = new double[count];
    for (int k = 0; k < count; k++) {
      values[k] = from[offset + k];
    }
    return values;
  }

  /** What to do with a batch that has pictures. */
  private interface Use {
    void accept(PictureFeed.Batch batch, NDManager step);
  }

  private void each(PictureFeed feed, int[] of, Use use, Consumer<PictureFeed.Batch> after) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < of.length; from += settings.batch) {
      batches.add(Arrays.copyOfRange(of, from, Math.min(of.length, from + settings.batch)));
    }
    Torch.withoutGradients(() -> each(feed, batches, use, after));
  }

  private void each(
      PictureFeed feed, List<int[]> batches, Use use, Consumer<PictureFeed.Batch> after) {
    try (PictureFeed.Pass pass = feed.pass(batches, null, 0)) {
      for (PictureFeed.Batch batch = pass.next(); batch != null; batch = pass.next()) {
        if (batch.count() > 0) {
          try (NDManager step = manager.newSubManager()) {
            use.accept(batch, step);
          }
        }
        after.accept(batch);
      }
    }
  }

  void startHead(LinearModel model) {
    head.start(model);
  }

  LinearModel head() {
    return head.model();
  }

  OnnxGraph graph() {
    return block.graph();
  }

  Map<String, float[]> snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>(block.snapshot());
    head.parameters().forEach((name, parameter) -> values.put(name, parameter.toFloatArray()));
    return values;
  }

  void restore(Map<String, float[]> values) {
    Map<String, float[]> network = new LinkedHashMap<>(values);
    head.parameters().forEach((name, parameter) -> parameter.set(network.remove(name)));
    block.restore(network);
  }

  @Override
  public void close() {
    manager.close();
  }
}
