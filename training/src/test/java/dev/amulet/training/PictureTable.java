package dev.amulet.training;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A small table with drawn pictures, for experiments that take a second. */
final class PictureTable {
  private static final int SIDE = 20;

  private final Path folder;
  private final List<List<String>> records = new ArrayList<>();

  PictureTable(Path folder, String... header) {
    this.folder = folder;
    records.add(List.of(header));
  }

  /** Adds a row; null is a missing cell. */
  PictureTable add(@Nullable Object... cells) {
    records.add(Arrays.stream(cells).map(cell -> cell == null ? "" : cell.toString()).toList());
    return this;
  }

  Path folder() {
    return folder;
  }

  /** Draws a disc or a square on a noisy ground and returns its path below the folder. */
  String picture(String name, Color colour, boolean round, Random random) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.setRGB(x, y, new Color(noise(random), noise(random), noise(random)).getRGB());
      }
    }
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    if (round) {
      graphics.fillOval(3, 3, SIDE - 6, SIDE - 6);
    } else {
      graphics.fillRect(3, 3, SIDE - 6, SIDE - 6);
    }
    graphics.dispose();
    String reference = "pictures/" + name + ".png";
    Path file = folder.resolve(reference);
    Files.createDirectories(file.getParent());
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("no PNG writer");
    }
    return reference;
  }

  private static int noise(Random random) {
    return 100 + random.nextInt(50);
  }

  Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      records.forEach(csv::writeRecord);
    }
    return file;
  }
}
