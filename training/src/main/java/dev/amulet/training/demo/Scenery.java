package dev.amulet.training.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Random;

/** Where the car stands: a street under the sky, a yard before a wall, or a showroom. */
final class Scenery {

  private final Graphics2D canvas;
  private final Random random;
  private final double width;
  private final double height;
  private final double horizon;

  /**
   * @param horizon y of the line where the ground ends, pixels from the top
   */
  Scenery(Graphics2D canvas, Random random, double width, double height, double horizon) {
    this.canvas = canvas;
    this.random = random;
    this.width = width;
    this.height = height;
    this.horizon = horizon;
  }

  void paint() {
    switch (random.nextInt(4)) {
      case 0 -> street();
      case 1 -> hills();
      case 2 -> yard();
      default -> showroom();
    }
  }

  private void street() {
    sky();
    double x = -20 * random.nextDouble();
    while (x < width) {
      double houseWidth = 38 + 40 * random.nextDouble();
      double top = horizon - 42 - 75 * random.nextDouble();
      house(x, top, houseWidth);
      x += houseWidth + (random.nextInt(3) == 0 ? 14 : 1);
    }
    fill(new Rectangle2D.Double(0, horizon - 3, width, 8), grey(176));
    ground(new Color(0x77797C), new Color(0x595B5F));
    marking();
  }

  private void house(double x, double top, double houseWidth) {
    Color wall = tint(new int[] {0xC9B9A2, 0xB98D74, 0xD5D0C4, 0x9DA3A8, 0xBFAE8B}, 12);
    fill(new Rectangle2D.Double(x, top, houseWidth, horizon - top), wall);
    Color pane = mix(wall, new Color(0x3C4A57), 0.7);
    for (double row = top + 9; row < horizon - 16; row += 20) {
      for (double column = x + 7; column < x + houseWidth - 9; column += 15) {
        fill(new Rectangle2D.Double(column, row, 7, 11), pane);
      }
    }
  }

  private void hills() {
    sky();
    for (int ridge = 0; ridge < 2; ridge++) {
      Color green = ridge == 0 ? new Color(0x9DB3A5) : new Color(0x7E9B6E);
      Path2D.Double line = new Path2D.Double();
      double base = horizon - 34 + 22 * ridge;
      line.moveTo(0, horizon);
      line.lineTo(0, base);
      for (double x = 0; x < width; x += width / 3) {
        double crest = base - 26 * random.nextDouble() + 8;
        line.quadTo(x + width / 6, crest, x + width / 3, base);
      }
      line.lineTo(width, horizon);
      line.closePath();
      fill(line, jitter(green, 10));
    }
    for (int tree = 0; tree < 5; tree++) {
      double x = width * random.nextDouble();
      double size = 20 + 24 * random.nextDouble();
      fill(new Rectangle2D.Double(x - 2, horizon - 14, 4, 16), new Color(0x5C4A3A));
      fill(
          new Ellipse2D.Double(x - size / 2, horizon - 10 - size, size, size),
          jitter(new Color(0x557A4C), 16));
    }
    ground(new Color(0x8E8B83), new Color(0x6F6C66));
    marking();
  }

  private void yard() {
    Color wall = tint(new int[] {0xB9B4AB, 0x9C6B57, 0xA9B2B5, 0xCBBFA0}, 10);
    fill(new Rectangle2D.Double(0, 0, width, horizon), wall);
    canvas.setStroke(new BasicStroke(1f));
    canvas.setColor(mix(wall, Color.BLACK, 0.12));
    double course = 11;
    int row = 0;
    for (double y = horizon; y > 0; y -= course, row++) {
      canvas.draw(new Line2D.Double(0, y, width, y));
      for (double x = row % 2 * 13; x < width; x += 26) {
        canvas.draw(new Line2D.Double(x, y, x, y - course));
      }
    }
    if (random.nextBoolean()) {
      double x = width * (0.1 + 0.5 * random.nextDouble());
      Color gate = jitter(new Color(0x6D7F86), 18);
      fill(new Rectangle2D.Double(x, horizon - 112, 104, 112), gate);
      canvas.setColor(mix(gate, Color.BLACK, 0.25));
      for (double y = horizon - 100; y < horizon; y += 14) {
        canvas.draw(new Line2D.Double(x, y, x + 104, y));
      }
    }
    ground(new Color(0xA19B90), new Color(0x847E75));
  }

  private void showroom() {
    Color wall = tint(new int[] {0xDADDE0, 0xC7CED6, 0xE2DDD3, 0x54595F}, 8);
    canvas.setPaint(
        new GradientPaint(0, 0, mix(wall, Color.BLACK, 0.18), 0, (float) horizon, wall));
    canvas.fill(new Rectangle2D.Double(0, 0, width, horizon));
    for (int lamp = 0; lamp < 3; lamp++) {
      double x = width * (lamp + 0.5) / 3 - 26;
      fill(new Rectangle2D.Double(x, 10, 52, 5), new Color(0xFBFBF4));
    }
    Color floor = mix(wall, new Color(0x8A8D91), 0.6);
    ground(mix(floor, Color.WHITE, 0.2), floor);
  }

  private void sky() {
    Color top = tint(new int[] {0x7FA9D2, 0x9FB4C4, 0xB4BCC2, 0x86B4DB}, 8);
    canvas.setPaint(
        new GradientPaint(0, 0, top, 0, (float) horizon, mix(top, new Color(0xF6EFE2), 0.75)));
    canvas.fill(new Rectangle2D.Double(0, 0, width, horizon));
  }

  private void ground(Color far, Color near) {
    canvas.setPaint(new GradientPaint(0, (float) horizon, far, 0, (float) height, near));
    canvas.fill(new Rectangle2D.Double(0, horizon, width, height - horizon));
  }

  private void marking() {
    double y = height - 14 - 8 * random.nextDouble();
    for (double x = -40 * random.nextDouble(); x < width; x += 74) {
      fill(new Rectangle2D.Double(x, y, 40, 4), new Color(0xD8D6CC));
    }
  }

  private void fill(Shape shape, Color colour) {
    canvas.setColor(colour);
    canvas.fill(shape);
  }

  private Color tint(int[] choices, int spread) {
    return jitter(new Color(choices[random.nextInt(choices.length)]), spread);
  }

  private Color jitter(Color colour, int spread) {
    int shift = random.nextInt(2 * spread + 1) - spread;
    return new Color(
        clamp(colour.getRed() + shift),
        clamp(colour.getGreen() + shift),
        clamp(colour.getBlue() + shift));
  }

  private static Color grey(int level) {
    return new Color(level, level, level);
  }

  /** {@code share} of {@code b}, the rest of {@code a}. */
  static Color mix(Color a, Color b, double share) {
    return new Color(
        clamp(a.getRed() + share * (b.getRed() - a.getRed())),
        clamp(a.getGreen() + share * (b.getGreen() - a.getGreen())),
        clamp(a.getBlue() + share * (b.getBlue() - a.getBlue())));
  }

  private static int clamp(double sample) {
    return (int) Math.max(0, Math.min(255, Math.round(sample)));
  }
}
