package dev.amulet.training.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class AugmentationSheetTest {
  @Test
  void aRowPerPictureAndAColumnPerAugmentation() throws IOException {
    AugmentationPipeline pipeline =
        new AugmentationPipeline(List.of(Augmentation.VERTICAL_FLIP, Augmentation.GRID_DROPOUT), 1);
    PixelGrid picture = Samples.gradient(96, 96);

    byte[] png = AugmentationSheet.png(List.of(picture, picture, picture), pipeline);

    BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(png));
    int cell = 96;
    int gap = 6;
    int header = 18;
    assertThat(sheet.getWidth()).isEqualTo(4 * (cell + gap) + gap);
    assertThat(sheet.getHeight()).isEqualTo(header + 3 * (cell + gap) + gap);
    for (int row = 0; row < 3; row++) {
      int top = header + row * (cell + gap);
      Color original = new Color(sheet.getRGB(gap + 20, top + 10));
      Color flipped = new Color(sheet.getRGB(gap + cell + gap + 20, top + cell - 1 - 10));
      assertThat(original).isEqualTo(new Color(80, 40, 60)).isEqualTo(flipped);
    }
  }

  @Test
  void picturesOfAnySizeFitTheirCells() throws IOException {
    byte[] png =
        AugmentationSheet.png(
            List.of(Samples.gradient(300, 100), Samples.gradient(20, 40)),
            new AugmentationPipeline(List.of(Augmentation.values()), 1));
    BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(sheet.getWidth()).isEqualTo(15 * 166 + 6);
  }
}
