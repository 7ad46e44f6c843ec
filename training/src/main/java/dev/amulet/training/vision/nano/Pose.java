package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.RandomStream;

/**
 * Where something lies in a picture: the affine map from pixels to its own plane, in which a figure
 * fills about the unit circle.
 *
 * @param scale pixels per unit
 */
record Pose(float xx, float xy, float yx, float yy, float centreX, float centreY, float scale) {

  /** Mostly upright, mirrored half the time, somewhat sheared and stretched. */
  static Pose of(RandomStream random, double centreX, double centreY, double scale) {
    double angle = random.chance(0.1) ? random.uniform(-Math.PI, Math.PI) : 0.3 * random.bell();
    double stretch = Math.exp(0.15 * random.bell());
    double shear = 0.15 * random.bell();
    double mirror = random.chance(0.5) ? -1 : 1;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new Pose(
        (float) (mirror * (cos * stretch + shear * sin)),
        (float) (mirror * (sin * stretch - shear * cos)),
        (float) (-sin / stretch),
        (float) (cos / stretch),
        (float) centreX,
        (float) centreY,
        (float) scale);
  }

  float u(float x, float y) {
    return (xx * (x - centreX) + xy * (y - centreY)) / scale;
  }

  float v(float x, float y) {
    return (yx * (x - centreX) + yy * (y - centreY)) / scale;
  }

  /** Pixel column of a place of the plane: the inverse of {@link #u} and {@link #v}. */
  float x(float u, float v) {
    return centreX + scale * (yy * u - xy * v) / (xx * yy - xy * yx);
  }

  float y(float u, float v) {
    return centreY + scale * (xx * v - yx * u) / (xx * yy - xy * yx);
  }
}
