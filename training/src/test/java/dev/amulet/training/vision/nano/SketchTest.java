package dev.amulet.training.vision.nano;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.training.vision.augment.PixelGrid;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SketchTest {
  private static final int PER_CELL = Sketch.LENGTH / 16;

  /** Grey stripes across or down in the top left quarter, the rest plain. */
  private static PixelGrid stripes(boolean across) {
    byte[] rgb = new byte[32 * 32 * 3];
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        boolean light = x < 16 && y < 16 && (across ? y : x) % 8 < 4;
        for (int channel = 0; channel < 3; channel++) {
          rgb[3 * (32 * y + x) + channel] = (byte) (light ? 200 : 100);
        }
      }
    }
    return new PixelGrid(32, 32, rgb);
  }

  private static float[] sketch(PixelGrid picture) {
    float[] numbers = new float[Sketch.LENGTH + 1];
    Sketch.of(picture, numbers, 1);
    assertThat(numbers[0]).isZero();
    return Arrays.copyOfRange(numbers, 1, numbers.length);
  }

  @Test
  void edgesCountInTheirCellAndDirection() {
    float[] across = sketch(stripes(true));
    float[] down = sketch(stripes(false));
    // A gradient along x is direction 0, one along y direction 4.
    assertThat(down[0]).isGreaterThan(down[4] + 2);
    assertThat(across[4]).isGreaterThan(across[0] + 2);
    int last = 15 * PER_CELL;
    assertThat(down[last]).isEqualTo(-2, Offset.offset(1e-3f));
    assertThat(across[last + 4]).isEqualTo(-2, Offset.offset(1e-3f));
  }

  @Test
  void aPlainPictureHasColoursAndNoEdges() {
    byte[] rgb = new byte[32 * 32 * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 255;
    }
    float[] numbers = sketch(new PixelGrid(32, 32, rgb));
    for (int cell = 0; cell < 16; cell++) {
      for (int direction = 0; direction < 8; direction++) {
        assertThat(numbers[cell * PER_CELL + direction]).isEqualTo(-2, Offset.offset(1e-3f));
      }
      assertThat(numbers[cell * PER_CELL + 8]).isEqualTo(2, Offset.offset(1e-3f));
      assertThat(numbers[cell * PER_CELL + 9]).isEqualTo(-2, Offset.offset(1e-3f));
    }
  }
}
