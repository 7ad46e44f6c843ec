package dev.amulet.training.data;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Small copies of images for a page, as {@code data:} addresses. */
public final class Thumbnails {
  private static final ImagePolicy PATIENT = ImagePolicy.builder().maxDecodeMs(60_000).build();

  private final Dataset table;
  private final int sidePx;

  /**
   * @param table whose cells name the images, as the profiler found them
   * @param sidePx longest side of a copy
   */
  public Thumbnails(Dataset table, int sidePx) {
    this.table = table;
    this.sidePx = sidePx;
  }

  /** A JPEG of the first image that a cell names; empty when it cannot be read. */
  public Optional<String> of(String cell) {
    try {
      String reference = table.collection().parts(cell).get(0);
      Picture picture = Picture.decode(table.images().read(reference, PATIENT.maxBytes()), PATIENT);
      double scale = Math.min(1, (double) sidePx / Math.max(picture.width(), picture.height()));
      Picture small =
          picture.resized(
              Math.max(1, (int) (scale * picture.width())),
              Math.max(1, (int) (scale * picture.height())));
      return Optional.of(
          "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(small)));
    } catch (IOException e) {
      // The page says so in its place; the profile's warnings say how many there are.
      return Optional.empty();
    }
  }

  private static byte[] jpeg(Picture picture) throws IOException {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int i = 0; i < picture.width() * picture.height(); i++) {
      int red = rgb[3 * i] & 0xFF;
      int green = rgb[3 * i + 1] & 0xFF;
      int blue = rgb[3 * i + 2] & 0xFF;
      int colour = (red << 16) | (green << 8) | blue;
      image.setRGB(i % picture.width(), i / picture.width(), colour);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }
}
