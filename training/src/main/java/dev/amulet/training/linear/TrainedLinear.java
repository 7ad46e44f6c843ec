package dev.amulet.training.linear;

import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.LinearModel;

/**
 * A linear model over raw slots: {@code margin[k] = bias[k] + sum of weights[k][i] * (fill(x[i]) -
 * centre[i])}. Immutable.
 */
public final class TrainedLinear {
  private final float[] centre;
  private final float[][] weights;
  private final double[] bias;
  private final double strength;

  TrainedLinear(float[] centre, float[][] weights, double[] bias, double strength) {
    this.centre = centre;
    this.weights = weights;
    this.bias = bias;
    this.strength = strength;
  }

  /**
   * Of a linear stage's table; its bounds are left out.
   *
   * @throws IllegalArgumentException when a missing value counts as something else than the centre
   */
  public static TrainedLinear of(LinearModel model) {
    int inputs = model.getInputs();
    if (!model.getFillList().equals(model.getCentreList())) {
      throw new IllegalArgumentException("a missing value must count as the centre");
    }
    float[] centre = new float[inputs];
    float[][] weights = new float[model.getOutputs()][inputs];
    double[] bias = new double[model.getOutputs()];
    for (int i = 0; i < inputs; i++) {
      centre[i] = model.getCentre(i);
      for (int k = 0; k < bias.length; k++) {
        weights[k][i] = model.getWeights(k * inputs + i);
      }
    }
    for (int k = 0; k < bias.length; k++) {
      bias[k] = model.getBias(k);
    }
    return new TrainedLinear(centre, weights, bias, 1);
  }

  /** Number of slots it reads. */
  public int inputs() {
    return centre.length;
  }

  /** Number of margins it gives. */
  public int outputs() {
    return bias.length;
  }

  /** The penalty per row that it was fitted with; 1 where there was none. */
  public double strength() {
    return strength;
  }

  /** As a linear stage's table, without bounds. */
  public LinearModel toLinearModel() {
    LinearModel.Builder model = LinearModel.newBuilder().setInputs(inputs()).setOutputs(outputs());
    for (float value : centre) {
      model.addFill(value).addCentre(value);
    }
    for (float[] row : weights) {
      for (float weight : row) {
        model.addWeights(weight);
      }
    }
    for (double value : bias) {
      model.addBias(value);
    }
    return model.build();
  }

  /** As an image score stage's table. */
  public ImageScore toImageScore() {
    LinearModel model = toLinearModel();
    return ImageScore.newBuilder()
        .setInputs(model.getInputs())
        .setOutputs(model.getOutputs())
        .addAllFill(model.getFillList())
        .addAllCentre(model.getCentreList())
        .addAllWeights(model.getWeightsList())
        .addAllBias(model.getBiasList())
        .build();
  }

  /** Overwrites {@code margins [K]} with those of the slots at {@code slots[offset]} onwards. */
  public void margins(float[] slots, int offset, double[] margins) {
    for (int k = 0; k < bias.length; k++) {
      double sum = bias[k];
      for (int i = 0; i < centre.length; i++) {
        float value = slots[offset + i];
        sum += weights[k][i] * (double) ((Float.isNaN(value) ? centre[i] : value) - centre[i]);
      }
      margins[k] = sum;
    }
  }
}
