package dev.amulet.training.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AugmentationPipelineTest {
  private static final AugmentationPipeline ALL =
      new AugmentationPipeline(List.of(Augmentation.values()), 7);

  @Test
  void whatHappensToAPictureDoesNotDependOnTheOthersOrTheThread() {
    List<PixelGrid> pictures =
        IntStream.range(0, 40).mapToObj(i -> Samples.noise(24, 24, i)).toList();
    List<PixelGrid> inOrder =
        IntStream.range(0, 40).mapToObj(i -> ALL.augment(pictures.get(i), i, 2)).toList();
    List<PixelGrid> inParallel =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> ALL.augment(pictures.get(i), i, 2))
            .toList();
    assertThat(inParallel).isEqualTo(inOrder);
    assertThat(ALL.augment(pictures.get(39), 39, 2)).isEqualTo(inOrder.get(39));
  }

  @Test
  void epochsPicturesAndSeedsDiffer() {
    PixelGrid picture = Samples.noise(24, 24, 1);
    PixelGrid first = ALL.augment(picture, 0, 0);
    assertThat(ALL.augment(picture, 0, 1)).isNotEqualTo(first);
    assertThat(ALL.augment(picture, 1, 0)).isNotEqualTo(first);
    assertThat(new AugmentationPipeline(ALL.augmentations(), 8).augment(picture, 0, 0))
        .isNotEqualTo(first);
  }

  @Test
  void eachActsOnItsShareOfThePictures() {
    PixelGrid picture = Samples.noise(8, 8, 1);
    for (Augmentation augmentation : Augmentation.values()) {
      AugmentationPipeline alone = new AugmentationPipeline(List.of(augmentation), 11);
      double changed =
          IntStream.range(0, 1000)
              .filter(i -> !alone.augment(picture, i, 0).equals(picture))
              .count();
      assertThat(changed / 1000)
          .as(augmentation.settingName())
          .isCloseTo(augmentation.probability(), Offset.offset(0.06));
    }
  }

  @Test
  void withoutAugmentationsThePictureStays() {
    PixelGrid picture = Samples.noise(8, 8, 1);
    assertThat(new AugmentationPipeline(List.of(), 1).augment(picture, 5, 5)).isSameAs(picture);
  }
}
