package dev.amulet.training.vision;

import dev.amulet.format.v1.Task;
import java.io.IOException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a network is tuned on: rows of one or more pictures with what they should say.
 *
 * @param task decides the loss: cross-entropy, binary cross-entropy or squared error
 * @param classes number of classes; 1 for regression
 * @param labels class index per row, or the number as learners see it (transformed)
 * @param weights per row, null for all alike
 * @param groups rows of one group stay on one side when a part is held out; null for none
 * @param imageColumns pictures per row; they share the network
 * @param images where encoded pictures come from
 */
@SuppressWarnings("ArrayRecordComponent") // a view of the caller's arrays, compared by nobody
public record TuningRows(
    Task task,
    int classes,
    double[] labels,
    double @Nullable [] weights,
    int @Nullable [] groups,
    int imageColumns,
    Images images) {

  /** Encoded pictures. Called from several threads at once. */
  @FunctionalInterface
  public interface Images {
    /**
     * The file behind a cell; null where the cell is empty.
     *
     * @throws IOException when it cannot be had; the picture then counts as missing
     */
    byte @Nullable [] read(int row, int column) throws IOException;
  }

  /** Checks that the arrays fit. */
  public TuningRows {
    int rows = labels.length;
    if (rows < 2
        || imageColumns < 1
        || (weights != null && weights.length != rows)
        || (groups != null && groups.length != rows)) {
      throw new IllegalArgumentException("labels, weights and groups of at least two rows");
    }
    if (task == Task.MULTICLASS ? classes < 3 : task == Task.BINARY && classes != 2) {
      throw new IllegalArgumentException(task + " with " + classes + " classes");
    }
  }

  int rows() {
    return labels.length;
  }

  /** Some of the rows, in the order given. */
  @SuppressWarnings("NullAway") // it does not see that array components of a record may be null
  public TuningRows select(int[] selection) {
    return new TuningRows(
        task,
        classes,
        IntStream.of(selection).mapToDouble(row -> labels[row]).toArray(),
        weights == null ? null : IntStream.of(selection).mapToDouble(row -> weights[row]).toArray(),
        groups == null ? null : IntStream.of(selection).map(row -> groups[row]).toArray(),
        imageColumns,
        (row, column) -> images.read(selection[row], column));
  }

  /** Margins of the head: one per class, or one. */
  int outputs() {
    return task == Task.MULTICLASS ? classes : 1;
  }

  double weight(int row) {
    return weights == null ? 1 : weights[row];
  }
}
