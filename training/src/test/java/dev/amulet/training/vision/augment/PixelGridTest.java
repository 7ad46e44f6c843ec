package dev.amulet.training.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PixelGridTest {
  @Test
  void normalisedPixelsArePlanesFromTheOffsetOn() {
    float[] into = new float[1 + 3 * 4];
    new PixelGrid(2, 2, new byte[] {0, 51, 102, 1, 2, 3, 4, 5, 6, (byte) 255, 8, 9})
        .normalised(new float[] {0.5f, 0, 0}, new float[] {0.5f, 1, 0.2f}, into, 1);
    assertThat(into[0]).isZero();
    assertThat(into[1]).isCloseTo(-1, Offset.offset(1e-6f));
    assertThat(into[4]).isCloseTo(1, Offset.offset(1e-6f));
    assertThat(into[5]).isCloseTo(0.2f, Offset.offset(1e-6f));
    assertThat(into[9]).isCloseTo(2, Offset.offset(1e-6f));
  }

  @Test
  void pixelsMustFitTheSize() {
    assertThatThrownBy(() -> new PixelGrid(2, 2, new byte[11]))
        .hasMessage("11 bytes for a picture of 2x2 pixels");
  }
}
