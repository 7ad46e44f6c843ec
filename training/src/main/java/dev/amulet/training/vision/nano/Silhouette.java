package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.RandomStream;

/**
 * A figure of one of {@value #CLASSES} classes: outlines of waves (flowers, leaves, blobs), of the
 * superformula (Gielis, "A generic geometric transformation that unifies a wide range of natural
 * and abstract shapes", 2003), bodies with limbs, Julia sets and iterated function systems
 * (Barnsley and Demko, 1985). The class gives the parameters, the picture a little play in them.
 */
final class Silhouette {
  static final int CLASSES = 160;

  private static final int WAVES = 40;
  private static final int SUPERFORMULA = 32;
  private static final int LIMBS = 64;
  private static final int IFS = 12;
  private static final long CLASS_SEED = 1;
  private static final int ANGLES = 256;
  private static final int POINTS = 5000;
  private static final int ITERATIONS = 20;
  private static final float FAR = -9;

  private static final int[] ENDS = {
    WAVES, WAVES + SUPERFORMULA, WAVES + SUPERFORMULA + LIMBS, CLASSES - IFS, CLASSES
  };

  /** Number of kinds of figures. */
  static final int KINDS = ENDS.length;

  private final int silhouetteClass;
  private final RandomStream parameters;
  private final RandomStream random;

  private Silhouette(int silhouetteClass, RandomStream random) {
    this.silhouetteClass = silhouetteClass;
    this.random = random;
    parameters = RandomStream.of(CLASS_SEED, silhouetteClass);
  }

  /**
   * Raises a map of depths, in pixels inside the outline (negative outside), to this figure's where
   * it is deeper.
   *
   * @param map {@code side * side} depths, row by row
   */
  static void draw(int silhouetteClass, Pose pose, RandomStream random, float[] map, int side) {
    Silhouette figure = new Silhouette(silhouetteClass, random);
    switch (kind(silhouetteClass)) {
      case 0 -> figure.polar(figure.waves(), pose, map, side);
      case 1 -> figure.polar(figure.superformula(), pose, map, side);
      case 2 -> figure.limbs(pose, map, side);
      case 3 -> figure.julia(pose, map, side);
      default -> figure.iterated(pose, map, side);
    }
  }

  /** Which of the kinds of figures a class belongs to. */
  static int kind(int silhouetteClass) {
    int kind = 0;
    while (silhouetteClass >= ENDS[kind]) {
      kind++;
    }
    return kind;
  }

  /** Radius at each of 256 angles: a circle with a few waves on it. */
  private float[] waves() {
    float[] radius = new float[ANGLES + 1];
    int petals = 2 + silhouetteClass % 10;
    int row = silhouetteClass / 10;
    double height = 0.1 + 0.15 * row;
    double sharp = parameters.uniform(0.5, 2);
    double lobes = parameters.uniform(0, 0.25);
    double lobePhase = parameters.uniform(0, 2 * Math.PI);
    int fine = petals * (2 + parameters.below(2));
    double fineHeight = parameters.chance(0.5) ? parameters.uniform(0, 0.15) : 0;
    height *= 1 + 0.12 * random.bell();
    for (int i = 0; i <= ANGLES; i++) {
      double angle = i * 2 * Math.PI / ANGLES;
      double wave = Math.pow(0.5 + 0.5 * Math.cos(petals * angle), sharp);
      double r = 1 - height + height * wave * 1.4;
      r += lobes * Math.cos(angle * 2 + lobePhase) + fineHeight * Math.cos(fine * angle);
      radius[i] = (float) Math.max(0.12, r);
    }
    return radius;
  }

  private float[] superformula() {
    float[] radius = new float[ANGLES + 1];
    int m = 3 + silhouetteClass % 6;
    double n1 = parameters.uniform(0.3, 3) * (1 + 0.08 * random.bell());
    double n2 = parameters.uniform(0.5, 8);
    double n3 = parameters.chance(0.5) ? n2 : parameters.uniform(0.5, 8);
    double largest = 0;
    for (int i = 0; i <= ANGLES; i++) {
      double angle = m * (i * 2 * Math.PI / ANGLES) / 4;
      double sum =
          Math.pow(Math.abs(Math.cos(angle)), n2) + Math.pow(Math.abs(Math.sin(angle)), n3);
      radius[i] = (float) Math.min(20, Math.pow(sum, -1 / n1));
      largest = Math.max(largest, radius[i]);
    }
    for (int i = 0; i <= ANGLES; i++) {
      radius[i] = (float) Math.max(0.1, 1.15 * radius[i] / largest);
    }
    return radius;
  }

