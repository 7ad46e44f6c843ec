package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.RandomStream;

/**
 * A pattern of one of {@value #CLASSES} classes: sixteen formulas, six sets of parameters each. The
 * class gives formula, fineness and shape; the picture gives phase, a little fineness, and pose.
 */
final class Texture {
  static final int CLASSES = 96;

  static final int FORMULAS = 16;
  static final int STEPS = CLASSES / FORMULAS;

  private static final long CLASS_SEED = 2;
  private static final float TURN = (float) (2 * Math.PI);
  private static final int ITERATIONS = 16;

  private final int formula;
  private final Noise noise;
  private final float fineness;
  private final float shape;
  private final float second;
  private final float phase;

  Texture(int textureClass, RandomStream random) {
    formula = textureClass % FORMULAS;
    RandomStream parameters = RandomStream.of(CLASS_SEED, textureClass);
    int step = textureClass / FORMULAS;
    fineness = (float) (1.2 * Math.pow(1.45, step) * (1 + 0.1 * random.bell()));
    shape = (float) parameters.uniform();
    second = (float) parameters.uniform();
    phase = (float) random.uniform(0, 100);
    noise = new Noise(random);
  }

  /**
   * Height of the pattern, 0 to 1 (a few reach beyond: to be clamped), at a place of its own plane
   * (unit circle = picture).
   */
  float at(float u, float v) {
    float x = u * fineness;
    float y = v * fineness;
    return switch (formula) {
      case 0 -> profile(wave(x + phase));
      case 1 -> profile(wave(x + phase) * wave(y + phase));
      case 2 -> cells(x, y, 0);
      case 3 -> cells(x, y, 1);
      case 4 -> cells(x, y, 2);
      case 5 -> contrast(noise.octaves(x + phase, y, 2 + (int) (3 * shape), 0.4f + 0.3f * second));
      case 6 -> 1 - 2 * Math.abs(noise.octaves(x + phase, y, 3, 0.5f) - 0.5f) * (2 + 2 * shape);
      case 7 -> profile(wave(x + phase + (1 + 2 * shape) * noise.octaves(x, y, 2, 0.5f)));
      case 8 -> profile(wave((float) Math.sqrt(x * x + y * y) + (shape < 0.5f ? 0.25f : phase)));
      case 9 -> petals(u, v);
      case 10 -> dots(x, y);
      case 11 -> julia(u, v);
      case 12 -> 0.5f + 0.25f * (wave(x + phase) + wave(y * (0.5f + shape) + phase));
      case 13 -> contrast(noise.octaves(2.5f * x + phase, 0.35f * y, 3, 0.6f));
      case 14 -> 0.5f + 0.4f * (u * (shape - 0.5f) + v * (second - 0.5f)) * fineness / 3;
      default -> bricks(x, y);
    };
  }

  private static float wave(float turns) {
    return (float) Math.sin(TURN * turns);
  }

  /** From a wave of -1 to 1: between soft and hard edges by the class. */
  private float profile(float wave) {
    float steep = 0.5f + 4 * shape * shape;
    return clamp(0.5f + wave * steep + 0.6f * (second - 0.5f));
  }

  private static float contrast(float value) {
    return clamp(0.5f + 1.8f * (value - 0.5f));
  }

  private float cells(float x, float y, int what) {
    noise.cells(x + phase, y * (0.6f + 0.8f * shape));
    return switch (what) {
      case 0 -> clamp(noise.nearest * 1.1f);
      case 1 -> clamp((noise.second - noise.nearest) * (2 + 4 * second));
      default -> noise.cell;
    };
  }

  private float petals(float u, float v) {
    float radius = (float) Math.sqrt(u * u + v * v);
    float angle = (float) Math.atan2(v, u);
    int count = 3 + (int) (fineness * 2);
    float twist = 3 * (shape - 0.5f) * radius;
    float centre = clamp((0.15f + 0.3f * second - radius) * 12);
    return Math.max(centre, 0.5f + 0.45f * (float) Math.sin(count * (angle + twist)));
  }

  private float dots(float x, float y) {
    float row = Noise.floor(y + phase);
    float offset = shape < 0.5f ? 0 : 0.5f * (row - 2 * Noise.floor(row / 2));
    float dx = x + phase + offset;
    dx -= Noise.floor(dx) + 0.5f;
    float dy = y + phase - row - 0.5f;
    float radius = 0.18f + 0.25f * second;
    return clamp(0.5f + (radius - (float) Math.sqrt(dx * dx + dy * dy)) * 12);
  }

  private float bricks(float x, float y) {
    float row = Noise.floor(y + phase);
    float dx = x * (0.4f + 0.5f * shape) + phase + 0.5f * row;
    dx -= Noise.floor(dx);
    float dy = y + phase - row;
    float gap = 0.06f + 0.1f * second;
    return dx < gap || dy < 1.5f * gap ? 0.05f : 0.6f + 0.4f * noise.at(17 * row, dx < 1 ? row : x);
  }

  /** Escape time of z -> z^2 + c, c near the edge of the Mandelbrot set. */
  private float julia(float u, float v) {
    float angle = TURN * second;
    float cx = 0.5f * (float) Math.cos(angle) - 0.25f * (float) Math.cos(2 * angle);
    float cy = 0.5f * (float) Math.sin(angle) - 0.25f * (float) Math.sin(2 * angle);
    cx *= 1.05f + 0.15f * shape;
    cy *= 1.05f + 0.15f * shape;
    float x = 1.3f * u;
    float y = 1.3f * v;
    for (int i = 0; i < ITERATIONS; i++) {
      float square = x * x - y * y + cx;
      y = 2 * x * y + cy;
      x = square;
      float size = x * x + y * y;
      if (size > 16) {
        return clamp((i + 2 - (float) Math.log(size) / 5.5f) / ITERATIONS * (1 + fineness / 4));
      }
    }
    return 1;
  }

  static float clamp(float value) {
    return value < 0 ? 0 : value > 1 ? 1 : value;
  }
}
