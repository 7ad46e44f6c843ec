package dev.amulet.training;

import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.FeaturePlan.Embedding;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.feature.PipelineBuilder.ScorePart;
import dev.amulet.training.feature.PrincipalComponents;
import dev.amulet.training.feature.TableFitter;
import dev.amulet.training.linear.LinearTrainer;
import dev.amulet.training.linear.TrainedLinear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits what lies between cells or embeddings and learners, on the rows it is given and no others:
 * texts and levels of the table, principal components of each embedding, and a linear image score
 * of all of them.
 */
final class FeatureFitter {
  /** Stage of what a fine-tuned network says. */
  static final String TUNED_SCORE = "tuned_score";

  private final TableFitter table;
  private final List<NamedBackbone> backbones;
  private final LinearTrainer scoreTrainer;
  private final long seed;
  private final int threads;

  /** Slots that need no fitting, for every row of the data. */
  private final FeatureMatrix base;

  private final double[] labels;
  private final double[] weights;

  /**
   * @param labels one per row of {@code base}
   * @param weights one per row of {@code base}
   */
  FeatureFitter(
      TableFitter table,
      List<NamedBackbone> backbones,
      LinearTrainer scoreTrainer,
      long seed,
      int threads,
      FeatureMatrix base,
      double[] labels,
      double[] weights) {
    this.table = table;
    this.backbones = backbones;
    this.scoreTrainer = scoreTrainer;
    this.seed = seed;
    this.threads = threads;
    this.base = base;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * What is made of embeddings besides themselves.
   *
   * @param components most principal components of each, which trees read in their place; or 0
   * @param score the image score
   */
  record Derived(int components, boolean score) {
    /** What the learners of a model read. */
    static Derived of(
        @Nullable FeatureSet linear, @Nullable FeatureSet trees, int treesComponents) {
      return new Derived(
          trees != null && trees.hasComponents() ? treesComponents : 0,
          linear == FeatureSet.IMAGE_SCORE
              || trees == FeatureSet.IMAGE_SCORE
              || trees == FeatureSet.BOTH);
    }
  }

  /**
   * Fits the features of some rows.
   *
   * @param schema whose input columns become features
   * @param training rows to fit on
   * @param parts inner part of each training row, for scores that did not see it; parts are
   *     numbered from 0
   */
  FittedFeatures fit(Schema schema, int[] training, int[] parts, Derived derived) {
    return fit(schema, training, parts, derived, backbones, null);
  }

  /**
   * Fits the features of some rows with networks that were tuned on them: their embeddings, and
   * what a head makes of those as the image score. Both have seen the target of these rows.
   */
  FittedFeatures fitTuned(
      Schema schema,
      int[] training,
      int[] parts,
      List<NamedBackbone> networks,
      TrainedLinear head) {
    return fit(schema, training, parts, new Derived(0, false), networks, head);
  }

  private FittedFeatures fit(
      Schema schema,
      int[] training,
      int[] parts,
      Derived derived,
      List<NamedBackbone> networks,
      @Nullable TrainedLinear head) {
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    FeaturePlan plan = FeaturePlan.layOut(pipeline, schema, networks);
    int[] planned = plan.tableSlots().stream().mapToInt(i -> i).toArray();
    int[] untargeted = table.addUntargeted(pipeline, training);
    int[] means = table.addTargetMeans(pipeline, "", training);
    int[] logs = table.addLogs(pipeline);
    int[] tableSlots = concat(concat(planned, logs), concat(untargeted, means));
    boolean images = !plan.embeddings().isEmpty();
    Components components =
        images && derived.components() > 0
            ? addProjections(pipeline, plan, training, derived.components())
            : new Components(new int[0], new int[0]);
    ImageScores scores =
        images && derived.score() ? ImageScores.of(this, plan, training, parts) : null;
    int[] crossFitted = scores == null ? new int[0] : scores.add(pipeline);
    int[] targetSlots = concat(means, crossFitted);
    int[] scoreSlots = head == null ? crossFitted : addScore(pipeline, plan, TUNED_SCORE, head);
    PipelineBuilder draft = pipeline;
    List<int[]> honest = new ArrayList<>();
    if (targetSlots.length > 0) {
      draft = pipeline.copy();
      int partCount = IntStream.of(parts).max().orElse(-1) + 1;
      for (int part = 0; part < partCount; part++) {
        int left = part;
        int[] others =
            IntStream.range(0, parts.length)
                .filter(i -> parts[i] != left)
                .map(i -> training[i])
                .toArray();
        int[] honestMeans = table.addTargetMeans(draft, ".without_" + part, others);
        honest.add(
            scores == null ? honestMeans : concat(honestMeans, scores.addWithout(draft, part)));
      }
    }
    int[] flags = plan.imageFlags().stream().mapToInt(i -> i).toArray();
    return new FittedFeatures(
        pipeline,
        draft,
        tableSlots,
        logs,
        concat(flags, concat(components.slots(), scoreSlots)),
        components.slots(),
        components.ranks(),
        scoreSlots,
        targetSlots,
        honest,
        embeddingSlots(plan),
        scores == null ? head : scores.result().model(),
        innerParts(training, parts));
  }

  private int[] innerParts(int[] training, int[] parts) {
    int[] innerParts = new int[base.rows()];
    Arrays.fill(innerParts, -1);
    for (int i = 0; i < training.length; i++) {
      innerParts[training[i]] = parts[i];
    }
    return innerParts;
  }

  /** The image score of all training rows, and of those without each inner part. */
  private record ImageScores(List<ScorePart> columns, LinearTrainer.Result result) {
    static ImageScores of(FeatureFitter fitter, FeaturePlan plan, int[] training, int[] parts) {
      return new ImageScores(
          scoreParts(plan), fitter.scoreTrainer.train(fitter.labelled(plan, training), parts));
    }

    int[] add(PipelineBuilder pipeline) {
      return addScore(pipeline, columns, "image_score", result.model());
    }

    int[] addWithout(PipelineBuilder draft, int part) {
      // A part that no row is in has no rows to be kept from seeing themselves either.
      TrainedLinear score = result.withoutFold().getOrDefault(part, result.model());
      return addScore(draft, columns, "image_score.without_" + part, score);
    }
  }

  private static List<ScorePart> scoreParts(FeaturePlan plan) {
    return plan.embeddings().stream().map(e -> new ScorePart(e.column(), e.slots())).toList();
  }

  /** Adds the score of a model of all embeddings and gives the slots of it that learners see. */
  static int[] addScore(
      PipelineBuilder pipeline, FeaturePlan plan, String id, TrainedLinear model) {
    return addScore(pipeline, scoreParts(plan), id, model);
  }

  private static int[] addScore(
      PipelineBuilder pipeline, List<ScorePart> parts, String id, TrainedLinear model) {
    // Fewer columns than parts where several networks look at one.
    int columns = (int) parts.stream().map(ScorePart::column).distinct().count();
    return useful(pipeline.addImageScore(id, parts, model.toImageScore()), columns);
  }

  private static int[] concat(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  /** Slots of principal components, and the place of each among those of its embedding. */
  @SuppressWarnings("ArrayRecordComponent") // Slot indexes, shared and never written.
  private record Components(int[] slots, int[] ranks) {}

  private Components addProjections(
      PipelineBuilder pipeline, FeaturePlan plan, int[] training, int most) {
    int[] added = new int[0];
    int[] ranks = new int[0];
    for (int i = 0; i < plan.embeddings().size(); i++) {
      Embedding embedding = plan.embeddings().get(i);
      // With nearly as many components as rows the projection fits noise.
      int components = Math.min(most, Math.min(training.length / 4, embedding.slots().getCount()));
      if (components < 1) {
        continue;
      }
      FeatureMatrix part = base.select(training, PipelineBuilder.slots(embedding.slots()));
      Projection projection = PrincipalComponents.fit(part, components, seed, threads);
      SlotRange slots =
          pipeline.addProjection(
              "pca." + i,
              embedding.name() + ".pca",
              embedding.column(),
              embedding.slots(),
              projection);
      added = concat(added, PipelineBuilder.slots(slots));
      ranks = concat(ranks, IntStream.range(0, slots.getCount()).toArray());
    }
    return new Components(added, ranks);
  }

  private LabelledRows labelled(FeaturePlan plan, int[] training) {
    int[] slots = embeddingSlots(plan);
    double[] y = IntStream.of(training).mapToDouble(row -> labels[row]).toArray();
    double[] w = IntStream.of(training).mapToDouble(row -> weights[row]).toArray();
    return new LabelledRows(base.select(training, slots), y, w);
  }

  /** Slots of all embeddings. */
  static int[] embeddingSlots(FeaturePlan plan) {
    return plan.embeddings().stream()
        .flatMapToInt(e -> IntStream.of(PipelineBuilder.slots(e.slots())))
        .toArray();
  }

  /** With one image column the partial score repeats the sum, so learners get the sum only. */
  private static int[] useful(SlotRange slots, int parts) {
    int[] all = PipelineBuilder.slots(slots);
    int outputs = all.length / (parts + 1);
    return parts == 1 ? Arrays.copyOfRange(all, outputs, all.length) : all;
  }
}
