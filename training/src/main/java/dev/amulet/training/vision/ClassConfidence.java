package dev.amulet.training.vision;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.training.TrainingException;
import dev.amulet.training.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How sure a network is of the ImageNet classes it was pretrained to tell apart, on pictures that
 * may show something else: the mean of the largest class probability. High where pictures look like
 * those the network knows.
 *
 * @param mean 0 to 1; NaN where it could not be measured
 * @param pictures that it was measured on
 * @param problem why it could not be measured; empty where it was
 */
public record ClassConfidence(double mean, int pictures, String problem) {
  /** Pictures looked at. */
  static final int PICTURES = 64;

  /** Rows tried until that many pictures could be read. */
  private static final int MOST_ROWS = 4 * PICTURES;

  private static final int BATCH = 8;

  /** Numbers of classes of ImageNet classifiers: the challenge's, and those with "background". */
  private static final Set<Integer> IMAGENET = Set.of(1000, 1001);

  private static final double ROUNDING = 1e-3;

  /** Whether there is a figure. */
  public boolean isMeasured() {
    return problem.isEmpty();
  }

  /**
   * Shows a network a sample of the first picture column.
   *
   * @param backbone how pictures are shown to it counts, so of its native size
   * @param rows there are
   * @param seed of the sample
   */
  public static ClassConfidence of(
      Backbone backbone,
      TuningRows.Images images,
      int rows,
      ImagePolicy policy,
      int threads,
      long seed) {
    OnnxGraph classifier = classifier(backbone.graph()).orElse(null);
    if (classifier == null) {
      return notMeasured("the network has no ImageNet classifier");
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, rows).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    ImagePreprocessing spec = backbone.preprocessing();
    PictureFeed.Source source = PictureFeed.prepared(images, spec, policy);
    try (PictureFeed feed = new PictureFeed(rows, 1, spec, source, 0, threads);
        NDManager manager = Torch.manager()) {
      OnnxBlock block = new OnnxBlock(classifier, manager);
      List<String> scores = classifier.outputNames();
      return Torch.withoutGradients(
          () -> measured(feed, order, batch -> total(block, scores, manager, batch)));
    } catch (TrainingException | EngineException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return notMeasured("its classifier cannot be run: " + why);
    }
  }

  private static ClassConfidence notMeasured(String problem) {
    return new ClassConfidence(Double.NaN, 0, problem);
  }

  /** The graph up to the class scores, before a Sigmoid; empty where they are not ImageNet's. */
  private static Optional<OnnxGraph> classifier(OnnxGraph graph) {
    int[] shape = graph.shapes().get(Backbone.LOGITS);
    if (!graph.outputNames().contains(Backbone.LOGITS)
        || shape == null
        || shape.length != 2
        || !IMAGENET.contains(shape[1])) {
      return Optional.empty();
    }
    String scores =
        graph
            .producer(Backbone.LOGITS)
            .filter(node -> node.getOpType().equals("Sigmoid"))
            .map(node -> node.getInput(0))
            .orElse(Backbone.LOGITS);
    return Optional.of(graph.cutTo(List.of(scores)));
  }

  private static ClassConfidence measured(
      PictureFeed feed, List<Integer> order, ToDoubleFunction<PictureFeed.Batch> total) {
    double sum = 0;
    int count = 0;
    int next = 0;
    while (count < PICTURES && next < Math.min(MOST_ROWS, order.size())) {
      int until = Math.min(order.size(), next + PICTURES - count);
      try (PictureFeed.Pass pass = feed.pass(batches(order.subList(next, until)), null, 0)) {
        for (PictureFeed.Batch batch = pass.next(); batch != null; batch = pass.next()) {
          if (batch.count() > 0) {
            sum += total.applyAsDouble(batch);
            count += batch.count();
          }
        }
      }
      next = until;
    }
    if (count == 0) {
      return notMeasured("none of %d pictures could be read".formatted(next));
    }
    return Double.isFinite(sum)
        ? new ClassConfidence(sum / count, count, "")
        : notMeasured("its classifier's scores are no finite numbers");
  }

  private static List<int[]> batches(List<Integer> rows) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += BATCH) {
      batches.add(
          rows.subList(from, Math.min(rows.size(), from + BATCH)).stream()
              .mapToInt(Integer::intValue)
              .toArray());
    }
    return batches;
  }

  /** The sum of the largest probabilities of a batch's pictures. */
  private static double total(
      OnnxBlock block, List<String> scores, NDManager manager, PictureFeed.Batch batch) {
    try (NDManager step = manager.newSubManager()) {
      int height = batch.pixels().limit() / batch.count() / 3 / batch.width();
      NDArray pictures =
          step.create(batch.pixels(), new Shape(batch.count(), height, batch.width(), 3))
              .transpose(0, 3, 1, 2);
      NDArray found =
          block.forward(pictures, OnnxBlock.Mode.STORED, scores).values().iterator().next();
      float[] values = found.toFloatArray();
      int classes = values.length / batch.count();
      return IntStream.range(0, batch.count())
          .mapToDouble(i -> largest(Arrays.copyOfRange(values, i * classes, (i + 1) * classes)))
          .sum();
    }
  }

  /**
   * The largest class probability.
   *
   * @param scores of one picture: probabilities where they are none below zero and sum to one, else
   *     their logarithms up to a constant, as classifiers and LogSoftmax give them
   */
  static double largest(float[] scores) {
    double highest = Double.NEGATIVE_INFINITY;
    double lowest = Double.POSITIVE_INFINITY;
    double sum = 0;
    for (float score : scores) {
      highest = Math.max(highest, score);
      lowest = Math.min(lowest, score);
      sum += score;
    }
    if (lowest >= 0 && Math.abs(sum - 1) < ROUNDING) {
      return highest;
    }
    double shares = 0;
    for (float score : scores) {
      shares += Math.exp(score - highest);
    }
    return 1 / shares;
  }
}
