package dev.amulet.training.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.amulet.format.v1.LinearModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * From embeddings to margins: the sum of one linear function per image column, so that a score
 * splits by picture, and a bias. A missing picture adds nothing.
 */
final class TuningHead implements AutoCloseable {
  private final int columns;
  private final int outputs;
  private final int width;
  private final NDManager manager;
  private final List<NDArray> weights = new ArrayList<>();
  private final List<NDArray> centres = new ArrayList<>();
  private final NDArray bias;

  /** All zero: every row gets the margin 0. */
  TuningHead(int columns, int outputs, int width, NDManager parent) {
    this.columns = columns;
    this.outputs = outputs;
    this.width = width;
    manager = parent.newSubManager();
    for (int c = 0; c < columns; c++) {
      NDArray weight = manager.zeros(new Shape(width, outputs));
      weight.setRequiresGradient(true);
      weights.add(weight);
      centres.add(manager.zeros(new Shape(1, width)));
    }
    bias = manager.zeros(new Shape(1, outputs));
    bias.setRequiresGradient(true);
  }

  /** Takes over a linear model on the embeddings, columns side by side. */
  void start(LinearModel model) {
    if (model.getInputs() != columns * width || model.getOutputs() != outputs) {
      throw new IllegalArgumentException(
          String.format(
              "a linear model of %d inputs and %d outputs, expected %d and %d",
              model.getInputs(), model.getOutputs(), columns * width, outputs));
    }
    float[] biases = new float[outputs];
    for (int k = 0; k < outputs; k++) {
      biases[k] = (float) model.getBias(k);
    }
    bias.set(biases);
    for (int c = 0; c < columns; c++) {
      float[] weight = new float[width * outputs];
      float[] centre = new float[width];
      for (int d = 0; d < width; d++) {
        int slot = c * width + d;
        centre[d] = model.getCentre(slot);
        for (int k = 0; k < outputs; k++) {
          weight[d * outputs + k] = model.getWeights(k * columns * width + slot);
        }
      }
      weights.get(c).set(weight);
      centres.get(c).set(centre);
    }
  }

  /** As a linear model over the embeddings, columns side by side. */
  LinearModel model() {
    LinearModel.Builder model =
        LinearModel.newBuilder().setInputs(columns * width).setOutputs(outputs);
    float[][] values = new float[columns][];
    for (int c = 0; c < columns; c++) {
      values[c] = weights.get(c).toFloatArray();
      for (float centre : centres.get(c).toFloatArray()) {
        model.addFill(centre).addCentre(centre);
      }
    }
    for (int k = 0; k < outputs; k++) {
      for (int c = 0; c < columns; c++) {
        for (int d = 0; d < width; d++) {
          model.addWeights(values[c][d * outputs + k]);
        }
      }
    }
    for (float value : bias.toFloatArray()) {
      model.addBias(value);
    }
    return model.build();
  }

  /**
   * Margins {@code [rows,outputs]} of a batch.
   *
   * @param embedding {@code [pictures,width]}, of the step's manager
   * @param dropout share of embedding values left out, 0 for none
   */
  NDArray margins(
      NDArray embedding, PictureFeed.Batch batch, double dropout, SplittableRandom random) {
    NDManager step = embedding.getManager();
    int rows = batch.rows().length;
    NDArray margins = step.zeros(new Shape(rows, outputs)).add(bias);
    for (int c = 0; c < columns; c++) {
      NDArray centred = embedding.sub(centres.get(c));
      if (dropout > 0) {
        centred = centred.mul(mask(step, batch.count(), dropout, random));
      }
      NDArray partial = centred.matMul(weights.get(c));
      boolean plain = columns == 1 && batch.count() == rows;
      margins = margins.add(plain ? partial : selection(step, batch, c).matMul(partial));
    }
    return margins;
  }

  /** Which picture belongs to which row, for one column: {@code [rows,pictures]} of 0 and 1. */
  private static NDArray selection(NDManager step, PictureFeed.Batch batch, int column) {
    float[] values = new float[batch.rows().length * batch.count()];
    for (int i = 0; i < batch.count(); i++) {
      if (batch.column()[i] == column) {
        values[batch.row()[i] * batch.count() + i] = 1;
      }
    }
    return step.create(values, new Shape(batch.rows().length, batch.count()));
  }

  private NDArray mask(NDManager step, int count, double dropout, SplittableRandom random) {
    float[] values = new float[count * width];
    float kept = (float) (1 / (1 - dropout));
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < dropout ? 0 : kept;
    }
    return step.create(values, new Shape(count, width));
  }

  /** The margins of a row without pictures. */
  NDArray bias() {
    return bias;
  }

  /** The arrays that learn, by name. */
  Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (int c = 0; c < columns; c++) {
      parameters.put("head." + c + ".weight", weights.get(c));
    }
    parameters.put("head.bias", bias);
    return parameters;
  }

  @Override
  public void close() {
    manager.close();
  }
}