  private void polar(float[] radius, Pose pose, float[] map, int side) {
    float perAngle = (float) (ANGLES / (2 * Math.PI));
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++, i++) {
        float u = pose.u(x, y);
        float v = pose.v(x, y);
        float r = (float) Math.sqrt(u * u + v * v);
        float depth = FAR;
        if (r < 1.6f) {
          float position = angle(u, v) * perAngle;
          int at = Math.min(ANGLES - 1, (int) position);
          float share = position - at;
          depth = radius[at] * (1 - share) + radius[at + 1] * share - r;
        }
        map[i] = Math.max(map[i], depth * pose.scale());
      }
    }
  }

  /** Angle of a place from 0 to 2 pi, to about 0.005; a tenth of the time of the exact one. */
  private static float angle(float x, float y) {
    float ax = Math.abs(x);
    float ay = Math.abs(y);
    float low = Math.min(ax, ay) / (Math.max(ax, ay) + 1e-12f);
    float s = low * low;
    float a = ((-0.046496473f * s + 0.15931422f) * s - 0.32762277f) * s * low + low;
    a = ay > ax ? 1.5707964f - a : a;
    a = x < 0 ? 3.1415927f - a : a;
    return y < 0 ? 6.2831855f - a : a;
  }

  /** A body and up to seven limbs of one or two bones; fans of limbs look like hands. */
  private void limbs(Pose pose, float[] map, int side) {
    int kind = silhouetteClass - WAVES - SUPERFORMULA;
    int count = 1 + kind % 7;
    boolean fan = kind % 3 != 0;
    float[] bones = new float[5 * (2 * count + 1)];
    float body = (float) parameters.uniform(0.25, 0.5);
    int used = bone(bones, 0, 0, fan ? 0.35f : 0, 0, fan ? 0.7f : 0.15f, body);
    double start = parameters.uniform(0, 2 * Math.PI);
    for (int limb = 0; limb < count; limb++) {
      double spread =
          fan
              ? -Math.PI / 2 + (count == 1 ? 0 : (limb / (count - 1.0) - 0.5) * 2.2)
              : start + limb * 2 * Math.PI / count;
      double angle = spread + parameters.uniform(-0.3, 0.3) + 0.1 * random.bell();
      double length = parameters.uniform(0.45, 1.0) * (1 + 0.08 * random.bell());
      float thick = (float) (parameters.uniform(0.08, 0.17) * (1 + 0.1 * random.bell()));
      double bend = parameters.chance(0.4) ? parameters.uniform(-1.8, 1.8) : 0.1 * random.bell();
      float baseX = (float) (0.8 * body * Math.cos(angle));
      float baseY = (float) (0.8 * body * Math.sin(angle)) + (fan ? 0.2f : 0);
      float jointX = baseX + (float) (0.5 * length * Math.cos(angle));
      float jointY = baseY + (float) (0.5 * length * Math.sin(angle));
      float endX = jointX + (float) (0.5 * length * Math.cos(angle + bend));
      float endY = jointY + (float) (0.5 * length * Math.sin(angle + bend));
      used = bone(bones, used, baseX, baseY, jointX, jointY, thick);
      used = bone(bones, used, jointX, jointY, endX, endY, 0.85f * thick);
    }
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++, i++) {
        float depth = deepest(bones, pose.u(x, y), pose.v(x, y));
        map[i] = Math.max(map[i], depth * pose.scale());
      }
    }
  }

  private static int bone(
      float[] bones, int at, float x, float y, float endX, float endY, float thick) {
    bones[at] = x;
    bones[at + 1] = y;
    bones[at + 2] = endX - x;
    bones[at + 3] = endY - y;
    bones[at + 4] = thick;
    return at + 5;
  }

  private static float deepest(float[] bones, float u, float v) {
    float deepest = FAR;
    for (int b = 0; b < bones.length; b += 5) {
      float dx = u - bones[b];
      float dy = v - bones[b + 1];
      float bx = bones[b + 2];
      float by = bones[b + 3];
      float along = Texture.clamp((dx * bx + dy * by) / (bx * bx + by * by + 1e-6f));
      dx -= along * bx;
      dy -= along * by;
      deepest = Math.max(deepest, bones[b + 4] - (float) Math.sqrt(dx * dx + dy * dy));
    }
    return deepest;
  }

  private void julia(Pose pose, float[] map, int side) {
    double angle = parameters.uniform(0, 2 * Math.PI) + 0.02 * random.bell();
    float grow = (float) parameters.uniform(0.85, 0.98);
    float cx = grow * (float) (0.5 * Math.cos(angle) - 0.25 * Math.cos(2 * angle));
    float cy = grow * (float) (0.5 * Math.sin(angle) - 0.25 * Math.sin(2 * angle));
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++, i++) {
        float a = 1.25f * pose.u(x, y);
        float b = 1.25f * pose.v(x, y);
        int n = 0;
        while (n < ITERATIONS && a * a + b * b < 4) {
          float square = a * a - b * b + cx;
          b = 2 * a * b + cy;
          a = square;
          n++;
        }
        map[i] = Math.max(map[i], (n - 8) * pose.scale() / 48);
      }
    }
  }

  /** The attractor of three or four contractions, as the points of a random walk over them. */
  private void iterated(Pose pose, float[] map, int side) {
    int count = 3 + parameters.below(2);
    float[] maps = new float[6 * count];
    for (int m = 0; m < count; m++) {
      double turn = parameters.uniform(-Math.PI, Math.PI) + 0.05 * random.bell();
      double size = parameters.uniform(0.35, 0.65);
      double place = m * 2 * Math.PI / count + parameters.uniform(-0.5, 0.5);
      maps[6 * m] = (float) (size * Math.cos(turn));
      maps[6 * m + 1] = (float) (-size * Math.sin(turn));
      maps[6 * m + 2] = (float) (size * Math.sin(turn));
      maps[6 * m + 3] = (float) (size * Math.cos(turn));
      maps[6 * m + 4] = (float) (0.55 * Math.cos(place));
      maps[6 * m + 5] = (float) (0.55 * Math.sin(place));
    }
    float u = 0;
    float v = 0;
    for (int point = 0; point < POINTS; point++) {
      int m = 6 * random.below(count);
      float next = maps[m] * u + maps[m + 1] * v + maps[m + 4];
      v = maps[m + 2] * u + maps[m + 3] * v + maps[m + 5];
      u = next;
      int x = Noise.floor(pose.x(u, v) + 0.5f);
      int y = Noise.floor(pose.y(u, v) + 0.5f);
      if (x >= 0 && x < side && y >= 0 && y < side && point > 10) {
        int i = y * side + x;
        map[i] = Math.max(map[i] + 0.5f, -0.5f);
      }
    }
  }
}
