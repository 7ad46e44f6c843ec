package dev.amulet.training;

import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Task;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.linear.LinearTrainer;
import dev.amulet.training.linear.TrainedLinear;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A penalised linear model on given slots, the penalty chosen on inner parts. Margins of a
 * regression are kept near the range of the labels trained on: outside it a straight line means
 * nothing, and through the inverse of a logarithm it means astronomical values.
 */
final class LinearLearner {
  private static final int PENALTY_PARTS = 5;

  /**
   * How much embeddings may count beside table columns. There are so many of their columns that
   * with a weight as cheap as any other they drown a table of a few columns.
   */
  private static final double[] IMAGE_FACTORS = {1, 0.3, 0.1};

  /** How far margins may leave the range of the labels, as a share of its length. */
  private static final double MARGIN_SHARE = 0.1;

  private final TableProfile profile;
  private final TargetCoding coding;
  private final double[] labels;
  private final double[] weights;
  private final LinearTrainer trainer;
  private final long seed;
  private final boolean weighsRowsAsGiven;

  LinearLearner(
      TableProfile profile, TargetCoding coding, double[] labels, ExperimentConfig config) {
    this.profile = profile;
    this.coding = coding;
    this.labels = labels;
    weights = config.classWeights().of(coding, labels, profile.weights());
    seed = config.seed();
    weighsRowsAsGiven =
        config.classWeights() == ClassWeights.NONE || coding.task() == Task.REGRESSION;
    trainer = new LinearTrainer(coding.task(), coding.classes(), config.threads());
  }

  /**
   * A linear model that can be scored.
   *
   * @param slots it reads, ascending
   * @param table the model with its bounds
   * @param imageFactor what embeddings were scaled by, beside table columns
   */
  @SuppressWarnings("ArrayRecordComponent") // Slot numbers, shared and never written.
  record Fitted(int[] slots, TrainedLinear model, LinearModel table, double imageFactor)
      implements FittedModel {
    @Override
    public double[][] margins(FeatureMatrix features) {
      double[][] all = new double[features.rows()][model.outputs()];
      float[] row = new float[slots.length];
      for (int i = 0; i < all.length; i++) {
        for (int j = 0; j < slots.length; j++) {
          row[j] = features.value(i, slots[j]);
        }
        model.margins(row, 0, all[i]);
        for (int k = 0; k < table.getLowerCount(); k++) {
          all[i][k] = Math.max(table.getLower(k), Math.min(table.getUpper(k), all[i][k]));
        }
      }
      return all;
    }

    @Override
    public void addTo(PipelineBuilder pipeline) {
      pipeline.addLinear(LearnerKind.LINEAR.key(), slots, table);
    }
  }

  /** Where margins of a regression may lie. */
  record Range(double lower, double upper) {
    /** About the labels of some rows, those of weight 0 left out. */
    static Range of(double[] labels, double[] weights, int[] rows) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int row : rows) {
        least = weights[row] > 0 ? Math.min(least, labels[row]) : least;
        most = weights[row] > 0 ? Math.max(most, labels[row]) : most;
      }
      double room = MARGIN_SHARE * (most - least);
      return new Range(least - room, most + room);
    }

    double clamp(double margin) {
      return Math.max(lower, Math.min(upper, margin));
    }
  }

  /**
   * Chooses the penalty on inner parts of the rows, and how much embeddings count where there are
   * other columns too, then fits all rows.
   *
   * @param embeddings those of the slots that are embeddings
   */
  Fitted train(FeatureMatrix features, int[] rows, int[] slots, int[] embeddings) {
    int[] parts = Splitter.parts(profile, rows, PENALTY_PARTS, seed);
    LabelledRows labelled = labelled(features, rows, slots);
    boolean mixed = embeddings.length > 0 && embeddings.length < slots.length;
    LinearTrainer.Result best = trainer.train(labelled, parts);
    double bestFactor = 1;
    for (int i = 1; mixed && i < IMAGE_FACTORS.length; i++) {
      LinearTrainer.Result other =
          trainer.train(labelled, parts, factors(slots, embeddings, IMAGE_FACTORS[i]));
      if (other.crossFit().loss() < best.crossFit().loss()) {
        best = other;
        bestFactor = IMAGE_FACTORS[i];
      }
    }
    return fitted(slots, rows, best.model(), bestFactor);
  }

  /** Fits all of the rows with a penalty and a factor known to be good. */
  Fitted train(
      FeatureMatrix features,
      int[] rows,
      int[] slots,
      int[] embeddings,
      double strength,
      double imageFactor) {
    return fitted(
        slots,
        rows,
        trainer.fit(
            labelled(features, rows, slots), strength, factors(slots, embeddings, imageFactor)),
        imageFactor);
  }

  private static double[] factors(int[] slots, int[] embeddings, double factor) {
    Set<Integer> scaled = Arrays.stream(embeddings).boxed().collect(Collectors.toSet());
    return Arrays.stream(slots).mapToDouble(slot -> scaled.contains(slot) ? factor : 1).toArray();
  }

  /** Whether rows count as much as they do for image scores, so that the model is the same. */
  boolean weighsRowsAsGiven() {
    return weighsRowsAsGiven;
  }

  /** A model fitted elsewhere on the same rows, slots and weights. */
  Fitted fitted(int[] slots, int[] rows, TrainedLinear model) {
    return fitted(slots, rows, model, 1);
  }

  private Fitted fitted(int[] slots, int[] rows, TrainedLinear model, double imageFactor) {
    LinearModel.Builder table = model.toLinearModel().toBuilder();
    if (coding.task() == Task.REGRESSION) {
      Range range = Range.of(labels, weights, rows);
      table.addLower(range.lower()).addUpper(range.upper());
    }
    return new Fitted(slots, model, table.build(), imageFactor);
  }

  private LabelledRows labelled(FeatureMatrix features, int[] rows, int[] slots) {
    return new LabelledRows(
        features.select(rows, slots),
        Arrays.stream(rows).mapToDouble(row -> labels[row]).toArray(),
        Arrays.stream(rows).mapToDouble(row -> weights[row]).toArray());
  }
}
