package dev.amulet.training.vision.augment;

/**
 * Random numbers that depend on nothing but their seed and keys, so that the numbers of one picture
 * do not depend on how many were drawn for others or on which thread. SplitMix64 (Steele, Lea,
 * Flood, "Fast splittable pseudorandom number generators", 2014). Not for several threads at once.
 */
public final class RandomStream {
  private static final double UNIT = 0x1.0p-53;

  /** Variance of a sum of four uniform 16-bit integers. */
  private static final double FOUR_SHORTS_SD = Math.sqrt((65_536.0 * 65_536.0 - 1) / 3);

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /** A stream of its own for these keys, for example picture and epoch. */
  public static RandomStream of(long seed, long... keys) {
    long state = mixed(seed);
    for (long key : keys) {
      state = mixed(state ^ mixed(key + 0x9E3779B97F4A7C15L));
    }
    return new RandomStream(state);
  }

  public long bits() {
    state += 0x9E3779B97F4A7C15L;
    return mixed(state);
  }

  /** Uniform in [0, 1). */
  public double uniform() {
    return (bits() >>> 11) * UNIT;
  }

  /** Uniform in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in 0 to bound - 1. */
  public int below(int bound) {
    return (int) (((bits() >>> 33) * bound) >>> 31);
  }

  public boolean chance(double probability) {
    return uniform() < probability;
  }

  /**
   * Mean 0, standard deviation 1, nearly normal: the sum of four uniform numbers, never above 3.47.
   */
  public double bell() {
    long b = bits();
    long sum = (b & 0xFFFF) + (b >>> 16 & 0xFFFF) + (b >>> 32 & 0xFFFF) + (b >>> 48);
    return (sum - 131_070) / FOUR_SHORTS_SD;
  }

  /** A number of the Beta(alpha, alpha) distribution, by two Gamma numbers; alpha above 0. */
  public double beta(double alpha) {
    double a = gamma(alpha);
    double b = gamma(alpha);
    return a + b > 0 ? a / (a + b) : 0.5;
  }

  /** Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
  private double gamma(double shape) {
    if (shape < 1) {
      return gamma(shape + 1) * Math.pow(1 - uniform(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v > 0) {
        double cube = v * v * v;
        if (Math.log(1 - uniform()) < 0.5 * x * x + d - d * cube + d * Math.log(cube)) {
          return d * cube;
        }
      }
    }
  }

  private double normal() {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  private static long mixed(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
