package dev.amulet.runtime;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Draws a map over a picture and writes it as PNG, with nothing but java.util.zip: the runtime has
 * no need of java.desktop's writers for one file format.
 *
 * @param rgb {@code [height, width, 3]}
 */
@SuppressWarnings("ArrayRecordComponent") // A picture: a copy would cost as much as drawing it.
record HeatMapPicture(byte[] rgb, int height, int width) {
  /** Share of the heat map in each pixel; the rest is the picture in grey. */
  private static final double HEAT = 0.55;

  /**
   * The colour map "inferno" of matplotlib (Nathaniel Smith and Stefan van der Walt, CC0) at ninths
   * of its range: lightness grows evenly, so that equal steps look equal, in print and to colour
   * blind readers too.
   */
  private static final int[] INFERNO = {
    0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d,
    0xfcffa4
  };

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte RGB_TRUE_COLOUR = 2;

  /** The picture with a map {@code [mapHeight, mapWidth]} over it, as a PNG file. */
  byte[] overlay(float[] map, int mapHeight, int mapWidth) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : map) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double range = most > least ? most - least : 1;
    byte[] pixels = new byte[rgb.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double value = bilinear(map, mapHeight, mapWidth, y, x);
        int colour = colour((value - least) / range);
        int at = 3 * (y * width + x);
        double grey =
            0.299 * (rgb[at] & 0xFF) + 0.587 * (rgb[at + 1] & 0xFF) + 0.114 * (rgb[at + 2] & 0xFF);
        for (int c = 0; c < 3; c++) {
          double heat = colour >> (16 - 8 * c) & 0xFF;
          pixels[at + c] = (byte) Math.round(HEAT * heat + (1 - HEAT) * grey);
        }
      }
    }
    return png(pixels);
  }

  /** Value at the centre of a pixel; the edge goes on beyond the outermost positions' centres. */
  private double bilinear(float[] map, int mapHeight, int mapWidth, int y, int x) {
    double fromTop = clamp((y + 0.5) * mapHeight / height - 0.5, mapHeight - 1);
    double fromLeft = clamp((x + 0.5) * mapWidth / width - 0.5, mapWidth - 1);
    int top = (int) fromTop;
    int left = (int) fromLeft;
    int bottom = Math.min(top + 1, mapHeight - 1);
    int right = Math.min(left + 1, mapWidth - 1);
    double down = fromTop - top;
    double over = fromLeft - left;
    double above = (1 - over) * map[top * mapWidth + left] + over * map[top * mapWidth + right];
    double below =
        (1 - over) * map[bottom * mapWidth + left] + over * map[bottom * mapWidth + right];
    return (1 - down) * above + down * below;
  }

  private static double clamp(double value, double most) {
    return Math.max(0, Math.min(most, value));
  }

  private static int colour(double share) {
    double at = clamp(share, 1) * (INFERNO.length - 1);
    int index = Math.min((int) at, INFERNO.length - 2);
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double from = INFERNO[index] >> shift & 0xFF;
      double to = INFERNO[index + 1] >> shift & 0xFF;
      colour |= (int) Math.round(from + (at - index) * (to - from)) << shift;
    }
    return colour;
  }

  private byte[] png(byte[] pixels) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.write(SIGNATURE);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      try (DataOutputStream fields = new DataOutputStream(header)) {
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {8, RGB_TRUE_COLOUR, 0, 0, 0});
      }
      chunk(out, "IHDR", header.toByteArray());
      chunk(out, "IDAT", deflated(pixels));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return file.toByteArray();
  }

  private byte[] deflated(byte[] pixels) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    Deflater deflater = new Deflater();
    try (DeflaterOutputStream out = new DeflaterOutputStream(data, deflater)) {
      for (int y = 0; y < height; y++) {
        out.write(0);
        out.write(pixels, 3 * y * width, 3 * width);
      }
    } finally {
      deflater.end();
    }
    return data.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }
}
