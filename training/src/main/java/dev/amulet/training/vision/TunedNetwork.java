package dev.amulet.training.vision;

import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.WeightLineage;
import java.util.List;

/**
 * A fine-tuned network.
 *
 * @param backbone the network with its tuned weights, as any other backbone: what serves is {@link
 *     Backbone#serving()}
 * @param head from its embeddings (columns side by side) to margins; for regression in the units of
 *     the labels it was tuned on
 * @param learningRate the peak that was chosen
 * @param epochs one line per pass, of the run that was kept
 * @param plannedEpochs how many the learning rate was laid out for
 * @param bestEpoch which of them the weights are from, from 1; 0 when none was better than the
 *     start
 * @param startLoss loss of the held-out rows before the first step; NaN without held-out rows
 * @param heldRows rows that were held out
 * @param notes lines for the user
 */
public record TunedNetwork(
    Backbone backbone,
    LinearModel head,
    double learningRate,
    List<Epoch> epochs,
    int plannedEpochs,
    int bestEpoch,
    double startLoss,
    int heldRows,
    List<String> notes) {

  /**
   * One pass over the rows.
   *
   * @param number from 1
   * @param trainLoss mean over its steps, smoothing included
   * @param heldLoss of the held-out rows after it, without smoothing; NaN without
   * @param seconds it took, evaluation included
   * @param picturesPerSecond while training
   * @param waitingShare of the training time spent waiting for pictures
   */
  public record Epoch(
      int number,
      double trainLoss,
      double heldLoss,
      double seconds,
      double picturesPerSecond,
      double waitingShare) {}

  public TunedNetwork {
    epochs = List.copyOf(epochs);
    notes = List.copyOf(notes);
  }

  /** Loss of the held-out rows with the weights that were kept; NaN without held-out rows. */
  public double bestLoss() {
    return bestEpoch == 0 ? startLoss : epochs.get(bestEpoch - 1).heldLoss();
  }

  /** Provenance of the weights, for the manifest: where they started, and how far they went. */
  public WeightLineage lineage(String networkId) {
    return backbone.lineage(networkId).toBuilder().setFineTunedEpochs(bestEpoch).build();
  }
}
