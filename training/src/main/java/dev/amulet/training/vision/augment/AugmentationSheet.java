package dev.amulet.training.vision.augment;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A picture to look at before training: a row per sample picture, first as it is, then changed by
 * each augmentation alone, last by all together with their probabilities. Augmentations always act
 * here, so that they can be seen.
 */
public final class AugmentationSheet {
  private static final int GAP = 6;
  private static final int HEADER = 18;
  private static final int FONT_SIZE = 11;
  private static final int LEAST_CELL = 96;
  private static final int LARGEST_CELL = 160;

  private final AugmentationPipeline pipeline;
  private final int cell;
  private final BufferedImage sheet;
  private final Graphics2D canvas;

  private AugmentationSheet(List<PixelGrid> pictures, AugmentationPipeline pipeline) {
    this.pipeline = pipeline;
    int largest = pictures.stream().mapToInt(p -> Math.max(p.width(), p.height())).max().orElse(0);
    cell = Math.max(LEAST_CELL, Math.min(LARGEST_CELL, largest));
    int columns = pipeline.augmentations().size() + 2;
    sheet =
        new BufferedImage(
            columns * (cell + GAP) + GAP,
            HEADER + pictures.size() * (cell + GAP) + GAP,
            BufferedImage.TYPE_INT_RGB);
    canvas = sheet.createGraphics();
  }

  /**
   * The sheet as a PNG file's bytes.
   *
   * @param pictures a few, of any sizes; shown scaled to cells of 96 to 160 pixels
   */
  public static byte[] png(List<PixelGrid> pictures, AugmentationPipeline pipeline) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("a preview needs at least one picture");
    }
    AugmentationSheet preview = new AugmentationSheet(pictures, pipeline);
    try {
      preview.draw(pictures);
    } finally {
      preview.canvas.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(preview.sheet, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void draw(List<PixelGrid> pictures) {
    canvas.setColor(Color.WHITE);
    canvas.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    canvas.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
    canvas.setColor(Color.DARK_GRAY);
    List<Augmentation> augmentations = pipeline.augmentations();
    title(0, "as it is");
    for (int i = 0; i < augmentations.size(); i++) {
      title(i + 1, augmentations.get(i).settingName());
    }
    title(augmentations.size() + 1, "in training");
    for (int row = 0; row < pictures.size(); row++) {
      PixelGrid picture = pictures.get(row);
      show(picture, row, 0);
      for (int i = 0; i < augmentations.size(); i++) {
        RandomStream random = RandomStream.of(pipeline.seed(), row, i);
        show(augmentations.get(i).apply(picture, random), row, i + 1);
      }
      show(pipeline.augment(picture, row, 0), row, augmentations.size() + 1);
    }
  }

  private void title(int column, String text) {
    String shown = text;
    while (canvas.getFontMetrics().stringWidth(shown) > cell) {
      shown = shown.substring(0, shown.length() - 1);
    }
    canvas.drawString(shown, GAP + column * (cell + GAP), HEADER - GAP);
  }

  private void show(PixelGrid picture, int row, int column) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int packed =
            picture.sample(x, y, 0) << 16 | picture.sample(x, y, 1) << 8 | picture.sample(x, y, 2);
        image.setRGB(x, y, packed);
      }
    }
    double scale = (double) cell / Math.max(picture.width(), picture.height());
    canvas.drawImage(
        image,
        GAP + column * (cell + GAP),
        HEADER + row * (cell + GAP),
        (int) Math.round(picture.width() * scale),
        (int) Math.round(picture.height() * scale),
        null);
  }
}
