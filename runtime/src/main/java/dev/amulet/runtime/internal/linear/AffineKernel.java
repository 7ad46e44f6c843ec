package dev.amulet.runtime.internal.linear;

import java.util.List;

/**
 * {@code out[k] = bias[k] + sum over i of weights[k][i] * (fill(x[i]) - centre[i])} in double, in
 * slot order; {@code fill(x)} replaces a missing slot, so that NaN never reaches the sum.
 *
 * <p>Immutable and thread-safe.
 */
public final class AffineKernel {
  private final int inputs;
  private final int outputs;
  private final float[] fill;
  private final float[] centre;

  /** {@code [inputs, outputs]}: one input updates all outputs, which the JIT vectorises. */
  private final double[] weights;

  private final double[] bias;

  /**
   * Takes the numbers of a table.
   *
   * @param weights {@code [outputs, inputs]} row-major
   * @param bias {@code [outputs]}, or empty for zero
   */
  public AffineKernel(
      int inputs,
      int outputs,
      List<Float> fill,
      List<Float> centre,
      List<Float> weights,
      List<Double> bias) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.fill = toArray(fill);
    this.centre = toArray(centre);
    this.weights = new double[inputs * outputs];
    for (int k = 0; k < outputs; k++) {
      for (int i = 0; i < inputs; i++) {
        this.weights[i * outputs + k] = weights.get(k * inputs + i);
      }
    }
    this.bias = new double[outputs];
    for (int k = 0; k < bias.size(); k++) {
      this.bias[k] = bias.get(k);
    }
  }

  public int outputs() {
    return outputs;
  }

  public double bias(int output) {
    return bias[output];
  }

  /** Writes the biases: the start of every sum. */
  public void start(double[] out) {
    System.arraycopy(bias, 0, out, 0, outputs);
  }

  /**
   * Adds a stretch of inputs.
   *
   * @param slots slots of the row
   * @param slot first slot of the stretch
   * @param input first input it feeds
   * @param count number of slots
   * @param out {@code [outputs]} sums so far
   */
  public void add(float[] slots, int slot, int input, int count, double[] out) {
    for (int i = 0; i < count; i++) {
      int in = input + i;
      double value = centred(slots[slot + i], in);
      int base = in * outputs;
      for (int k = 0; k < outputs; k++) {
        out[k] += weights[base + k] * value;
      }
    }
  }

  /**
   * Adds what each slot of a stretch contributes to each sum, times a factor.
   *
   * @param slots slots of the row
   * @param slot first slot of the stretch
   * @param input first input it feeds
   * @param count number of slots
   * @param out {@code [outputs, slotCount]} row-major
   */
  public void contributions(
      float[] slots, int slot, int input, int count, double factor, double[] out, int slotCount) {
    for (int i = 0; i < count; i++) {
      double value = factor * centred(slots[slot + i], input + i);
      int base = (input + i) * outputs;
      for (int k = 0; k < outputs; k++) {
        out[k * slotCount + slot + i] += weights[base + k] * value;
      }
    }
  }

  /** What one slot adds to one sum. */
  public double contribution(float x, int input, int output) {
    return weights[input * outputs + output] * centred(x, input);
  }

  private double centred(float x, int input) {
    return (double) (Float.isNaN(x) ? fill[input] : x) - centre[input];
  }

  int inputs() {
    return inputs;
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
