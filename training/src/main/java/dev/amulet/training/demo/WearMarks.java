package dev.amulet.training.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Random;

/**
 * What use does to a car: bleached paint, dents, scratches, rust and dirt, each in proportion to
 * its wear.
 */
final class WearMarks {

  private static final double LENGTH = 104;

  private final Graphics2D canvas;
  private final Random random;
  private final Body body;
  private final double wear;

  /** The canvas is in the body's units, clipped to its paint. */
  WearMarks(Graphics2D canvas, Random random, Body body, double wear) {
    this.canvas = canvas;
    this.random = random;
    this.body = body;
    this.wear = wear;
  }

  void paint() {
    bleach();
    for (int i = 0; i < amount(5); i++) {
      dent();
    }
    for (int i = 0; i < amount(16); i++) {
      scratch();
    }
    for (int i = 0; i < amount(22) * wear; i++) {
      rust();
    }
    dirt();
  }

  /** A count that grows with wear, with some luck in it. */
  private int amount(int most) {
    return (int) Math.round(most * wear * (0.8 + 0.4 * random.nextDouble()));
  }

  private void bleach() {
    for (int i = 0; i < amount(6); i++) {
      double radius = 9 + 9 * random.nextDouble();
      spot(
          LENGTH * random.nextDouble(),
          body.waist + 8 * random.nextGaussian(),
          radius,
          new Color(238, 234, 226, 70),
          new Color(238, 234, 226, 0));
    }
  }

  private void dent() {
    double x = 8 + 82 * random.nextDouble();
    double y = 13 + (body.waist - 15) * random.nextDouble();
    double radius = 2.5 + 3 * random.nextDouble();
    spot(x, y, radius, new Color(0, 0, 0, 120), new Color(0, 0, 0, 0));
    spot(
        x + 0.5 * radius,
        y - 0.6 * radius,
        0.8 * radius,
        new Color(255, 255, 255, 110),
        new Color(255, 255, 255, 0));
  }

  private void scratch() {
    double x = LENGTH * random.nextDouble();
    double y = 11 + (body.waist - 9) * random.nextDouble();
    double length = 5 + 16 * random.nextDouble();
    double rise = 2.2 * random.nextGaussian();
    Path2D.Double line = new Path2D.Double();
    line.moveTo(x, y);
    line.quadTo(x + length / 2, y + rise + random.nextGaussian(), x + length, y + rise);
    canvas.setStroke(
        new BasicStroke(
            0.35f + 0.3f * random.nextFloat(), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    boolean bare = random.nextInt(3) == 0;
    canvas.setColor(bare ? new Color(40, 36, 34, 190) : new Color(240, 238, 232, 200));
    canvas.draw(line);
  }

  /** Rust starts at the sill and round the wheels. */
  private void rust() {
    double x;
    double y;
    if (random.nextInt(5) < 3) {
      double wheel = random.nextBoolean() ? body.frontWheel : body.rearWheel;
      double angle = Math.PI * random.nextDouble();
      double distance = body.wheelRadius * (1.2 + 0.35 * random.nextDouble());
      x = wheel + distance * StrictMath.cos(angle);
      y = body.wheelRadius + distance * StrictMath.sin(angle);
    } else {
      x = 4 + 92 * random.nextDouble();
      y = 9 + 9 * random.nextDouble() * random.nextDouble();
    }
    double radius = 1.6 + 3.2 * random.nextDouble();
    patch(x, y, radius * 1.25, new Color(0xA8, 0x66, 0x34, 130));
    patch(x, y, radius, new Color(0x7C, 0x3F, 0x1C, 225));
    patch(x, y, radius * 0.55, new Color(0x47, 0x26, 0x15, 215));
  }

  private void patch(double x, double y, double radius, Color colour) {
    Path2D.Double edge = new Path2D.Double();
    int corners = 11;
    for (int i = 0; i < corners; i++) {
      double angle = 2 * Math.PI * i / corners;
      double reach = radius * (0.65 + 0.6 * random.nextDouble());
      double cornerX = x + 1.25 * reach * StrictMath.cos(angle);
      double cornerY = y + reach * StrictMath.sin(angle);
      if (i == 0) {
        edge.moveTo(cornerX, cornerY);
      } else {
        edge.lineTo(cornerX, cornerY);
      }
    }
    edge.closePath();
    canvas.setColor(colour);
    canvas.fill(edge);
  }

  private void dirt() {
    int alpha = (int) (235 * wear * (0.7 + 0.3 * random.nextDouble()));
    float top = (float) (10 + (body.waist - 10) * (0.5 + 0.5 * wear));
    Color mud = new Color(0x6E, 0x5C, 0x45, alpha);
    Color none = new Color(0x6E, 0x5C, 0x45, 0);
    canvas.setPaint(new GradientPaint(0, 9, mud, 0, top, none));
    canvas.fill(new Rectangle2D.Double(-5, 0, LENGTH + 10, top));
    canvas.setColor(new Color(0x5A, 0x4A, 0x38, 150));
    for (int i = 0; i < amount(150); i++) {
      double size = 0.3 + 0.8 * random.nextDouble();
      double y = 8 + 16 * random.nextDouble() * random.nextDouble();
      canvas.fill(new Ellipse2D.Double(LENGTH * random.nextDouble(), y, size, size));
    }
  }

  private void spot(double x, double y, double radius, Color centre, Color edge) {
    Shape circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    canvas.setPaint(
        new RadialGradientPaint(
            (float) x,
            (float) y,
            (float) radius,
            new float[] {0f, 1f},
            new Color[] {centre, edge}));
    canvas.fill(circle);
  }
}
