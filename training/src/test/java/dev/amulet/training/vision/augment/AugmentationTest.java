package dev.amulet.training.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.TrainingException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AugmentationTest {
  @Test
  void thereAreTheThirteenOfDriverlessAi() {
    assertThat(Augmentation.values())
        .extracting(Augmentation::settingName)
        .containsExactly(
            "Blur",
            "CLAHE",
            "Downscale",
            "GaussNoise",
            "GridDropout",
            "HorizontalFlip",
            "HueSaturationValue",
            "ImageCompression",
            "OpticalDistortion",
            "RandomBrightnessContrast",
            "RandomRotate90",
            "ShiftScaleRotate",
            "VerticalFlip");
  }

  @Test
  void settingsAreReadAsPeopleWriteThem() {
    assertThat(Augmentation.parse("HorizontalFlip")).isEqualTo(Augmentation.DEFAULT);
    assertThat(Augmentation.parse("[\"Blur\", 'clahe', Blur]"))
        .containsExactly(Augmentation.BLUR, Augmentation.CLAHE);
    assertThat(Augmentation.parse("[]")).isEmpty();
    assertThat(Augmentation.parse(" ")).isEmpty();
  }

  @Test
  void aMistypedNameGetsTheNearestKnownOne() {
    assertThatThrownBy(() -> Augmentation.parse("Blur, HorizontalFlop"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("\"HorizontalFlop\"")
        .hasMessageContaining("did you mean \"HorizontalFlip\"?")
        .hasMessageContaining("ShiftScaleRotate");
  }

  @ParameterizedTest
  @EnumSource
  void eachChangesAPictureAndLeavesTheGivenOneAlone(Augmentation augmentation) {
    PixelGrid picture = Samples.noise(40, 40, 5);
    PixelGrid before = Samples.noise(40, 40, 5);

    PixelGrid changed = augmentation.apply(picture, RandomStream.of(3));

    assertThat(changed).isNotEqualTo(picture);
    assertThat(changed.width()).isEqualTo(40);
    assertThat(changed.height()).isEqualTo(40);
    assertThat(picture).isEqualTo(before);
    assertThat(augmentation.apply(picture, RandomStream.of(3))).isEqualTo(changed);
  }

  @ParameterizedTest
  @EnumSource
  void eachTakesPicturesOfAnySize(Augmentation augmentation) {
    for (int[] size : new int[][] {{1, 1}, {2, 1}, {1, 7}, {7, 5}, {33, 17}}) {
      for (int seed = 0; seed < 20; seed++) {
        PixelGrid picture = Samples.noise(size[0], size[1], seed);
        PixelGrid changed = augmentation.apply(picture, RandomStream.of(seed));
        assertThat(changed.width() * changed.height()).isEqualTo(size[0] * size[1]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Augmentation.class,
      names = {"BLUR", "DOWNSCALE", "OPTICAL_DISTORTION", "SHIFT_SCALE_ROTATE"})
  void whatMovesOrBlursPixelsLeavesAPlainPictureAsItIs(Augmentation augmentation) {
    PixelGrid plain = Samples.plain(24, 16, 200, 17, 255);
    assertThat(augmentation.apply(plain, RandomStream.of(9))).isEqualTo(plain);
  }

  @Test
  void aMirroredPictureIsReadFromTheOtherSide() {
    PixelGrid picture = Samples.gradient(10, 6);
    PixelGrid sideways = Turns.mirrorSideways(picture);
    PixelGrid upright = Turns.mirrorUpright(picture);
    for (int channel = 0; channel < 3; channel++) {
      assertThat(sideways.sample(2, 1, channel)).isEqualTo(picture.sample(7, 1, channel));
      assertThat(upright.sample(2, 1, channel)).isEqualTo(picture.sample(2, 4, channel));
    }
    assertThat(Turns.mirrorSideways(sideways)).isEqualTo(picture);
    assertThat(Turns.mirrorUpright(upright)).isEqualTo(picture);
  }

  @Test
  void quarterTurnsAreTheThreeThatAreNotNothing() {
    PixelGrid picture = Samples.gradient(3, 2);
    Set<List<Integer>> corners = new HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      PixelGrid turned = Augmentation.RANDOM_ROTATE_90.apply(picture, RandomStream.of(seed));
      // Where the top left pixel (red 0, green 0) went, and that its neighbour went along.
      for (int y = 0; y < turned.height(); y++) {
        for (int x = 0; x < turned.width(); x++) {
          if (turned.sample(x, y, 0) == 0 && turned.sample(x, y, 1) == 0) {
            corners.add(List.of(turned.width(), x, y));
          }
        }
      }
    }
    assertThat(corners)
        .containsExactlyInAnyOrder(List.of(2, 0, 2), List.of(3, 2, 1), List.of(2, 1, 0));
  }

  @Test
  void blurIsTheMeanOfTheSquareAround() {
    PixelGrid picture = Samples.noise(9, 9, 1);
    double sum = 0;
    for (int y = 3; y <= 5; y++) {
      for (int x = 3; x <= 5; x++) {
        sum += picture.sample(x, y, 1);
      }
    }
    assertThat((double) Neighbourhood.blurred(picture, 1).sample(4, 4, 1))
        .isCloseTo(sum / 9, Offset.offset(1.0));
  }

  @Test
  void coarsePixelsAreTheMeansOfTheirFinePixels() {
    PixelGrid coarse = Neighbourhood.coarsened(Samples.gradient(8, 8), 0.25);
    assertThat(coarse.sample(0, 0, 0)).isEqualTo(6);
    assertThat(coarse.sample(3, 3, 0)).isEqualTo(6);
    assertThat(coarse.sample(4, 0, 0)).isEqualTo(22);
    assertThat(coarse.sample(0, 7, 1)).isEqualTo(22);
  }

  @Test
  void gridDropoutBlackensAQuarterInSquares() {
    PixelGrid holes = Neighbourhood.punched(Samples.plain(32, 32, 200, 200, 200), 8, 3, 0);
    assertThat(Samples.mean(holes, 0)).isEqualTo(150);
    assertThat(holes.sample(0, 0, 0)).isZero();
    assertThat(holes.sample(1, 0, 0)).isEqualTo(200);
    assertThat(holes.sample(5, 3, 2)).isZero();
    assertThat(holes.sample(5, 4, 2)).isEqualTo(200);
  }

  @Test
  void noiseHasTheVarianceItSaysAndNoBias() {
    PixelGrid plain = Samples.plain(64, 64, 128, 128, 128);
    for (int seed = 0; seed < 10; seed++) {
      PixelGrid noisy = Augmentation.GAUSS_NOISE.apply(plain, RandomStream.of(seed));
      assertThat(Samples.difference(plain, noisy)).isBetween(9.0, 53.0);
      assertThat(Samples.mean(noisy, 0)).isCloseTo(128, Offset.offset(0.5));
    }
  }

  @Test
  void hueTurnsColoursAndLeavesGreysGrey() {
    PixelGrid red = Samples.plain(1, 1, 200, 50, 50);
    PixelGrid turned = Tones.recoloured(red, 120, 0, 0);
    assertThat(turned.rgb()).containsExactly(50, (byte) 200, 50);
    assertThat(Tones.recoloured(red, 0, 0, 0)).isEqualTo(red);
    assertThat(Tones.recoloured(red, 0, -255, 0).rgb())
        .containsExactly((byte) 200, (byte) 200, (byte) 200);
    assertThat(Tones.recoloured(Samples.plain(1, 1, 90, 90, 90), 40, 30, 20).rgb())
        .containsExactly(110, 110, 110);
  }

  @Test
  void brightnessAndContrastAreALineCutAtBlackAndWhite() {
    PixelGrid changed = Tones.brightened(Samples.plain(1, 1, 0, 100, 250), 1.2, -10);
    assertThat(changed.rgb()).containsExactly((byte) 0, (byte) 110, (byte) 255);
  }

  @Test
  void equalisationSpreadsAFlatPictureAndKeepsColourDifferences() {
    PixelGrid flat = Tones.brightened(Samples.noise(128, 128, 2), 0.1, 100);
    PixelGrid spread = LocalContrast.equalised(flat, 4);
    assertThat(deviation(spread)).isGreaterThan(1.5 * deviation(flat));
    int before = flat.sample(20, 30, 0) - flat.sample(20, 30, 2);
    assertThat(spread.sample(20, 30, 0) - spread.sample(20, 30, 2)).isEqualTo(before);
  }

  @Test
  void compressionLosesMoreAtLowerQuality() {
    PixelGrid picture = Samples.noise(37, 21, 4);
    double fine = Samples.difference(picture, JpegLoss.compressed(picture, 95));
    double coarse = Samples.difference(picture, JpegLoss.compressed(picture, 30));
    assertThat(coarse).isGreaterThan(fine);
    PixelGrid smooth = Samples.gradient(37, 21);
    assertThat(Samples.difference(smooth, JpegLoss.compressed(smooth, 95))).isLessThan(30);
    PixelGrid plain = Samples.plain(37, 21, 10, 120, 240);
    assertThat(Samples.difference(plain, JpegLoss.compressed(plain, 95))).isLessThan(4);
  }

  @Test
  void shiftingScalingAndTurningMovePixelsWhereTheySay() {
    PixelGrid picture = Samples.gradient(33, 33);
    assertThat(Warp.moved(picture, 0, 0, 1, 0)).isEqualTo(picture);
    PixelGrid shifted = Warp.moved(picture, 5, -2, 1, 0);
    assertThat(shifted.sample(20, 10, 0)).isEqualTo(picture.sample(15, 12, 0));
    assertThat(shifted.sample(20, 10, 1)).isEqualTo(picture.sample(15, 12, 1));
    // What comes in at the left is the mirror image about the edge.
    assertThat(shifted.sample(2, 10, 0)).isEqualTo(picture.sample(3, 12, 0));
    PixelGrid turned = Warp.moved(picture, 0, 0, 1, Math.PI / 2);
    assertThat(turned.sample(10, 16, 0)).isEqualTo(picture.sample(16, 10, 0));
    PixelGrid larger = Warp.moved(picture, 0, 0, 2, 0);
    assertThat(larger.sample(20, 16, 0)).isEqualTo(picture.sample(18, 16, 0));
  }

  @Test
  void distortionGrowsWithTheDistanceFromTheCentre() {
    PixelGrid picture = Samples.gradient(33, 33);
    PixelGrid barrel = Warp.distorted(picture, 0.3, 0, 0);
    assertThat(Warp.distorted(picture, 0, 0.05, 0)).isEqualTo(picture);
    assertThat(barrel.sample(16, 16, 0)).isEqualTo(picture.sample(16, 16, 0));
    int near = barrel.sample(20, 16, 0) - picture.sample(20, 16, 0);
    int far = barrel.sample(30, 16, 0) - picture.sample(30, 16, 0);
    assertThat(near).isBetween(0, 1);
    assertThat(far).isBetween(2, 5);
  }

  private static double deviation(PixelGrid picture) {
    double mean = Samples.mean(picture, 1);
    double sum = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        sum += Math.pow(picture.sample(x, y, 1) - mean, 2);
      }
    }
    return Math.sqrt(sum / (picture.width() * picture.height()));
  }
}
