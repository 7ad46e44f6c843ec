package dev.amulet.training.limits;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A big table in a zip, all of it drawn: pictures of 224 × 224 px whose colour says something about
 * the price, and columns of every type. Rows share pictures.
 */
final class LimitsData {
  private static final int SIDE = 224;

  /** With grain of this strength a picture takes about 20 KB. */
  private static final int GRAIN = 26;

  private static final int NAMED_COLUMNS = 9;

  private LimitsData() {}

  /**
   * Writes {@code limits.zip} with a {@code table.csv} and its images below {@code images/}.
   *
   * @param columns ten or more: photo, price, two categorical of few and many levels, a flag, a
   *     date, a text, two counts, and measures
   */
  static Path write(Path folder, int rows, int columns, int images) throws IOException {
    Path zip = folder.resolve("limits.zip");
    float[] hues = new float[images];
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(zip), 1 << 20);
        ZipOutputStream out = new ZipOutputStream(file)) {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      for (int i = 0; i < images; i++) {
        SplittableRandom random = new SplittableRandom(i);
        hues[i] = (float) random.nextDouble();
        store(out, name(i), jpeg(writer, picture(hues[i], random)));
      }
      writer.dispose();
      out.putNextEntry(new ZipEntry("table.csv"));
      table(out, rows, columns, hues);
      out.closeEntry();
    }
    return zip;
  }

  private static String name(int image) {
    return String.format(Locale.ROOT, "images/%02d/%05d.jpg", image % 100, image);
  }

  private static void table(OutputStream out, int rows, int columns, float[] hues)
      throws IOException {
    StringBuilder line = new StringBuilder("photo,price,make,town,sold,listed,remark,doors,owners");
    for (int c = NAMED_COLUMNS; c < columns; c++) {
      line.append(",m").append(c);
    }
    Random random = new Random(1);
    String[] words = {"clean", "dented", "rare", "garaged", "blue", "new tyres", "one owner"};
    for (int row = 0; row < rows; row++) {
      out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
      line.setLength(0);
      int image = row % hues.length;
      double first = random.nextGaussian();
      int make = random.nextInt(8);
      double price = 100 + 40 * hues[image] + 8 * first + 2 * make + 3 * random.nextGaussian();
      line.append(name(image)).append(',').append(String.format(Locale.ROOT, "%.2f", price));
      line.append(",make ").append(make).append(",town ").append(random.nextInt(400));
      line.append(random.nextBoolean() ? ",true," : ",false,");
      line.append(
          String.format(
              Locale.ROOT, "20%02d-%02d-%02d,", row % 24, 1 + row % 12, 1 + random.nextInt(28)));
      for (int w = 0; w < 5; w++) {
        line.append(words[random.nextInt(words.length)]).append(' ').append(random.nextInt(90));
        line.append(w < 4 ? " " : ",");
      }
      line.append(2 + random.nextInt(4)).append(',').append(random.nextInt(6));
      for (int c = NAMED_COLUMNS; c < columns; c++) {
        double value = c == NAMED_COLUMNS ? first : random.nextGaussian();
        line.append(',').append(Math.round(value * 10_000) / 10_000.0);
      }
    }
    out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  private static BufferedImage picture(float hue, SplittableRandom random) {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setPaint(new GradientPaint(0, 0, Color.DARK_GRAY, SIDE, SIDE, Color.LIGHT_GRAY));
    pen.fillRect(0, 0, SIDE, SIDE);
    for (int shape = 0; shape < 4; shape++) {
      pen.setColor(Color.getHSBColor(hue, 0.7f, 0.4f + 0.5f * (float) random.nextDouble()));
      int size = 40 + random.nextInt(100);
      int x = random.nextInt(SIDE - size / 2);
      int y = random.nextInt(SIDE - size / 2);
      if (random.nextBoolean()) {
        pen.fillOval(x, y, size, size);
      } else {
        pen.fillRect(x, y, size, size / 2);
      }
    }
    pen.dispose();
    int[] pixels = picture.getRGB(0, 0, SIDE, SIDE, null, 0, SIDE);
    for (int i = 0; i < pixels.length; i++) {
      int grain = random.nextInt(2 * GRAIN + 1) - GRAIN;
      int rgb = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        int value = (pixels[i] >> shift & 0xFF) + grain;
        rgb |= Math.max(0, Math.min(255, value)) << shift;
      }
      pixels[i] = rgb;
    }
    picture.setRGB(0, 0, SIDE, SIDE, pixels, 0, SIDE);
    return picture;
  }

  private static byte[] jpeg(ImageWriter writer, BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 15);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(0.85f);
      writer.write(null, new IIOImage(picture, null, null), quality);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** Draws the data of the limit: rows, columns, images. */
  public static void main(String[] args) throws IOException {
    Path zip =
        write(
            Path.of(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]));
    System.out.println(zip + " " + Files.size(zip));
  }
}
