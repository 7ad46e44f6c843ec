package dev.amulet.training.vision;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Interpolation;
import java.util.List;

/**
 * How pictures were shown to a network when its public weights were evaluated.
 *
 * @param side height and width, pixels
 * @param crop share of the shorter side that was cut out of the centre
 * @param interpolation of the resizing before
 * @param mean subtracted from samples scaled to [0,1], per channel
 * @param std divided by afterwards
 */
public record NativeInput(
    int side, double crop, Interpolation interpolation, List<Float> mean, List<Float> std) {
  private static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);
  private static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);
  private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

  public NativeInput {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** With the mean and standard deviation of ImageNet's pixels. */
  static NativeInput imagenet(int side, double crop, Interpolation interpolation) {
    return new NativeInput(side, crop, interpolation, IMAGENET_MEAN, IMAGENET_STD);
  }

  /** Samples from -1 to 1. */
  static NativeInput centred(int side, double crop, Interpolation interpolation) {
    return new NativeInput(side, crop, interpolation, HALF, HALF);
  }

  /** Whole pictures squashed to this size: what a search for the best way to resize starts from. */
  ImagePreprocessing squashed() {
    return PixelMetadata.squashed(side, side)
        .setInterpolation(interpolation)
        .setDivisor(255)
        .addAllMean(mean)
        .addAllStd(std)
        .build();
  }
}
