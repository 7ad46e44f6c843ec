package dev.amulet.training.feature;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a learner is trained or judged on: features, one label per row (regression: the target in
 * margin space; binary: 0 or 1; multiclass: the class index), and optionally one positive weight
 * per row. Wraps the arrays it is given.
 */
public final class LabelledRows {
  private final FeatureMatrix features;
  private final double[] labels;
  private final double @Nullable [] weights;

  public LabelledRows(FeatureMatrix features, double[] labels, double @Nullable [] weights) {
    if (labels.length != features.rows()
        || (weights != null && weights.length != features.rows())) {
      throw new IllegalArgumentException(
          "labelled rows: "
              + labels.length
              + " labels"
              + (weights == null ? "" : " and " + weights.length + " weights")
              + " for "
              + features.rows()
              + " rows");
    }
    this.features = features;
    this.labels = labels;
    this.weights = weights;
  }

  public LabelledRows(FeatureMatrix features, double[] labels) {
    this(features, labels, null);
  }

  public FeatureMatrix features() {
    return features;
  }

  public double[] labels() {
    return labels;
  }

  /** Weights as given, or null when every row counts alike. */
  public double @Nullable [] weights() {
    return weights;
  }

  public int rows() {
    return labels.length;
  }

  public double weight(int row) {
    return weights == null ? 1 : weights[row];
  }

  /** A copy holding the given rows, in the order given. */
  public LabelledRows selectRows(int[] selection) {
    double[] given = weights;
    return new LabelledRows(
        features.selectRows(selection),
        Arrays.stream(selection).mapToDouble(row -> labels[row]).toArray(),
        given == null ? null : Arrays.stream(selection).mapToDouble(row -> given[row]).toArray());
  }
}
