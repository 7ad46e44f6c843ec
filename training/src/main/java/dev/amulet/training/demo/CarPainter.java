package dev.amulet.training.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Draws one car as a seller would photograph it: from the side, never quite level, in the light of
 * the day.
 */
final class CarPainter {

  static final int WIDTH = 320;
  static final int HEIGHT = 240;

  private static final float[] BODY_STOPS = {0f, 0.36f, 0.62f, 1f};

  private final Car car;
  private final Random random;
  private final BufferedImage picture =
      new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
  private final Graphics2D canvas = picture.createGraphics();

  private CarPainter(Car car, Random random) {
    this.car = car;
    this.random = random;
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  /** A picture of {@code WIDTH x HEIGHT} pixels; the same for the same car and random numbers. */
  static BufferedImage paint(Car car, Random random) {
    CarPainter painter = new CarPainter(car, random);
    try {
      painter.paint();
    } finally {
      painter.canvas.dispose();
    }
    return painter.picture;
  }

  private void paint() {
    double road = HEIGHT * (0.80 + 0.006 * random.nextGaussian());
    new Scenery(canvas, random, WIDTH, HEIGHT, road - 26).paint();
    Rectangle2D bounds = car.body().outline().getBounds2D();
    double scale = 2.72 * (1 + 0.01 * random.nextGaussian());
    AffineTransform place = new AffineTransform();
    place.translate(WIDTH / 2.0 + 3 * random.nextGaussian(), road);
    place.rotate(Math.toRadians(0.5 * random.nextGaussian()));
    place.scale(scale, -scale);
    place.translate(-bounds.getCenterX(), 0);
    AffineTransform before = canvas.getTransform();
    canvas.transform(place);
    shadow(bounds);
    paintwork();
    windows();
    trim();
    for (double wheel : car.body().wheels()) {
      wheel(wheel);
    }
    canvas.setTransform(before);
    develop();
  }

  private void shadow(Rectangle2D bounds) {
    AffineTransform before = canvas.getTransform();
    canvas.translate(bounds.getCenterX(), 1.2);
    canvas.scale(bounds.getWidth() / 100, 0.075);
    canvas.setPaint(
        new RadialGradientPaint(
            0f,
            0f,
            58f,
            new float[] {0f, 0.7f, 1f},
            new Color[] {new Color(0, 0, 0, 190), new Color(0, 0, 0, 120), new Color(0, 0, 0, 0)}));
    canvas.fill(new Ellipse2D.Double(-58, -58, 116, 116));
    canvas.setTransform(before);
  }

  private void paintwork() {
    Body body = car.body();
    Color paint = car.colour().shade(random, car.wear());
    Path2D outline = body.outline();
    Rectangle2D bounds = outline.getBounds2D();
    canvas.setPaint(
        new LinearGradientPaint(
            0f,
            (float) bounds.getMaxY(),
            0f,
            (float) bounds.getMinY(),
            BODY_STOPS,
            new Color[] {
              Scenery.mix(paint, Color.WHITE, 0.34),
              Scenery.mix(paint, Color.WHITE, 0.10),
              paint,
              Scenery.mix(paint, Color.BLACK, 0.45)
            }));
    canvas.fill(outline);
    Shape before = canvas.getClip();
    canvas.clip(outline);
    shine(body);
    new WearMarks(canvas, random, body, car.wear()).paint();
    canvas.setColor(new Color(0x17181A));
    for (double wheel : body.wheels()) {
      canvas.fill(circle(wheel, body.wheelRadius, body.wheelRadius * 1.17));
    }
    canvas.fill(new Rectangle2D.Double(-5, 0, 120, bounds.getMinY() + 1.6));
    canvas.setClip(before);
    line(new BasicStroke(0.5f), Scenery.mix(paint, Color.BLACK, 0.6), outline);
  }

  /** New paint mirrors the sky along the shoulder; worn paint does not. */
  private void shine(Body body) {
    int alpha = (int) (150 * (1 - car.wear()));
    float y = (float) body.waist;
    canvas.setPaint(
        new GradientPaint(
            0, y - 1, new Color(255, 255, 255, alpha), 0, y - 7, new Color(255, 255, 255, 0)));
    canvas.fill(new Rectangle2D.Double(-5, y - 7, 115, 6));
  }

  private void windows() {
    Body body = car.body();
    Path2D glass = body.glass();
    Rectangle2D bounds = glass.getBounds2D();
    Color top = new Color(0x5F7381);
    canvas.setPaint(
        new GradientPaint(
            0, (float) bounds.getMaxY(), top, 0, (float) bounds.getMinY(), new Color(0x20292F)));
    canvas.fill(glass);
    Area reflection = new Area(glass);
    Path2D.Double beam = new Path2D.Double();
    double x = bounds.getMinX() + bounds.getWidth() * (0.25 + 0.4 * random.nextDouble());
    beam.moveTo(x, bounds.getMinY());
    beam.lineTo(x + 5, bounds.getMinY());
    beam.lineTo(x + 14, bounds.getMaxY());
    beam.lineTo(x + 9, bounds.getMaxY());
    beam.closePath();
    reflection.intersect(new Area(beam));
    canvas.setColor(new Color(255, 255, 255, 46));
    canvas.fill(reflection);
    Area pillars = new Area();
    for (double pillar : body.pillars()) {
      pillars.add(new Area(new Rectangle2D.Double(pillar - 1, bounds.getMinY(), 2, 40)));
    }
    pillars.intersect(new Area(glass));
    canvas.setColor(new Color(0x16181A));
    canvas.fill(pillars);
    line(new BasicStroke(0.6f), new Color(20, 22, 24, 200), glass);
  }

  private void trim() {
    Body body = car.body();
    BasicStroke seam = new BasicStroke(0.45f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    Color dark = new Color(0, 0, 0, 120);
    double sill = body.wheelRadius + 3;
    double front = body.frontWheel + body.wheelRadius * 1.5;
    line(seam, dark, new Line2D.Double(front, body.waist, front, sill));
    for (double pillar : body.pillars()) {
      line(seam, dark, new Line2D.Double(pillar, body.waist + 1, pillar, sill));
      canvas.setColor(new Color(24, 25, 27, 210));
      canvas.fill(new RoundRectangle2D.Double(pillar - 6.5, body.waist - 5, 4.5, 1.2, 1, 1));
    }
    line(seam, dark, new Line2D.Double(front, sill, body.rearWheel - body.wheelRadius * 1.4, sill));
    Rectangle2D bounds = body.outline().getBounds2D();
    double lampY = body.waist - (body == Body.COUPE ? 10 : 8.5);
    canvas.setColor(car.wear() > 0.75 ? new Color(0xB9AF8C) : new Color(0xFFF6D6));
    canvas.fill(new RoundRectangle2D.Double(bounds.getMinX() + 1.8, lampY, 6, 3.2, 2.4, 2.4));
    canvas.setColor(new Color(0xA51D1D));
    canvas.fill(new RoundRectangle2D.Double(bounds.getMaxX() - 4.4, lampY, 3.4, 4.6, 1.4, 1.4));
    canvas.setColor(new Color(0x1B1C1E));
    double mirror = body.glass().getBounds2D().getMinX() + 4;
    canvas.fill(new RoundRectangle2D.Double(mirror, body.waist + 0.6, 3.6, 2.6, 1.6, 1.6));
  }

  private void wheel(double x) {
    double radius = car.body().wheelRadius;
    canvas.setColor(new Color(0x1E1F21));
    canvas.fill(circle(x, radius, radius));
    canvas.setColor(new Color(0x34363A));
    canvas.fill(circle(x, radius, radius * 0.8));
    boolean rusty = random.nextDouble() < (car.wear() - 0.35) * 1.6;
    Color rim = rusty ? new Color(0x6B4A36) : new Color(0xC4C8CC);
    canvas.setColor(Scenery.mix(rim, new Color(0x6E5C45), 0.6 * car.wear()));
    canvas.fill(circle(x, radius, radius * 0.66));
    canvas.setColor(new Color(0x2B2D30));
    int spokes = car.body() == Body.COUPE ? 10 : 5;
    double turn = random.nextDouble() * Math.PI;
    for (int i = 0; i < spokes; i++) {
      double angle = turn + 2 * Math.PI * i / spokes;
      double hole = radius * (spokes == 5 ? 0.14 : 0.09);
      canvas.fill(
          circle(
              x + radius * 0.43 * StrictMath.cos(angle),
              radius + radius * 0.43 * StrictMath.sin(angle),
              hole));
    }
    canvas.fill(circle(x, radius, radius * 0.1));
  }

  /**
   * The light of the day and the grain of the camera (a sum of four bytes: near enough to a bell
   * curve).
   */
  private void develop() {
    double exposure = 1 + 0.012 * random.nextGaussian();
    double warmth = 0.006 * random.nextGaussian();
    double[] gain = {exposure * (1 + warmth), exposure, exposure * (1 - warmth)};
    double grain = (1.5 + random.nextDouble()) / 148;
    SplittableRandom grains = new SplittableRandom(random.nextLong());
    int[] row = new int[WIDTH];
    for (int y = 0; y < HEIGHT; y++) {
      picture.getRGB(0, y, WIDTH, 1, row, 0, WIDTH);
      for (int x = 0; x < WIDTH; x++) {
        int bits = grains.nextInt();
        int sum = (bits & 0xFF) + (bits >> 8 & 0xFF) + (bits >> 16 & 0xFF) + (bits >>> 24);
        double noise = grain * (sum - 510);
        int red = sample((row[x] >> 16 & 0xFF) * gain[0] + noise);
        int green = sample((row[x] >> 8 & 0xFF) * gain[1] + noise);
        int blue = sample((row[x] & 0xFF) * gain[2] + noise);
        row[x] = red << 16 | green << 8 | blue;
      }
      picture.setRGB(0, y, WIDTH, 1, row, 0, WIDTH);
    }
  }

  private static int sample(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }

  private void line(BasicStroke stroke, Color colour, Shape shape) {
    canvas.setStroke(stroke);
    canvas.setColor(colour);
    canvas.draw(shape);
  }

  private static Shape circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}
