package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreImagesTest {
  private static final int PER_CLASS = 15;

  @TempDir static Path folder;

  private static Path amulet;
  private static Path pictures;

  @BeforeAll
  static void train() throws IOException {
    pictures = folder.resolve("pictures");
    Random random = new Random(3);
    for (int i = 0; i < PER_CLASS; i++) {
      // One in five goes without an extension.
      String extension = i % 5 == 0 ? "" : ".png";
      draw(pictures.resolve("blue").resolve(i + extension), new Color(20, 20, 200), random);
      draw(pictures.resolve("red").resolve(i + extension), new Color(200, 20, 20), random);
    }
    CommandRun training =
        CommandRun.of(
            "train",
            pictures,
            "--folds",
            "3",
            "--set",
            "image_transformer_pretrained_models=random64",
            "--name",
            "colours",
            "--out",
            folder.resolve("experiments"));
    assertThat(training.exitCode()).as(training.err()).isZero();
    amulet = folder.resolve("experiments").resolve("colours").resolve("model.amulet");
  }

  private static void draw(Path file, Color colour, Random random) throws IOException {
    BufferedImage image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, 24, 24);
    graphics.setColor(Color.GRAY);
    graphics.fillRect(random.nextInt(20), random.nextInt(20), 4, 4);
    graphics.dispose();
    Files.createDirectories(file.getParent());
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  @Test
  void aFolderGivesOneRowPerImageBelowItAlsoThoseWithoutExtension() throws IOException {
    Files.writeString(pictures.resolve("notes"), "no image");
    CommandRun run = CommandRun.of("score", amulet, pictures);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(2 * PER_CLASS + 1);
    assertThat(lines.get(0)).isEqualTo("row,label,label.blue,label.red,error");
    for (int row = 0; row < 2 * PER_CLASS; row++) {
      String[] cells = lines.get(row + 1).split(",", -1);
      double blue = Double.parseDouble(cells[2]);
      double red = Double.parseDouble(cells[3]);
      assertThat(blue + red).isBetween(1 - 1e-9, 1 + 1e-9);
      assertThat(cells[0]).isEqualTo(Integer.toString(row));
      assertThat(cells[1]).isEqualTo(row < PER_CLASS ? "blue" : "red");
      assertThat(cells[4]).isEmpty();
    }
  }

  @Test
  void imageFilesAreRowsInTheOrderGivenAndScoreAsInATable() throws IOException {
    CommandRun files =
        CommandRun.of("score", amulet, pictures.resolve("red/1.png"), pictures.resolve("blue/0"));
    assertThat(files.exitCode()).as(files.err()).isZero();
    assertThat(files.out().lines().skip(1)).hasSize(2);
    assertThat(files.out().lines().toList().get(1)).startsWith("0,red,");
    assertThat(files.out().lines().toList().get(2)).startsWith("1,blue,");
    Path table = Files.writeString(folder.resolve("t.csv"), "image\nred/1.png\nblue/0\n");
    CommandRun asTable = CommandRun.of("score", amulet, table, "--image-root", pictures);
    assertThat(asTable.out()).isEqualTo(files.out());
  }

  @Test
  void anImageThatIsScoredIsNotReplaced() {
    Path image = pictures.resolve("red").resolve("2.png");
    CommandRun run = CommandRun.of("score", amulet, pictures, "-o", image);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("the same file");
  }
}
