package dev.amulet.training.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BatchMixingTest {
  private static final int SIDE = 16;
  private static final int SIZE = 3 * SIDE * SIDE;

  /** Picture i is plain i. */
  private static float[] plainPictures(int count) {
    float[] pixels = new float[count * SIZE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i / SIZE;
    }
    return pixels;
  }

  @Test
  void mixupBlendsPixelsByTheShareItReports() {
    float[] pixels = plainPictures(8);
    BatchMixing mixing = BatchMixing.mixup(pixels, SIDE, SIDE, 0.4, RandomStream.of(3));
    for (int i = 0; i < pixels.length; i++) {
      int picture = i / SIZE;
      float share = mixing.ownShare(picture);
      float expected = share * picture + (1 - share) * mixing.partner(picture);
      assertThat(pixels[i]).isCloseTo(expected, Offset.offset(1e-5f));
    }
    assertThat(IntStream.range(0, 8).map(mixing::partner).toArray())
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void cutmixPastesARectangleAndReportsThePixelsThatStayed() {
    float[] pixels = plainPictures(8);
    BatchMixing mixing = BatchMixing.cutmix(pixels, SIDE, SIDE, 1, RandomStream.of(5));
    boolean pasted = false;
    for (int picture = 0; picture < 8; picture++) {
      int own = 0;
      for (int i = picture * SIZE; i < (picture + 1) * SIZE; i++) {
        assertThat((int) pixels[i]).isIn(picture, mixing.partner(picture));
        own += pixels[i] == picture ? 1 : 0;
      }
      assertThat(mixing.ownShare(picture)).isCloseTo((float) own / SIZE, Offset.offset(1e-5f));
      pasted |= own < SIZE;
    }
    assertThat(pasted).isTrue();
  }

  @Test
  void sharesFollowTheBetaDistribution() {
    RandomStream random = RandomStream.of(1);
    for (double alpha : new double[] {0.4, 1, 3}) {
      double[] draws = new double[20_000];
      Arrays.setAll(draws, i -> random.beta(alpha));
      double mean = Arrays.stream(draws).average().orElseThrow();
      double variance =
          Arrays.stream(draws).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
      assertThat(mean).isCloseTo(0.5, Offset.offset(0.01));
      assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), Offset.offset(0.005));
    }
  }

  @Test
  void bothOnTakeTurnsByChanceAndNeitherIsNothing() {
    int cut = 0;
    for (int seed = 0; seed < 100; seed++) {
      float[] pixels = plainPictures(4);
      BatchMixing.mix(pixels, SIDE, SIDE, 1, 1, RandomStream.of(seed));
      boolean whole = true;
      for (float pixel : pixels) {
        whole &= pixel == Math.rint(pixel);
      }
      cut += whole ? 1 : 0;
    }
    assertThat(cut).isBetween(30, 70);
    float[] untouched = plainPictures(4);
    BatchMixing none = BatchMixing.mix(untouched, SIDE, SIDE, 0, 0, RandomStream.of(1));
    assertThat(untouched).isEqualTo(plainPictures(4));
    assertThat(none.pictures()).isEqualTo(4);
    for (int picture = 0; picture < 4; picture++) {
      assertThat(none.ownShare(picture)).isEqualTo(1);
      assertThat(none.partner(picture)).isEqualTo(picture);
    }
  }
}
