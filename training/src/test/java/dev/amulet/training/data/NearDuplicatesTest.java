package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.ProgressListener;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NearDuplicatesTest {
  private static final int PICTURES = 60;

  @TempDir Path folder;

  private static BufferedImage draw(int seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 30; i++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillRect(random.nextInt(80) - 10, random.nextInt(60) - 10, 35, 25);
    }
    graphics.dispose();
    return image;
  }

  private static BufferedImage larger(BufferedImage image) {
    BufferedImage scaled = new BufferedImage(131, 97, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, 131, 97, null);
    graphics.dispose();
    return scaled;
  }

  @Test
  void findsResizedAndRecompressedCopiesAndNothingElse() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      ImageIO.write(draw(i), "png", folder.resolve(i + ".png").toFile());
      rows.add(List.of(i + ".png"));
    }
    ImageIO.write(larger(draw(3)), "jpg", folder.resolve("larger.jpg").toFile());
    ImageIO.write(draw(7), "jpg", folder.resolve("pressed.jpg").toFile());
    Files.writeString(folder.resolve("broken.jpg"), "no image");
    rows.add(List.of("larger.jpg"));
    rows.add(List.of("pressed.jpg"));
    rows.add(List.of("9.png"));
    rows.add(List.of("broken.jpg"));
    Dataset table = Dataset.of("t", folder, List.of("image"), rows);
    int[] roots = NearDuplicates.of(table, List.of("image"), ProgressListener.silent());
    for (int i = 0; i < PICTURES; i++) {
      assertThat(roots[i]).isEqualTo(i);
    }
    assertThat(roots[PICTURES]).isEqualTo(3);
    assertThat(roots[PICTURES + 1]).isEqualTo(7);
    assertThat(roots[PICTURES + 2]).isEqualTo(9);
    assertThat(roots[PICTURES + 3]).isEqualTo(PICTURES + 3);
    assertThat(NearDuplicates.rowsWithTwin(roots)).isEqualTo(6);
  }

  @Test
  void flatPicturesOfDifferentGreyAreDifferent() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(new Color(60 * i, 60 * i, 60 * i));
      graphics.fillRect(0, 0, 20, 20);
      graphics.dispose();
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
      rows.add(List.of(i + ".png"));
    }
    Dataset table = Dataset.of("t", folder, List.of("image"), rows);
    assertThat(NearDuplicates.of(table, List.of("image"), ProgressListener.silent()))
        .containsExactly(0, 1, 2, 3);
  }
}
