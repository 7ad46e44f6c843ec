package dev.amulet.runtime;

import dev.amulet.runtime.internal.explain.ColumnRollUp;
import java.util.List;
import java.util.Objects;

/**
 * How much each feature moved a row's margins: exact Shapley values in margin space, in double.
 *
 * <p>For every output {@code bias + sum of values = margin}. Trees give path-dependent TreeSHAP
 * (Lundberg, Erion and Lee, "Consistent Individualized Feature Attribution for Tree Ensembles",
 * 2018, algorithm 2); a linear model gives {@code weight * (value - centre)} per slot; a blend or a
 * bag the weighted sum of its parts. The bias is the margin expected of a training row. Where a
 * linear margin left the range seen in training and was clamped ({@link Prediction#clamped()}), the
 * bias also holds what clamping took away, and always what the float32 sum that trees are scored
 * with rounds away, so that the sum is the margin of {@link Prediction#margins()}.
 *
 * <p>In the space {@link FeatureSpace#ORIGINAL} a column's value is the sum over the slots made of
 * it. A slot made of several columns (the sum of image scores, or a projection across columns) is
 * split among them in proportion to the absolute size of their linear parts, so that the parts keep
 * the sign of the slot and never exceed it.
 *
 * <p>Immutable.
 */
public final class Contributions {
  private final FeatureSpace space;
  private final List<String> names;
  private final double[] bias;

  /** {@code [outputs, features]} row-major. */
  private final double[] values;

  Contributions(FeatureSpace space, List<String> names, double[] bias, double[] values) {
    this.space = space;
    this.names = names;
    this.bias = bias;
    this.values = values;
  }

  /** The same by source column. */
  Contributions in(List<String> columns, ColumnRollUp rollUp, float[] slots) {
    return new Contributions(FeatureSpace.ORIGINAL, columns, bias, rollUp.rollUp(slots, values));
  }

  public FeatureSpace space() {
    return space;
  }

  /** Names of the features, in the order of their indexes. */
  public List<String> names() {
    return names;
  }

  /**
   * Number of margins explained: one for regression and binary (that of the second class), else one
   * per class in {@link Schema#classes()} order.
   */
  public int outputs() {
    return bias.length;
  }

  /** What an output starts from before any feature is known. */
  public double bias(int output) {
    return bias[output];
  }

  /** What one feature adds to an output; negative where it takes away. */
  public double value(int output, int feature) {
    Objects.checkIndex(output, bias.length);
    Objects.checkIndex(feature, names.size());
    return values[output * names.size() + feature];
  }

  /** A copy: what every feature adds to an output. */
  public double[] values(int output) {
    Objects.checkIndex(output, bias.length);
    double[] copy = new double[names.size()];
    System.arraycopy(values, output * names.size(), copy, 0, copy.length);
    return copy;
  }

  /** Bias and values of an output together: its margin. */
  public double sum(int output) {
    double sum = bias[output];
    for (int i = output * names.size(); i < (output + 1) * names.size(); i++) {
      sum += values[i];
    }
    return sum;
  }

  @Override
  public String toString() {
    return "Contributions[" + space + ", " + names.size() + " features, " + outputs() + " outputs]";
  }
}
