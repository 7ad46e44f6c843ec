package dev.amulet.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Pictures of a colour with something grey on them, in class folders, and archives of folders. */
final class DrawnPictures {
  private DrawnPictures() {}

  /** {@code blue/0.png} … and {@code red/0.png} …, no two alike. */
  static void write(Path folder, int perClass) throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < perClass; i++) {
      one(folder.resolve("blue/" + i + ".png"), new Color(random.nextInt(120), 30, 190), random);
      one(folder.resolve("red/" + i + ".png"), new Color(190, 30, random.nextInt(120)), random);
    }
  }

  static void one(Path file, Color colour, Random random) throws IOException {
    BufferedImage image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, 24, 24);
    for (int i = 0; i < 6; i++) {
      int grey = random.nextInt(256);
      graphics.setColor(new Color(grey, grey, grey));
      graphics.fillRect(random.nextInt(22), random.nextInt(22), 7, 5);
    }
    graphics.dispose();
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  static Path zip(Path folder, Path archive) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (Path file : files(folder)) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    return archive;
  }

  static Path tarGz(Path folder, Path archive) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (Path file : files(folder)) {
        TarArchiveEntry entry = new TarArchiveEntry(folder.relativize(file).toString());
        entry.setSize(Files.size(file));
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    return archive;
  }

  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files = new ArrayList<>(walk.filter(Files::isRegularFile).toList());
      files.sort(null);
      return files;
    }
  }
}
