package dev.amulet.training.vision;

import dev.amulet.format.v1.Alpha;
import dev.amulet.format.v1.ChannelOrder;
import dev.amulet.format.v1.Decode;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Interpolation;
import dev.amulet.format.v1.Orientation;
import dev.amulet.format.v1.Resize;
import dev.amulet.training.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX file's metadata says about the pixels it wants: the input is {@code (pixel * scale -
 * mean) / std} with pixels from 0 to 255.
 */
final class PixelMetadata {
  private static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);
  private static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

  /** Means above this are in units of 0 to 255 (a scaled pixel is at most 1). */
  private static final float LARGEST_SCALED_MEAN = 2;

  private final Map<String, String> metadata;
  private final String label;
  private final List<String> notes = new ArrayList<>();

  PixelMetadata(Map<String, String> metadata, String label) {
    this.metadata = metadata;
    this.label = label;
  }

  /** Assumptions made, one line each. */
  List<String> notes() {
    return notes;
  }

  /** FULL decode, EXIF, alpha dropped, squashed to the size by antialiased bilinear. */
  static ImagePreprocessing.Builder squashed(int width, int height) {
    return ImagePreprocessing.newBuilder()
        .setDecode(Decode.FULL)
        .setOrientation(Orientation.EXIF)
        .setAlpha(Alpha.DROP)
        .setResize(Resize.SQUASH)
        .setInterpolation(Interpolation.BILINEAR)
        .setWidth(width)
        .setHeight(height)
        .setChannelOrder(ChannelOrder.RGB);
  }

  ImagePreprocessing preprocessing(int width, int height) {
    checkLayout();
    List<Float> mean = triple("mean");
    List<Float> std = triple("std");
    if (mean == null && std == null) {
      mean = IMAGENET_MEAN;
      std = IMAGENET_STD;
      notes.add(
          label
              + ": no mean and std in the metadata; ImageNet's are assumed. If the network wants"
              + " other pixels, add metadata mean, std, scale, color");
    } else if (mean == null || std == null) {
      throw new TrainingException(
          String.format(
              "%s: metadata has %s but no %s; give both or none (then ImageNet's are assumed)",
              label, mean == null ? "std" : "mean", mean == null ? "mean" : "std"));
    }
    if (std.stream().anyMatch(s -> s <= 0)) {
      throw new TrainingException(
          String.format("%s: metadata std = %s, expected values above 0", label, std));
    }
    float divisor = divisor(mean);
    if (divisor > 1.5f && mean.stream().anyMatch(m -> Math.abs(m) > LARGEST_SCALED_MEAN)) {
      throw new TrainingException(
          String.format(
              "%s: metadata mean = %s with scale 1/%s: a mean in units of 0 to 255 goes with scale ="
                  + " 1",
              label, mean, divisor));
    }
    return squashed(width, height)
        .setChannelOrder(channelOrder())
        .setDivisor(divisor)
        .addAllMean(mean)
        .addAllStd(std)
        .build();
  }

  private void checkLayout() {
    String layout = metadata.getOrDefault("layout", "NCHW").trim().toUpperCase(Locale.ROOT);
    if (!layout.equals("NCHW")) {
      throw new TrainingException(
          String.format(
              "%s: metadata layout = %s, expected NCHW; export the network channels-first",
              label, layout));
    }
  }

  private ChannelOrder channelOrder() {
    String color = metadata.getOrDefault("color", "RGB").trim().toUpperCase(Locale.ROOT);
    switch (color) {
      case "RGB" -> {
        return ChannelOrder.RGB;
      }
      case "BGR" -> {
        return ChannelOrder.BGR;
      }
      default ->
          throw new TrainingException(
              String.format("%s: metadata color = %s, expected RGB or BGR", label, color));
    }
  }

  private @Nullable List<Float> triple(String key) {
    String text = metadata.get(key);
    if (text == null) {
      return null;
    }
    String[] parts = text.replace("[", "").replace("]", "").trim().split("[,;\\s]+", -1);
    if (parts.length != 1 && parts.length != 3) {
      throw new TrainingException(
          String.format("%s: metadata %s = %s, expected one or three numbers", label, key, text));
    }
    List<Float> values = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      values.add((float) number(key, parts[parts.length == 1 ? 0 : c]));
    }
    return values;
  }

  /** From {@code scale} ("1/255", "0.00392157", "1"); without it, by the size of the mean. */
  private float divisor(List<Float> mean) {
    String scale = metadata.get("scale");
    if (scale == null) {
      return mean.stream().anyMatch(m -> Math.abs(m) > LARGEST_SCALED_MEAN) ? 1 : 255;
    }
    String[] parts = scale.trim().split("/", -1);
    double divisor =
        parts.length == 2
            ? number("scale", parts[1]) / number("scale", parts[0])
            : 1 / number("scale", parts[0]);
    if (parts.length > 2 || !(divisor > 0) || divisor > 65_535) {
      throw new TrainingException(
          String.format(
              "%s: metadata scale = %s, expected what a pixel of 0 to 255 is multiplied by, such as"
                  + " 1/255 or 1",
              label, scale));
    }
    // 0.00392157 means 1/255.
    double whole = Math.rint(divisor);
    return (float) (Math.abs(divisor - whole) <= 1e-4 * divisor ? whole : divisor);
  }

  private double number(String key, String text) {
    try {
      double value = Double.parseDouble(text.trim());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new TrainingException(
          String.format("%s: metadata %s: \"%s\" is not a number", label, key, text), e);
    }
    throw new TrainingException(
        String.format("%s: metadata %s: \"%s\" is not finite", label, key, text));
  }
}
