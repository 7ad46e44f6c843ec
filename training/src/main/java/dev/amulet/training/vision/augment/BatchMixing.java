package dev.amulet.training.vision.augment;

import java.util.Arrays;

/**
 * Two training pictures in one, and their labels with it. Mixup blends all pixels (Zhang et al.,
 * "mixup: beyond empirical risk minimization", 2018); cutmix pastes a rectangle (Yun et al.,
 * "CutMix: regularization strategy to train strong classifiers", 2019).
 *
 * <p>The loss of picture i is {@code ownShare(i) * loss(label[i]) + (1 - ownShare(i)) *
 * loss(label[partner(i)])}.
 */
public final class BatchMixing {
  private final int[] partner;
  private final float[] ownShare;

  private BatchMixing(int[] partner, float[] ownShare) {
    this.partner = partner;
    this.ownShare = ownShare;
  }

  /** Number of pictures in the batch. */
  public int pictures() {
    return partner.length;
  }

  /** Index of the picture mixed into this one; may be the picture itself. */
  public int partner(int picture) {
    return partner[picture];
  }

  /** Share of the picture itself in what it became, 0 to 1. */
  public float ownShare(int picture) {
    return ownShare[picture];
  }

  /** Nothing mixed: every picture wholly itself. */
  public static BatchMixing none(int pictures) {
    int[] partner = new int[pictures];
    Arrays.setAll(partner, i -> i);
    float[] share = new float[pictures];
    Arrays.fill(share, 1);
    return new BatchMixing(partner, share);
  }

  /**
   * Mixes a batch in place by mixup or cutmix, by chance half the batches each where both are on.
   *
   * @param pixels {@code [N,3,height,width]}
   * @param mixup alpha of the share's Beta distribution; 0 is off
   * @param cutmix likewise; 0 is off
   */
  public static BatchMixing mix(
      float[] pixels, int height, int width, double mixup, double cutmix, RandomStream random) {
    int pictures = pixels.length / (3 * height * width);
    if (mixup <= 0 && cutmix <= 0) {
      return none(pictures);
    }
    boolean cut = mixup <= 0 || (cutmix > 0 && random.chance(0.5));
    return cut
        ? cutmix(pixels, height, width, cutmix, random)
        : mixup(pixels, height, width, mixup, random);
  }

  /** Blends each picture with another: {@code share * own + (1 - share) * other}. */
  public static BatchMixing mixup(
      float[] pixels, int height, int width, double alpha, RandomStream random) {
    int size = 3 * height * width;
    int pictures = checked(pixels, size);
    float[] before = pixels.clone();
    int[] partner = shuffled(pictures, random);
    float[] share = new float[pictures];
    for (int i = 0; i < pictures; i++) {
      share[i] = (float) random.beta(alpha);
      int own = i * size;
      int other = partner[i] * size;
      for (int j = 0; j < size; j++) {
        pixels[own + j] = share[i] * before[own + j] + (1 - share[i]) * before[other + j];
      }
    }
    return new BatchMixing(partner, share);
  }

  /**
   * Pastes a rectangle of another picture into each, at the same place; its sides are the same
   * share of the picture's sides. {@code ownShare} counts the pixels that stayed.
   */
  public static BatchMixing cutmix(
      float[] pixels, int height, int width, double alpha, RandomStream random) {
    int plane = height * width;
    int pictures = checked(pixels, 3 * plane);
    float[] before = pixels.clone();
    int[] partner = shuffled(pictures, random);
    float[] share = new float[pictures];
    for (int i = 0; i < pictures; i++) {
      double side = Math.sqrt(1 - random.beta(alpha));
      int centreX = random.below(width);
      int centreY = random.below(height);
      int left = Math.max(0, centreX - (int) (width * side / 2));
      int right = Math.min(width, centreX + (int) (width * side / 2));
      int top = Math.max(0, centreY - (int) (height * side / 2));
      int bottom = Math.min(height, centreY + (int) (height * side / 2));
      for (int channel = 0; channel < 3; channel++) {
        int own = (3 * i + channel) * plane;
        int other = (3 * partner[i] + channel) * plane;
        for (int y = top; y < bottom; y++) {
          int from = y * width + left;
          System.arraycopy(before, other + from, pixels, own + from, right - left);
        }
      }
      share[i] = partner[i] == i ? 1 : 1 - (float) ((right - left) * (bottom - top)) / plane;
    }
    return new BatchMixing(partner, share);
  }

  private static int checked(float[] pixels, int size) {
    if (size < 1 || pixels.length % size != 0) {
      throw new IllegalArgumentException(
          String.format("%d values are no pictures of %d values each", pixels.length, size));
    }
    return pixels.length / size;
  }

  private static int[] shuffled(int count, RandomStream random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    for (int i = count - 1; i > 0; i--) {
      int j = random.below(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }
}
