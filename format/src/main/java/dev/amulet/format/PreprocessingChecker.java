package dev.amulet.format;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Resize;

/** The rules of the way from a decoded image to a tensor. */
final class PreprocessingChecker {
  private static final int CHANNELS = 3;
  private static final int WHITE = 0xFFFFFF;

  private PreprocessingChecker() {}

  static void check(ImagePreprocessing spec, Where where) throws ArtifactException {
    side(spec.getWidth(), where.at("width"));
    side(spec.getHeight(), where.at("height"));
    colour(spec.getBackgroundRgb(), where.at("background_rgb"));
    colour(spec.getPadRgb(), where.at("pad_rgb"));
    int shorter = spec.getShorterSide();
    if (spec.getResize() == Resize.SHORTER_SIDE_CROP) {
      int least = Math.max(spec.getWidth(), spec.getHeight());
      if (shorter < least || shorter > Limits.SHORTER_SIDE) {
        throw where
            .at("shorter_side")
            .bad(
                Integer.toUnsignedString(shorter)
                    + " pixels, expected "
                    + least
                    + " (the longer side of the cut) to "
                    + Limits.SHORTER_SIDE);
      }
    } else if (shorter != 0) {
      throw where
          .at("shorter_side")
          .bad(
              "set to "
                  + Integer.toUnsignedString(shorter)
                  + " with resize "
                  + spec.getResize()
                  + ", expected 0 unless it is SHORTER_SIDE_CROP");
    }
    if (spec.getDivisor() <= 0) {
      throw where.at("divisor").bad(spec.getDivisor() + ", expected more than 0");
    }
    if (spec.getMeanCount() != CHANNELS) {
      throw where.at("mean").bad(spec.getMeanCount() + " values, expected one per channel, 3");
    }
    if (spec.getStdCount() != CHANNELS) {
      throw where.at("std").bad(spec.getStdCount() + " values, expected one per channel, 3");
    }
    for (int i = 0; i < CHANNELS; i++) {
      if (spec.getStd(i) <= 0) {
        throw where.at("std", i).bad(spec.getStd(i) + ", expected more than 0");
      }
    }
  }

  private static void side(int pixels, Where where) throws ArtifactException {
    if (pixels < 1 || pixels > Limits.IMAGE_SIDE) {
      throw where.bad(
          Integer.toUnsignedString(pixels) + " pixels, expected 1 to " + Limits.IMAGE_SIDE);
    }
  }

  private static void colour(int rgb, Where where) throws ArtifactException {
    if (rgb < 0 || rgb > WHITE) {
      throw where.bad("0x" + Integer.toHexString(rgb) + ", expected a colour 0xRRGGBB");
    }
  }
}
