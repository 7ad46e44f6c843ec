package dev.amulet.benchmarks;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Draws pictures that compress about as photos do: soft shapes, edges and sensor noise. */
final class Pictures {
  private static final float JPEG_QUALITY = 0.85f;
  private static final int NOISE = 9;

  private Pictures() {}

  /**
   * An encoded picture.
   *
   * @param format {@code jpeg} (4:2:0) or {@code png}
   * @param size as in {@code 640x480}
   */
  static byte[] draw(String format, String size, long seed) {
    int x = size.indexOf('x');
    int width = Integer.parseInt(size.substring(0, x));
    int height = Integer.parseInt(size.substring(x + 1));
    return encode(paint(width, height, new SplittableRandom(seed)), format);
  }

  private static BufferedImage paint(int width, int height, SplittableRandom random) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    for (int i = 0; i < 40; i++) {
      int w = width / (1 + i / 4);
      int h = height / (1 + i / 4);
      int left = random.nextInt(-w / 2, width);
      int top = random.nextInt(-h / 2, height);
      graphics.setPaint(
          new GradientPaint(left, top, colour(random), left + w, top + h, colour(random)));
      if (i == 0) {
        graphics.fillRect(0, 0, width, height);
      } else {
        graphics.fillOval(left, top, w, h);
      }
    }
    graphics.dispose();
    addNoise(picture, random);
    return picture;
  }

  private static Color colour(SplittableRandom random) {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  private static void addNoise(BufferedImage picture, SplittableRandom random) {
    int[] line = new int[3 * picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRaster().getPixels(0, y, picture.getWidth(), 1, line);
      for (int i = 0; i < line.length; i++) {
        int noise = random.nextInt(NOISE) + random.nextInt(NOISE) - NOISE + 1;
        line[i] = Math.max(0, Math.min(255, line[i] + noise));
      }
      picture.getRaster().setPixels(0, y, picture.getWidth(), 1, line);
    }
  }

  private static byte[] encode(BufferedImage picture, String format) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(JPEG_QUALITY);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } catch (IOException e) {
      throw new IllegalStateException("a drawn picture cannot be encoded as " + format, e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
