package dev.amulet.training.vision;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.amulet.training.onnx.OnnxGraph;
import dev.amulet.training.onnx.OnnxGraphBuilder.Parameters;
import dev.amulet.training.vision.nano.FormulaPictures;
import dev.amulet.training.vision.nano.NanoNetwork;
import dev.amulet.training.vision.nano.Sketch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Trains {@code nano} on pictures drawn from formulas. About each picture, none of which it has
 * seen before, the network answers the questions of {@link FormulaPictures#ANSWERS} and says the
 * numbers of its {@link Sketch}. No photo is used.
 */
public final class NanoPretraining {
  private static final double SMOOTHING = 0.1;
  private static final double WEIGHT_DECAY = 0.02;
  private static final double WARM_UP = 0.05;
  private static final double LARGEST_GRADIENT = 5;
  private static final float SKETCH_WEIGHT = 10;
  private static final int SMALL_SIDE = 48;
  private static final double SMALL_SHARE = 0.75;
  private static final int STEPS_PER_REPORT = 100;
  private static final List<String> ASKED = List.of(NanoNetwork.ANSWERS);

  /**
   * How to train.
   *
   * @param pictures drawn and seen once each
   * @param planned pictures at whose end the learning rate reaches nothing; no fewer than are seen
   * @param batch pictures a step
   * @param learningRate highest of AdamW, after a warm-up, before a half cosine to nothing
   * @param seed of the starting weights and of the pictures
   */
  public record Plan(int pictures, int planned, int batch, double learningRate, long seed) {
    public Plan {
      if (pictures < 1 || batch < 1 || !(learningRate > 0)) {
        throw new IllegalArgumentException("pictures, batch and learning rate must be positive");
      }
      if (planned < pictures) {
        throw new IllegalArgumentException("more pictures than planned");
      }
    }

    /** What the built-in weights were made with: stopped at 70 % of the way. */
    public static Plan builtIn() {
      return new Plan(112_000, 160_000, 32, 1e-3, 1);
    }

    /** So many pictures, the learning rate reaching nothing at their end. */
    public Plan withPictures(int count) {
      return new Plan(count, count, batch, learningRate, seed);
    }

    public Plan withSeed(long other) {
      return new Plan(pictures, planned, batch, learningRate, other);
    }

    int steps() {
      return Math.max(1, pictures / batch);
    }

    private double share(double step) {
      return step * batch / planned;
    }

    /** Small pictures first: they take half the time, and teach most of it. */
    int side(int step) {
      return share(step) < SMALL_SHARE ? SMALL_SIDE : NanoNetwork.SIDE;
    }

    double learningRate(int step) {
      double done = share(step + 1.0);
      double share =
          done < WARM_UP
              ? done / WARM_UP
              : 0.5 * (1 + Math.cos(Math.PI * (done - WARM_UP) / (1 - WARM_UP)));
      return learningRate * share;
    }
  }

  /**
   * How far it is.
   *
   * @param loss mean cross-entropy of the questions since the last report
   * @param sketchLoss mean squared error of the sketches' numbers, whose variance is about 1
   * @param correct share of right answers to each question since the last report
   * @param picturesPerSecond since the start
   */
  public record Progress(
      int step,
      int steps,
      double loss,
      double sketchLoss,
      List<Double> correct,
      double picturesPerSecond) {

    public Progress {
      correct = List.copyOf(correct);
    }
  }

  /** Is told about progress, every {@value #STEPS_PER_REPORT} steps and at the end. */
  @FunctionalInterface
  public interface Listener {
    void progress(Progress progress);
  }

  private final Plan plan;
  private final int answers = FormulaPictures.ANSWERS.stream().mapToInt(Integer::intValue).sum();
  private final int[] right = new int[FormulaPictures.ANSWERS.size()];
  private double loss;
  private double sketchLoss;
  private int seen;

  private NanoPretraining(Plan plan) {
    this.plan = plan;
  }

  /**
   * Trains from random weights, for minutes to an hour. The same plan on the same number of threads
   * of the same kind of processor gives the same weights.
   *
   * @return the file of an ONNX network: {@code embedding} and {@code feature_map},
   *     BatchNormalization unfolded, metadata that say what pixels it wants
   * @throws dev.amulet.training.TrainingException when PyTorch does not start
   */
  public static byte[] train(Plan plan, Listener listener) {
    return NanoBackbone.file(new NanoPretraining(plan).run(listener));
  }

  private OnnxGraph run(Listener listener) {
    OnnxGraph graph = NanoNetwork.withAnswers(initial(plan.seed()), answers + Sketch.LENGTH);
    FormulaPictures pictures = new FormulaPictures(plan.seed());
    try (NDManager manager = Torch.manager();
        OnnxBlock block = new OnnxBlock(graph, manager);
        Optimiser optimiser = new Optimiser(groups(block), Optimiser.Rule.adamW(), manager);
        FormulaFeed feed = new FormulaFeed(pictures, plan.batch(), plan.steps(), plan::side)) {
      long start = System.nanoTime();
      for (int step = 0; step < plan.steps(); step++) {
        try (NDManager scratch = manager.newSubManager()) {
          learn(block, scratch, feed.next());
        }
        double norm = optimiser.gradientNorm();
        optimiser.update(
            plan.learningRate(step), Math.min(1, LARGEST_GRADIENT / Math.max(1e-12, norm)));
        if ((step + 1) % STEPS_PER_REPORT == 0 || step + 1 == plan.steps()) {
          listener.progress(report(step + 1, (System.nanoTime() - start) * 1e-9));
        }
      }
      return block.graph().cutTo(List.of(Backbone.EMBEDDING, Backbone.FEATURE_MAP));
    }
  }

  /** Weights by He, BatchNormalization that leaves values as they are. */
  static Parameters initial(long seed) {
    RandomParameters random = new RandomParameters(seed);
    return (name, shape) -> {
      int count = shape.stream().reduce(1, Math::multiplyExact);
      if (shape.size() > 1) {
        return random.he(name, count, count / shape.get(0));
      }
      float[] constant = new float[count];
      boolean one = name.endsWith(".bn.weight") || name.endsWith(".running_var");
      Arrays.fill(constant, one ? 1 : 0);
      return constant;
    };
  }

  private static List<Optimiser.Group> groups(OnnxBlock block) {
    List<Optimiser.Group> groups = new ArrayList<>();
    for (String name : block.trainable()) {
      NDArray parameter = block.parameter(name);
      double decay = parameter.getShape().dimension() > 1 ? WEIGHT_DECAY : 0;
      groups.add(new Optimiser.Group(name, parameter, 1, decay));
    }
    return groups;
  }

  /** Leaves the gradients of a batch's loss with the parameters. */
  private void learn(OnnxBlock block, NDManager scratch, FormulaFeed.Batch batch) {
    int count = batch.answers.length;
    int side = batch.side;
    NDArray pixels = scratch.create(batch.pixels, new Shape(count, side, side, 3));
    NDArray targets = scratch.create(targets(batch), new Shape(count, answers));
    NDArray sketches = scratch.create(batch.sketches, new Shape(count, Sketch.LENGTH));
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      // A transposed view of pixels side by side: convolutions run faster in this layout.
      NDArray said =
          Objects.requireNonNull(
              block
                  .forward(pixels.transpose(0, 3, 1, 2), OnnxBlock.Mode.BATCH, ASKED)
                  .get(NanoNetwork.ANSWERS));
      NDArray likelihood = scratch.zeros(new Shape());
      int from = 0;
      for (int options : FormulaPictures.ANSWERS) {
        NDIndex question = new NDIndex(":, " + from + ":" + (from + options));
        NDArray logLikelihood = said.get(question).logSoftmax(-1);
        likelihood = likelihood.add(logLikelihood.mul(targets.get(question)).sum());
        from += options;
      }
      NDArray crossEntropy = likelihood.mul(-1f / count);
      NDArray missed = said.get(new NDIndex(":, " + answers + ":")).sub(sketches).square().mean();
      collector.backward(crossEntropy.add(missed.mul(SKETCH_WEIGHT)));
      loss += crossEntropy.getFloat() * count;
      sketchLoss += missed.getFloat() * count;
      mark(said.toFloatArray(), batch);
    }
  }

  private float[] targets(FormulaFeed.Batch batch) {
    float[] targets = new float[batch.answers.length * answers];
    int from = 0;
    for (int[] picture : batch.answers) {
      for (int question = 0; question < picture.length; question++) {
        int options = FormulaPictures.ANSWERS.get(question);
        Arrays.fill(targets, from, from + options, (float) (SMOOTHING / options));
        targets[from + picture[question]] += (float) (1 - SMOOTHING);
        from += options;
      }
    }
    return targets;
  }

  private void mark(float[] said, FormulaFeed.Batch batch) {
    seen += batch.answers.length;
    int row = said.length / batch.answers.length;
    for (int i = 0; i < batch.answers.length; i++) {
      int from = i * row;
      for (int question = 0; question < right.length; question++) {
        int options = FormulaPictures.ANSWERS.get(question);
        int best = from;
        for (int option = from + 1; option < from + options; option++) {
          best = said[option] > said[best] ? option : best;
        }
        right[question] += best - from == batch.answers[i][question] ? 1 : 0;
        from += options;
      }
    }
  }

  private Progress report(int step, double seconds) {
    int total = seen;
    Progress progress =
        new Progress(
            step,
            plan.steps(),
            loss / total / right.length,
            sketchLoss / total,
            IntStream.of(right).mapToObj(count -> (double) count / total).toList(),
            step * (double) plan.batch() / seconds);
    loss = 0;
    sketchLoss = 0;
    seen = 0;
    Arrays.fill(right, 0);
    return progress;
  }
}
