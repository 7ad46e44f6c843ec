package dev.amulet.training.vision.augment;

import dev.amulet.training.TrainingException;
import dev.amulet.training.data.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One kind of random change to a training picture. Names are those of Driverless AI's setting
 * {@code tensorflow_image_augmentations}, ranges those of the library the names come from (Buslaev
 * et al., "Albumentations: fast and flexible image augmentations", 2020) unless said otherwise. The
 * size of the picture stays, but {@link #RANDOM_ROTATE_90} swaps width and height of one that is
 * not square.
 */
public enum Augmentation {
  BLUR("Blur", 0.2, "mean over a square of 3, 5 or 7 pixels"),
  CLAHE("CLAHE", 0.2, "contrast of the brightness equalised in 8x8 tiles, clip limit 1 to 4"),
  DOWNSCALE("Downscale", 0.2, "coarse pixels: 0.25 to 0.5 of the resolution"),
  GAUSS_NOISE("GaussNoise", 0.2, "noise of variance 10 to 50 on each sample of 0 to 255"),
  GRID_DROPOUT(
      "GridDropout",
      0.2,
      "a grid of black squares, a tenth to a quarter of the side apart, half that wide"),
  HORIZONTAL_FLIP("HorizontalFlip", 0.5, "left and right exchanged"),
  HUE_SATURATION_VALUE(
      "HueSaturationValue",
      0.5,
      "hue turned by up to 40 degrees, saturation by up to 30 and value by up to 20 of 255"),
  IMAGE_COMPRESSION("ImageCompression", 0.2, "what JPEG of quality 50 to 95 leaves"),
  OPTICAL_DISTORTION(
      "OpticalDistortion",
      0.3,
      "barrel or pincushion, coefficient up to 0.3, centre shifted by up to 0.05 of the side"),
  RANDOM_BRIGHTNESS_CONTRAST(
      "RandomBrightnessContrast",
      0.5,
      "brightness by up to 0.2 of the range, contrast by up to 0.2"),
  RANDOM_ROTATE_90("RandomRotate90", 0.75, "a quarter, half or three-quarter turn"),
  SHIFT_SCALE_ROTATE(
      "ShiftScaleRotate",
      0.5,
      "shifted by up to 0.0625 of the side, scaled by 0.9 to 1.1, turned by up to 45 degrees;"
          + " what comes in from outside is mirrored"),
  VERTICAL_FLIP("VerticalFlip", 0.5, "top and bottom exchanged");

  /** What is used when a network is fine-tuned and nothing was asked for. */
  public static final List<Augmentation> DEFAULT = List.of(HORIZONTAL_FLIP);

  private final String settingName;
  private final double probability;
  private final String range;

  Augmentation(String settingName, double probability, String range) {
    this.settingName = settingName;
    this.probability = probability;
    this.range = range;
  }

  /** The name in settings, such as {@code HueSaturationValue}. */
  public String settingName() {
    return settingName;
  }

  /** Share of pictures that are changed. */
  public double probability() {
    return probability;
  }

  /** What it does, with its ranges, in a line. */
  public String range() {
    return range;
  }

  /** The picture changed, always: the probability is for {@link AugmentationPipeline}. */
  public PixelGrid apply(PixelGrid picture, RandomStream random) {
    return switch (this) {
      case BLUR -> Neighbourhood.blur(picture, random);
      case CLAHE -> LocalContrast.equalise(picture, random);
      case DOWNSCALE -> Neighbourhood.coarsen(picture, random);
      case GAUSS_NOISE -> Tones.addNoise(picture, random);
      case GRID_DROPOUT -> Neighbourhood.punchGrid(picture, random);
      case HORIZONTAL_FLIP -> Turns.mirrorSideways(picture);
      case HUE_SATURATION_VALUE -> Tones.shiftHue(picture, random);
      case IMAGE_COMPRESSION -> JpegLoss.compress(picture, random);
      case OPTICAL_DISTORTION -> Warp.distort(picture, random);
      case RANDOM_BRIGHTNESS_CONTRAST -> Tones.shiftBrightness(picture, random);
      case RANDOM_ROTATE_90 -> Turns.turnQuarters(picture, random);
      case SHIFT_SCALE_ROTATE -> Warp.shiftScaleRotate(picture, random);
      case VERTICAL_FLIP -> Turns.mirrorUpright(picture);
    };
  }

  /**
   * The augmentations of a setting, in its order, each once: {@code HorizontalFlip, Blur} or {@code
   * ["HorizontalFlip", "Blur"]}; upper and lower case alike. Nothing, or {@code []}, is none.
   *
   * @throws TrainingException for an unknown name, with the nearest known one
   */
  public static List<Augmentation> parse(String setting) {
    List<Augmentation> found = new ArrayList<>();
    for (String name : setting.replaceAll("[\\[\\]\"']", " ").split(",", -1)) {
      if (!name.isBlank()) {
        Augmentation augmentation = named(name.trim());
        if (!found.contains(augmentation)) {
          found.add(augmentation);
        }
      }
    }
    return List.copyOf(found);
  }

  private static Augmentation named(String name) {
    List<String> known = Arrays.stream(values()).map(Augmentation::settingName).toList();
    return Arrays.stream(values())
        .filter(augmentation -> augmentation.settingName.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    String.format(
                        "augmentation \"%s\": unknown%s; expected some of %s",
                        name, NearestName.suggestion(name, known), String.join(", ", known))));
  }
}
