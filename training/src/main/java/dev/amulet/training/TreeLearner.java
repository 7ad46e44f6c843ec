package dev.amulet.training;

import dev.amulet.format.v1.TreeEnsemble;
import dev.amulet.training.data.Splitter;
import dev.amulet.training.data.TableProfile;
import dev.amulet.training.feature.FeatureMatrix;
import dev.amulet.training.feature.LabelledRows;
import dev.amulet.training.feature.PipelineBuilder;
import dev.amulet.training.tree.NativeTrees;
import dev.amulet.training.tree.ThresholdMidpoints;
import dev.amulet.training.tree.TrainedTrees;
import dev.amulet.training.tree.TreeOptions;
import dev.amulet.training.tree.TreeSettings;
import dev.amulet.training.tree.TreeTrainer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Boosted trees on given slots: rounds chosen on an inner split, then grown on all rows given. */
final class TreeLearner {
  /** One row in this many is held out to choose the number of rounds. */
  private static final int ROUND_PARTS = 5;

  private final TableProfile profile;
  private final TargetCoding coding;
  private final double[] labels;
  private final double[] weights;
  private final TreeSettings settings;
  private final TreeTrainer trainer;

  TreeLearner(TableProfile profile, TargetCoding coding, double[] labels, ExperimentConfig config) {
    this.profile = profile;
    this.labels = labels;
    weights = config.classWeights().of(coding, labels, profile.weights());
    this.coding = coding;
    TreeOptions options = config.treeOptions();
    settings =
        (options == null ? TreeOptions.usual() : options)
            .builder()
            .threads(config.threads())
            .seed(config.seed())
            .build();
    trainer = new TreeTrainer(settings, coding.task(), coding.classes());
  }

  private TreeLearner(TreeLearner other, TreeSettings settings) {
    profile = other.profile;
    labels = other.labels;
    weights = other.weights;
    coding = other.coding;
    this.settings = settings;
    trainer = new TreeTrainer(settings, coding.task(), coding.classes());
  }

  /** The same for other settings; for null, the same. */
  TreeLearner with(@Nullable TreeOptions options) {
    return options == null
        ? this
        : new TreeLearner(
            this, options.builder().threads(settings.threads()).seed(settings.seed()).build());
  }

  /**
   * Trees that can be scored.
   *
   * @param ensemble thresholds moved off the training values
   * @param rounds boosting rounds
   */
  @SuppressWarnings("ArrayRecordComponent") // Slot numbers, shared and never written.
  record Fitted(TreeEnsemble ensemble, int rounds, int[] slots) implements FittedModel {
    /** By XGBoost itself. */
    @Override
    public double[][] margins(FeatureMatrix features) {
      float[][] margins = new NativeTrees(ensemble, slots).margins(features);
      double[][] doubles = new double[margins.length][];
      for (int row = 0; row < margins.length; row++) {
        doubles[row] = new double[margins[row].length];
        for (int k = 0; k < doubles[row].length; k++) {
          doubles[row][k] = margins[row][k];
        }
      }
      return doubles;
    }

    @Override
    public void addTo(PipelineBuilder pipeline) {
      pipeline.addTrees(LearnerKind.TREES.key(), slots, ensemble);
    }
  }

  /** Chooses the rounds on part of the rows, then trains on all of them. */
  Fitted train(FeatureMatrix features, int[] rows, int[] slots) {
    return train(features, rows, slots, stopped(features, rows, slots).rounds());
  }

  /** The least loss that any number of rounds has on part of the rows, trained on the others. */
  double heldOutLoss(FeatureMatrix features, int[] rows, int[] slots) {
    return stopped(features, rows, slots).validationLoss();
  }

  private TrainedTrees stopped(FeatureMatrix features, int[] rows, int[] slots) {
    int[] parts = Splitter.parts(profile, rows, ROUND_PARTS, settings.seed());
    int[] learn = pick(rows, parts, false);
    int[] hold = pick(rows, parts, true);
    return trainer.train(
        labelled(features, learn, slots), labelled(features, hold, slots), columns(slots));
  }

  /** Trains on all of the rows for a number of rounds known to be good. */
  Fitted train(FeatureMatrix features, int[] rows, int[] slots, int rounds) {
    LabelledRows labelled = labelled(features, rows, slots);
    TrainedTrees trained = trainer.train(labelled, columns(slots), rounds);
    TreeEnsemble moved = ThresholdMidpoints.move(trained.ensemble(), labelled.features());
    return new Fitted(renumbered(moved, slots), trained.rounds(), slots);
  }

  /** Columns are the positions in {@code slots}: other slots of the rows are not copied. */
  private LabelledRows labelled(FeatureMatrix features, int[] rows, int[] slots) {
    return new LabelledRows(
        features.select(rows, slots),
        Arrays.stream(rows).mapToDouble(row -> labels[row]).toArray(),
        Arrays.stream(rows).mapToDouble(row -> weights[row]).toArray());
  }

  private static int[] columns(int[] slots) {
    return IntStream.range(0, slots.length).toArray();
  }

  /** From positions in {@code slots} to the slots. */
  private static TreeEnsemble renumbered(TreeEnsemble ensemble, int[] slots) {
    TreeEnsemble.Builder builder = ensemble.toBuilder();
    for (int node = 0; node < ensemble.getSlotsCount(); node++) {
      int position = ensemble.getSlots(node);
      if (position >= 0) {
        builder.setSlots(node, slots[position]);
      }
    }
    return builder.build();
  }

  private static int[] pick(int[] rows, int[] parts, boolean held) {
    return IntStream.range(0, rows.length)
        .filter(i -> (parts[i] == 0) == held)
        .map(i -> rows[i])
        .toArray();
  }
}
