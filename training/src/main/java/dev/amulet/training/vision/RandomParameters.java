package dev.amulet.training.vision;

import java.nio.charset.StandardCharsets;

/**
 * Reproducible parameter values: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom
 * number generators", 2014) started at FNV-1a of the parameter's name, mixed with a seed. Value i
 * is uniform in [-bound, bound), computed in double and rounded once: the same on every machine.
 */
final class RandomParameters {
  private final long seed;

  RandomParameters(long seed) {
    this.seed = seed;
  }

  /** He's initialisation: uniform with variance 2 / fanIn. */
  float[] he(String name, int count, int fanIn) {
    return uniform(name, count, Math.sqrt(6.0 / fanIn));
  }

  private float[] uniform(String name, int count, double bound) {
    long start = fnv1a64(name) ^ splitMix64(seed, 0);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double u = (splitMix64(start, i) >>> 40) * 0x1.0p-24;
      values[i] = (float) (bound * (2 * u - 1));
    }
    return values;
  }

  static long fnv1a64(String text) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return hash;
  }

  /** The i-th output, from 0, of SplitMix64 started at this seed. */
  static long splitMix64(long seed, long i) {
    long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
