package dev.amulet.training.insight;

import dev.amulet.training.insight.InsightData.Embeddings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows whose pictures a network finds alike: nearest by the cosine between embeddings, their common
 * mean taken off, as all pictures of one data set point much the same way.
 */
final class Neighbours {
  /** So many rows are compared with at most. */
  static final int MOST_ROWS = 20_000;

  private final Embeddings embeddings;
  private final int[] rows;
  private final double[] mean;
  private final double[] lengths;

  Neighbours(Embeddings embeddings, long seed) {
    this.embeddings = embeddings;
    int all = embeddings.features().rows();
    rows = IntStream.of(Sample.rows(all, MOST_ROWS, seed)).filter(embeddings::isComplete).toArray();
    mean = new double[embeddings.slots().length];
    for (int row : rows) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += embeddings.value(row, j) / rows.length;
      }
    }
    lengths = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      lengths[i] = Math.sqrt(product(rows[i], rows[i]));
    }
  }

  /** Another row and the cosine to it, 1 for the same picture. */
  record Near(int row, double cosine) {}

  /** The nearest other rows, nearest first; empty for a row without a picture. */
  List<Near> of(int row, int most) {
    List<Near> near = new ArrayList<>();
    if (!embeddings.isComplete(row)) {
      return near;
    }
    double length = Math.sqrt(product(row, row));
    for (int i = 0; i < rows.length; i++) {
      double lengthsTogether = length * lengths[i];
      if (rows[i] != row && lengthsTogether > 0) {
        near.add(new Near(rows[i], product(row, rows[i]) / lengthsTogether));
      }
    }
    near.sort(Comparator.comparingDouble(Near::cosine).reversed());
    return List.copyOf(near.subList(0, Math.min(most, near.size())));
  }

  private double product(int a, int b) {
    double sum = 0;
    for (int j = 0; j < mean.length; j++) {
      sum += (embeddings.value(a, j) - mean[j]) * (embeddings.value(b, j) - mean[j]);
    }
    return sum;
  }
}
