package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.PixelGrid;
import dev.amulet.training.vision.augment.RandomStream;
import java.util.Arrays;

/** One picture being drawn. */
final class FormulaScene {
  private static final int MOST_FIGURES = 4;

  private final FormulaKind kind;
  private final RandomStream random;
  private final int side;
  private final float[] depth;
  private Pose figure;

  FormulaScene(FormulaKind kind, RandomStream random, int side) {
    this.kind = kind;
    this.random = random;
    this.side = side;
    depth = new float[side * side];
    figure = place(1);
  }

  PixelGrid draw() {
    Arrays.fill(depth, -side);
    int figures = random.chance(0.85) ? 1 : 2 + random.below(MOST_FIGURES - 1);
    for (int i = 0; i < figures; i++) {
      figure = place(figures);
      Silhouette.draw(kind.figure(), figure, random, depth, side);
    }
    float[] canvas = new float[3 * side * side];
    background(canvas);
    shadow(canvas);
    foreground(canvas);
    if (random.chance(0.15)) {
      bar(canvas);
    }
    return develop(canvas);
  }

  private Pose place(int figures) {
    double scale = side * random.uniform(0.36, 0.56) / Math.sqrt(figures);
    double play = 0.5 * side - 0.6 * scale;
    return Pose.of(
        random,
        side / 2.0 + play * random.uniform(-0.7, 0.7),
        side / 2.0 + play * random.uniform(-0.7, 0.7),
        scale);
  }

