package dev.amulet.training.insight;

import java.util.Arrays;
import java.util.Random;

/**
 * A map of points on a plane on which near ones stay near: t-SNE (van der Maaten and Hinton,
 * "Visualizing Data using t-SNE", 2008), exact, for at most about a thousand points. The same
 * points and seed give the same map.
 */
final class Tsne {
  private static final int ROUNDS = 500;
  private static final int EXAGGERATED_ROUNDS = 120;
  private static final double EXAGGERATION = 12;
  private static final double LEAST = 1e-12;

  private final int count;
  private final double[] affinities;

  /**
   * @param distances squared, {@code [count, count]}
   */
  private Tsne(int count, double[] distances, double perplexity) {
    this.count = count;
    affinities = affinities(count, distances, perplexity);
  }

  /**
   * Places the points.
   *
   * @param distances squared distances, {@code [count][count]} row-major
   * @return {@code [count][2]}
   */
  static double[][] map(int count, double[] distances, long seed) {
    if (count < 4) {
      double[][] line = new double[count][2];
      for (int i = 0; i < count; i++) {
        line[i][0] = i;
      }
      return line;
    }
    return new Tsne(count, distances, Math.min(30, (count - 1) / 3.0)).places(seed);
  }

  private double[][] places(long seed) {
    Random random = new Random(seed);
    double[] x = new double[2 * count];
    for (int i = 0; i < x.length; i++) {
      x[i] = 1e-4 * random.nextGaussian();
    }
    double[] speed = new double[x.length];
    double[] gains = new double[x.length];
    Arrays.fill(gains, 1);
    double[] gradient = new double[x.length];
    // As long as is safe: Belkina et al., "Automated optimized parameters for t-SNE", 2019.
    double rate = Math.max(10, count / EXAGGERATION);
    for (int round = 0; round < ROUNDS; round++) {
      gradient(x, round < EXAGGERATED_ROUNDS ? EXAGGERATION : 1, gradient);
      double momentum = round < EXAGGERATED_ROUNDS ? 0.5 : 0.8;
      for (int i = 0; i < x.length; i++) {
        boolean turned = gradient[i] > 0 != speed[i] > 0;
        gains[i] = Math.max(0.01, turned ? gains[i] + 0.2 : gains[i] * 0.8);
        speed[i] = momentum * speed[i] - rate * gains[i] * gradient[i];
        x[i] += speed[i];
      }
    }
    double[][] places = new double[count][2];
    for (int i = 0; i < count; i++) {
      places[i][0] = x[2 * i];
      places[i][1] = x[2 * i + 1];
    }
    return places;
  }

  private void gradient(double[] x, double exaggeration, double[] gradient) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        sum += 2 * closeness(x, i, j);
      }
    }
    Arrays.fill(gradient, 0);
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        double close = closeness(x, i, j);
        double force =
            4 * (exaggeration * affinities[i * count + j] - Math.max(LEAST, close / sum)) * close;
        for (int d = 0; d < 2; d++) {
          double pull = force * (x[2 * i + d] - x[2 * j + d]);
          gradient[2 * i + d] += pull;
          gradient[2 * j + d] -= pull;
        }
      }
    }
  }

  private static double closeness(double[] x, int i, int j) {
    double dx = x[2 * i] - x[2 * j];
    double dy = x[2 * i + 1] - x[2 * j + 1];
    return 1 / (1 + dx * dx + dy * dy);
  }

  /** Symmetric, adding up to 1; each point's own spread gives it so many neighbours. */
  private static double[] affinities(int count, double[] distances, double perplexity) {
    double[] p = new double[count * count];
    double wanted = Math.log(perplexity);
    for (int i = 0; i < count; i++) {
      double low = 0;
      double high = Double.POSITIVE_INFINITY;
      double precision = 1 / Math.max(LEAST, meanOf(count, distances, i));
      for (int step = 0; step < 60; step++) {
        double entropy = row(count, distances, i, precision, p);
        if (Math.abs(entropy - wanted) < 1e-5) {
          break;
        }
        if (entropy > wanted) {
          low = precision;
          precision = Double.isInfinite(high) ? 2 * precision : (precision + high) / 2;
        } else {
          high = precision;
          precision = (precision + low) / 2;
        }
      }
    }
    double[] symmetric = new double[p.length];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        symmetric[i * count + j] =
            Math.max(LEAST, (p[i * count + j] + p[j * count + i]) / (2.0 * count));
      }
    }
    return symmetric;
  }

  private static double meanOf(int count, double[] distances, int i) {
    double sum = 0;
    for (int j = 0; j < count; j++) {
      sum += distances[i * count + j];
    }
    return sum / count;
  }

  /** Fills in one row for a precision; returns its entropy. */
  private static double row(int count, double[] distances, int i, double precision, double[] p) {
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      least = j == i ? least : Math.min(least, distances[i * count + j]);
    }
    double sum = 0;
    double weighted = 0;
    for (int j = 0; j < count; j++) {
      double away = distances[i * count + j] - least;
      double value = j == i ? 0 : Math.exp(-precision * away);
      p[i * count + j] = value;
      sum += value;
      weighted += value * away;
    }
    for (int j = 0; j < count; j++) {
      p[i * count + j] /= sum;
    }
    return Math.log(sum) + precision * weighted / sum;
  }
}
