package dev.amulet.training;

import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.Projection;
import dev.amulet.format.v1.Schema;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.FeaturePlan;
import dev.amulet.training.feature.FeaturePlan.Embedding;
import dev.amulet.training.feature.FittedFeatures;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.feature.NamedBackbone;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.feature.PipelineBuilder.ScorePart;
import dev.amulet.training.feature.PrincipalComponents;
import dev.amulet.training.linear.LinearTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits what lies between embeddings and learners, on the rows it is given and no others: principal
 * components of each embedding, and a linear image score of all of them.
 */
final class FeatureFitter {
  private final List<NamedBackbone> backbones;
  private final LinearTrainer scoreTrainer;
  private final int outputDimension;
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
      List<NamedBackbone> backbones,
      LinearTrainer scoreTrainer,
      int outputDimension,
      long seed,
      int threads,
      FeatureMatrix base,
      double[] labels,
      double[] weights) {
    this.backbones = backbones;
    this.scoreTrainer = scoreTrainer;
    this.outputDimension = outputDimension;
    this.seed = seed;
    this.threads = threads;
    this.base = base;
    this.labels = labels;
    this.weights = weights;
  }

  /**
   * Fits what a feature set needs.
   *
   * @param schema whose input columns become features
   * @param training rows to fit on
   * @param parts inner part of each training row, for scores that did not see it; parts are
   *     numbered from 0
   */
  FittedFeatures fit(Schema schema, int[] training, int[] parts, FeatureSet set) {
    PipelineBuilder pipeline = new PipelineBuilder(schema);
    FeaturePlan plan = FeaturePlan.layOut(pipeline, schema, backbones);
    int[] tableSlots = plan.tableSlots().stream().mapToInt(i -> i).toArray();
    int[] innerParts = new int[base.rows()];
    Arrays.fill(innerParts, -1);
    for (int i = 0; i < training.length; i++) {
      innerParts[training[i]] = parts[i];
    }
    if (plan.embeddings().isEmpty()) {
      return new FittedFeatures(
          pipeline,
          pipeline,
          tableSlots,
          new int[0],
          new int[0],
          new int[0],
          List.of(),
          new int[0],
          null,
          innerParts);
    }
    List<Integer> imageSlots = new ArrayList<>(plan.imageFlags());
    int[] componentSlots =
        set == FeatureSet.IMAGE_SCORE ? new int[0] : addProjections(pipeline, plan, training);
    Arrays.stream(componentSlots).forEach(imageSlots::add);
    if (set == FeatureSet.EMBEDDING) {
      int[] images = imageSlots.stream().mapToInt(i -> i).toArray();
      return new FittedFeatures(
          pipeline,
          pipeline,
          tableSlots,
          images,
          componentSlots,
          new int[0],
          List.of(),
          embeddingSlots(plan),
          null,
          innerParts);
    }
    LabelledRows rows = labelled(plan, training);
    LinearTrainer.Result score = scoreTrainer.train(rows, parts);
    List<ScorePart> scoreParts =
        plan.embeddings().stream().map(e -> new ScorePart(e.column(), e.slots())).toList();
    int[] scoreSlots =
        useful(
            pipeline.addImageScore("image_score", scoreParts, score.model().toImageScore()),
            scoreParts.size());
    PipelineBuilder draft = pipeline.copy();
    List<int[]> honest = new ArrayList<>();
    int partCount = IntStream.of(parts).max().orElse(-1) + 1;
    for (int part = 0; part < partCount; part++) {
      ImageScore without = scoreWithout(rows, parts, part, score.crossFit().strength());
      SlotRange slots = draft.addImageScore("image_score.without_" + part, scoreParts, without);
      honest.add(useful(slots, scoreParts.size()));
    }
    for (int slot : scoreSlots) {
      imageSlots.add(slot);
    }
    return new FittedFeatures(
        pipeline,
        draft,
        tableSlots,
        imageSlots.stream().mapToInt(i -> i).toArray(),
        componentSlots,
        scoreSlots,
        honest,
        embeddingSlots(plan),
        score.model(),
        innerParts);
  }

  private int[] addProjections(PipelineBuilder pipeline, FeaturePlan plan, int[] training) {
    List<Integer> added = new ArrayList<>();
    for (int i = 0; i < plan.embeddings().size(); i++) {
      Embedding embedding = plan.embeddings().get(i);
      // With nearly as many components as rows the projection fits noise.
      int components =
          Math.min(outputDimension, Math.min(training.length / 4, embedding.slots().getCount()));
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
      for (int slot : PipelineBuilder.slots(slots)) {
        added.add(slot);
      }
    }
    return added.stream().mapToInt(i -> i).toArray();
  }

  private ImageScore scoreWithout(LabelledRows rows, int[] parts, int part, double strength) {
    int[] others = IntStream.range(0, parts.length).filter(i -> parts[i] != part).toArray();
    return scoreTrainer.fit(rows.selectRows(others), strength).toImageScore();
  }

  private LabelledRows labelled(FeaturePlan plan, int[] training) {
    int[] slots = embeddingSlots(plan);
    double[] y = IntStream.of(training).mapToDouble(row -> labels[row]).toArray();
    double[] w = IntStream.of(training).mapToDouble(row -> weights[row]).toArray();
    return new LabelledRows(base.select(training, slots), y, w);
  }

  private static int[] embeddingSlots(FeaturePlan plan) {
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