  private void background(float[] canvas) {
    Texture texture = new Texture(kind.ground(), random);
    Palette palette = new Palette(kind.groundColours(), random);
    Pose pose =
        Pose.of(
            random,
            side * random.uniform(0.2, 0.8),
            side * random.uniform(0.2, 0.8),
            side * random.uniform(0.45, 0.6));
    float contrast = (float) random.uniform(0.3, 0.9);
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++, i += 3) {
        float value = texture.at(pose.u(x, y), pose.v(x, y));
        float share = Texture.clamp(0.5f + contrast * (value - 0.5f));
        for (int channel = 0; channel < 3; channel++) {
          canvas[i + channel] = palette.channel(share, channel);
        }
      }
    }
  }

  /** Darkens the background beside the figure, away from the light. */
  private void shadow(float[] canvas) {
    float strength = random.chance(0.5) ? (float) random.uniform(0.2, 0.6) : 0;
    int shiftX = (int) (side * random.uniform(-0.1, 0.1));
    int shiftY = (int) (side * random.uniform(0, 0.1));
    float soft = (float) random.uniform(1, 5);
    for (int y = 0; strength > 0 && y < side; y++) {
      for (int x = 0; x < side; x++) {
        int fromX = x - shiftX;
        int fromY = y - shiftY;
        if (fromX >= 0 && fromX < side && fromY >= 0 && fromY < side) {
          float dark = Texture.clamp(0.5f + depth[fromY * side + fromX] / soft);
          int i = 3 * (y * side + x);
          for (int channel = 0; channel < 3; channel++) {
            canvas[i + channel] *= 1 - strength * dark;
          }
        }
      }
    }
  }

  private void foreground(float[] canvas) {
    Texture texture = new Texture(kind.pattern(), random);
    Palette palette = new Palette(kind.colours(), random);
    float contrast = (float) random.uniform(0.6, 1);
    float relief = (float) random.uniform(0.3, 1.2);
    // Light comes from above, more or less.
    double from = -Math.PI / 2 + 0.6 * random.bell();
    float lightX = (float) Math.cos(from);
    float lightY = (float) Math.sin(from);
    // A pattern is as fine on a small figure as on a large one.
    float zoom = figure.scale() / (0.5f * side);
    float rim = (float) (1.5 * figure.scale() * random.uniform(0.1, 0.4));
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++, i++) {
        float cover = Texture.clamp(depth[i] + 0.5f);
        if (cover > 0) {
          float value = texture.at(zoom * figure.u(x, y), zoom * figure.v(x, y));
          float share = Texture.clamp(0.5f + contrast * (value - 0.5f));
          float light = 1 + relief * slope(x, y, lightX, lightY, rim);
          for (int channel = 0; channel < 3; channel++) {
            int at = 3 * i + channel;
            float lit = palette.channel(share, channel) * light;
            canvas[at] += cover * (lit - canvas[at]);
          }
        }
      }
    }
  }

  /** How much the rounded figure leans towards the light, about -1 to 1. */
  private float slope(int x, int y, float lightX, float lightY, float rim) {
    int left = Math.max(0, x - 1);
    int right = Math.min(side - 1, x + 1);
    int top = Math.max(0, y - 1);
    int bottom = Math.min(side - 1, y + 1);
    float dx = height(y * side + right, rim) - height(y * side + left, rim);
    float dy = height(bottom * side + x, rim) - height(top * side + x, rim);
    float lean = -(dx * lightX + dy * lightY) * rim * 0.4f;
    return Math.max(-0.8f, Math.min(0.8f, lean));
  }

  /** The dome over a figure: steep at its outline, flat further in than the rim. */
  private float height(int i, float rim) {
    float inside = 1 - Texture.clamp(depth[i] / rim);
    return 1 - inside * inside;
  }

  /** Something in front: a straight bar of one colour. */
  private void bar(float[] canvas) {
    Palette palette = new Palette(random.below(Palette.CLASSES), random);
    Pose pose = Pose.of(random, side * random.uniform(), side * random.uniform(), side);
    boolean upright = random.chance(0.5);
    float half = (float) random.uniform(0.02, 0.06);
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++, i += 3) {
        float off = Math.abs(upright ? pose.u(x, y) : pose.v(x, y));
        float cover = Texture.clamp((half - off) * side + 0.5f);
        for (int channel = 0; channel < 3; channel++) {
          canvas[i + channel] += cover * (palette.channel(0.3f, channel) - canvas[i + channel]);
        }
      }
    }
  }

  /** Light that falls off to one side, contrast, brightness, a colour cast, blur and noise. */
  private PixelGrid develop(float[] canvas) {
    float gain = (float) Math.exp(0.2 * random.bell());
    float offset = (float) (0.06 * random.bell());
    float slopeX = (float) (0.25 * random.bell() / side);
    float slopeY = (float) (0.25 * random.bell() / side);
    float[] cast = new float[3];
    for (int channel = 0; channel < 3; channel++) {
      cast[channel] = (float) Math.exp(0.06 * random.bell());
    }
    float blur = random.chance(0.3) ? (float) random.uniform(0.05, 0.25) : 0;
    float noise = (float) (random.chance(0.5) ? random.uniform(0, 0.04) : 0);
    byte[] rgb = new byte[canvas.length];
    for (int y = 0, i = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        float light = gain * (1 + slopeX * (x - side / 2f) + slopeY * (y - side / 2f));
        for (int channel = 0; channel < 3; channel++, i++) {
          float value = blur > 0 ? blurred(canvas, x, y, i, blur) : canvas[i];
          value = (value * light + offset) * cast[channel];
          value += noise > 0 ? noise * (float) random.bell() : 0;
          rgb[i] = (byte) (int) (255 * Texture.clamp(value) + 0.5f);
        }
      }
    }
    return new PixelGrid(side, side, rgb);
  }

  private float blurred(float[] canvas, int x, int y, int i, float share) {
    float left = canvas[x > 0 ? i - 3 : i];
    float right = canvas[x < side - 1 ? i + 3 : i];
    float above = canvas[y > 0 ? i - 3 * side : i];
    float below = canvas[y < side - 1 ? i + 3 * side : i];
    return canvas[i] * (1 - 4 * share * 0.8f) + share * 0.8f * (left + right + above + below);
  }
}
