package dev.amulet.training.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Small image files for tests. */
final class Pictures {
  private Pictures() {}

  static Path write(Path file, int width, int height) throws IOException {
    Files.createDirectories(file.getParent());
    String extension = FileNames.extension(file.toString());
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    if (!ImageIO.write(image, extension.isEmpty() ? "png" : extension, file.toFile())) {
      throw new IOException("no writer for " + file);
    }
    return file;
  }
}
