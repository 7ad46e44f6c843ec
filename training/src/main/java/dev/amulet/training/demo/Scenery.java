package dev.amulet.training.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Random;

/**
 * The dealer's forecourt: a panelled wall, grey ground and parking bays, the same for every car.
 */
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
    Color wall = jitter(new Color(0xC9CDD1), 5);
    canvas.setPaint(
        new GradientPaint(0, 0, mix(wall, Color.WHITE, 0.35), 0, (float) horizon, wall));
    canvas.fill(new Rectangle2D.Double(0, 0, width, horizon));
    canvas.setStroke(new BasicStroke(1f));
    canvas.setColor(mix(wall, Color.BLACK, 0.06));
    double shift = 64 * random.nextDouble();
    for (double x = shift - 64; x < width; x += 64) {
      canvas.draw(new Line2D.Double(x, 0, x, horizon));
    }
    canvas.draw(new Line2D.Double(0, horizon * 0.45, width, horizon * 0.45));
    fill(new Rectangle2D.Double(0, horizon - 5, width, 5), new Color(0x8E9297));
    ground(new Color(0x9A9C9F), new Color(0x7C7F83));
    for (double x = shift - 160; x < width + 160; x += 128) {
      Path2D.Double line = new Path2D.Double();
      line.moveTo(x, horizon);
      line.lineTo(x + 4, horizon);
      line.lineTo(x - 26, height);
      line.lineTo(x - 34, height);
      line.closePath();
      fill(line, new Color(0xB9BBBC));
    }
  }

  private void ground(Color far, Color near) {
    canvas.setPaint(new GradientPaint(0, (float) horizon, far, 0, (float) height, near));
    canvas.fill(new Rectangle2D.Double(0, horizon, width, height - horizon));
  }

  private void fill(Shape shape, Color colour) {
    canvas.setColor(colour);
    canvas.fill(shape);
  }

  private Color jitter(Color colour, int spread) {
    int shift = random.nextInt(2 * spread + 1) - spread;
    return new Color(
        clamp(colour.getRed() + shift),
        clamp(colour.getGreen() + shift),
        clamp(colour.getBlue() + shift));
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
