package dev.amulet.benchmarks;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The least that decoding with the JDK costs: its reader, kept, over bytes in memory. */
final class BareDecode {
  private final ImageReader reader;

  /**
   * @param format {@code jpeg} or {@code png}
   */
  BareDecode(String format) {
    reader = ImageIO.getImageReadersByFormatName(format).next();
  }

  BufferedImage read(byte[] file) throws IOException {
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      return reader.read(0);
    }
  }

  void dispose() {
    reader.dispose();
  }
}
