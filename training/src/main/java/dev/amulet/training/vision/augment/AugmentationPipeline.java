package dev.amulet.training.vision.augment;

import java.util.List;

/**
 * Some augmentations, one after the other, each with its probability. What happens to a picture
 * depends on the seed, the picture's index and the epoch alone: not on the order in which, or the
 * thread on which, pictures are asked for. Immutable, safe for several threads.
 *
 * @param augmentations in the order they are applied
 * @param seed of all random numbers
 */
public record AugmentationPipeline(List<Augmentation> augmentations, long seed) {

  public AugmentationPipeline {
    augmentations = List.copyOf(augmentations);
  }

  /** The picture as this epoch sees it. */
  public PixelGrid augment(PixelGrid picture, long index, int epoch) {
    PixelGrid changed = picture;
    for (Augmentation augmentation : augmentations) {
      RandomStream random =
          RandomStream.of(seed, index, epoch, augmentation.settingName().hashCode());
      if (random.chance(augmentation.probability())) {
        changed = augmentation.apply(changed, random);
      }
    }
    return changed;
  }
}
