package dev.amulet.training.demo;

import java.awt.geom.Path2D;
import java.util.Arrays;

/**
 * Shape of a car seen from its left side, front to the left. Lengths are in units of about 4 cm: x
 * runs from the front bumper to the rear, y runs up from the road.
 *
 * <p>The shape is in no column of the table; it shows in the picture only, and the price depends on
 * it.
 */
enum Body {
  HATCHBACK(
      0.75,
      22,
      70,
      7.6,
      "M 4 8 Q 1 9 1.5 16 Q 2 23 9 25.5 L 25 29 Q 35 40 39 42 Q 43 44.5 50 44.5 L 63 44 Q 73 42.5 79 33"
          + " Q 84 28 85 20 Q 86 10 82 8 Z",
      "M 29 29.5 Q 38 39.5 41 40.5 Q 44 42 50 42 L 62 41.5 Q 69 40.5 74 32.5 L 74 30 Z",
      "52",
      28),
  SALOON(
      1.00,
      20,
      79,
      7.8,
      "M 4 8 Q 1 9 1.5 15 Q 2 22 9 24.5 L 29 28 Q 39 37 43 39.5 Q 47 41.5 53 41.5 Q 62 41.5 67 39"
          + " L 82 29.5 L 95 28 Q 99 26 99 19 Q 99.5 9 96 8 Z",
      "M 33 28.5 Q 42 36.5 45 37.7 Q 48 39.2 53 39.2 Q 61 39.2 65 37 L 76 29 Z",
      "54",
      27),
  ESTATE(
      1.20,
      20,
      79,
      7.8,
      "M 4 8 Q 1 9 1.5 15 Q 2 22 9 24.5 L 29 28 Q 39 37.5 43 40 Q 47 42 53 42 L 84 41.5 Q 90 41 93 35"
          + " L 97 26 Q 99.5 22 99 16 Q 99.5 9 96 8 Z",
      "M 33 28.5 Q 42 37 45 38.3 Q 48 39.7 53 39.7 L 84 39.2 Q 88 38.5 91 30 L 91 29 Z",
      "53 73",
      27),
  OFF_ROADER(
      1.90,
      21,
      77,
      9.4,
      "M 4 12 Q 1 13 1.5 21 Q 2 30 7 31.5 L 26 34 L 36 48 Q 38 51 43 51 L 87 51 Q 92 51 93.5 45"
          + " L 96 33 L 97 14 Q 97 12 94 12 Z",
      "M 30.5 34.5 L 38 46 Q 39.5 48.3 43 48.3 L 86 48.3 Q 89.5 48.3 90.5 44 L 92 35 Z",
      "54 74",
      33),
  PICK_UP(
      1.50,
      21,
      83,
      9.2,
      "M 4 12 Q 1 13 1.5 20 Q 2 28 7 29.5 L 27 32 L 37 45 Q 39 47.5 43 47.5 L 57 47.5 Q 60.5 47.5 61 44"
          + " L 62 31.5 L 103 31.5 Q 105 31.5 105 28 L 105 14 Q 105 12 102 12 Z",
      "M 31.5 32.5 L 39 43.3 Q 40.5 45 43 45 L 55.5 45 Q 58 45 58.3 43 L 59 32.5 Z",
      "48",
      31),
  COUPE(
      0.92,
      20,
      78,
      8.6,
      "M 3 7 Q -1 8 0.5 12 Q 3 17.5 14 20.5 Q 26 23.5 36 24.5 Q 46 31.5 51 32.8 Q 56 34 61 33.5"
          + " Q 73 31.5 84 26 L 96 27 L 95 23.5 Q 98 18 97 12 Q 97 7 94 7 Z",
      "M 41 25 Q 48 30 52 31 Q 56 32 60 31.5 Q 67 30.5 74 26.2 Z",
      "60",
      23.5);

  /** Price of this shape relative to a saloon. */
  final double priceFactor;

  final double frontWheel;
  final double rearWheel;
  final double wheelRadius;

  /** Y of the line between body and windows. */
  final double waist;

  private final String outline;
  private final String glass;
  private final String pillars;

  Body(
      double priceFactor,
      double frontWheel,
      double rearWheel,
      double wheelRadius,
      String outline,
      String glass,
      String pillars,
      double waist) {
    this.priceFactor = priceFactor;
    this.frontWheel = frontWheel;
    this.rearWheel = rearWheel;
    this.wheelRadius = wheelRadius;
    this.outline = outline;
    this.glass = glass;
    this.pillars = pillars;
    this.waist = waist;
  }

  Path2D outline() {
    return path(outline);
  }

  Path2D glass() {
    return path(glass);
  }

  /** X of the pillars between the windows; doors end below them. */
  double[] pillars() {
    return Arrays.stream(pillars.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  double[] wheels() {
    return new double[] {frontWheel, rearWheel};
  }

  /** The few commands of SVG paths used above: absolute M, L, Q and Z. */
  private static Path2D path(String commands) {
    Path2D.Double path = new Path2D.Double();
    String[] words = commands.split(" ", -1);
    for (int i = 0; i < words.length; ) {
      switch (words[i]) {
        case "M" -> path.moveTo(number(words[i + 1]), number(words[i + 2]));
        case "L" -> path.lineTo(number(words[i + 1]), number(words[i + 2]));
        case "Q" ->
            path.quadTo(
                number(words[i + 1]),
                number(words[i + 2]),
                number(words[i + 3]),
                number(words[i + 4]));
        case "Z" -> path.closePath();
        default -> throw new IllegalArgumentException("path command \"" + words[i] + "\"");
      }
      i += words[i].equals("Z") ? 1 : words[i].equals("Q") ? 5 : 3;
    }
    return path;
  }

  private static double number(String word) {
    return Double.parseDouble(word);
  }
}
