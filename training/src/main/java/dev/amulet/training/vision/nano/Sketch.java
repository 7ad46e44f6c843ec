package dev.amulet.training.vision.nano;

import dev.amulet.training.vision.augment.PixelGrid;

/**
 * A picture in {@value #LENGTH} numbers by formula: in each cell of a 4x4 grid, how much of the
 * picture's contrast lies in edges of each of eight directions (after Dalal and Triggs, "Histograms
 * of oriented gradients for human detection", 2005), and the mean colour. A network that must say
 * them keeps in its embedding where in a picture what lies.
 */
public final class Sketch {
  private static final int GRID = 4;
  private static final int DIRECTIONS = 8;
  private static final int PER_CELL = DIRECTIONS + 3;

  /** Numbers per picture, each about 0 with a deviation of about 1. */
  public static final int LENGTH = GRID * GRID * PER_CELL;

  private static final float USUAL_EDGE = 0.9f;
  private static final float EDGE_DEVIATION = 0.45f;
  private static final float PERCENT = 0.01f;

  private Sketch() {}

  /** Writes a picture's numbers from an offset on, cell by cell, directions before colours. */
  public static void of(PixelGrid picture, float[] into, int offset) {
    int side = picture.width();
    float[] luma = luma(picture);
    float[] edges = new float[GRID * GRID * DIRECTIONS];
    float total = 0;
    for (int y = 1; y < side - 1; y++) {
      for (int x = 1; x < side - 1; x++) {
        float dx = luma[y * side + x + 1] - luma[y * side + x - 1];
        float dy = luma[(y + 1) * side + x] - luma[(y - 1) * side + x];
        float strength = (float) Math.sqrt(dx * dx + dy * dy);
        if (strength > PERCENT) {
          // An edge and its negative have one direction.
          float turn = (float) (Math.atan2(dy, dx) / Math.PI);
          float position = (turn < 0 ? turn + 1 : turn) * DIRECTIONS;
          int direction = (int) position;
          float share = position - direction;
          int cell = (y * GRID / side * GRID + x * GRID / side) * DIRECTIONS;
          edges[cell + direction % DIRECTIONS] += strength * (1 - share);
          edges[cell + (direction + 1) % DIRECTIONS] += strength * share;
          total += strength;
        }
      }
    }
    float usual = total / edges.length + PERCENT;
    for (int cell = 0; cell < GRID * GRID; cell++) {
      int to = offset + cell * PER_CELL;
      for (int direction = 0; direction < DIRECTIONS; direction++) {
        float edge = (float) Math.sqrt(edges[cell * DIRECTIONS + direction] / usual);
        into[to + direction] = (edge - USUAL_EDGE) / EDGE_DEVIATION;
      }
      colour(picture, cell, into, to + DIRECTIONS);
    }
  }

  private static float[] luma(PixelGrid picture) {
    byte[] rgb = picture.rgb();
    float[] luma = new float[rgb.length / 3];
    for (int i = 0; i < luma.length; i++) {
      luma[i] =
          (0.299f * (rgb[3 * i] & 0xFF)
                  + 0.587f * (rgb[3 * i + 1] & 0xFF)
                  + 0.114f * (rgb[3 * i + 2] & 0xFF))
              / 255;
    }
    return luma;
  }

  private static void colour(PixelGrid picture, int cell, float[] into, int offset) {
    int side = picture.width() / GRID;
    int left = cell % GRID * side;
    int top = cell / GRID * side;
    for (int channel = 0; channel < 3; channel++) {
      float sum = 0;
      for (int y = top; y < top + side; y++) {
        for (int x = left; x < left + side; x++) {
          sum += picture.sample(x, y, channel);
        }
      }
      into[offset + channel] = (sum / (side * side) / 255 - 0.5f) / 0.25f;
    }
  }
}
