package dev.amulet.runtime.internal.explain;

import dev.amulet.format.Artifact;
import dev.amulet.format.v1.ImageScore;
import dev.amulet.format.v1.ImageScorePart;
import dev.amulet.format.v1.LinearModel;
import dev.amulet.format.v1.Manifest;
import dev.amulet.format.v1.SlotRange;
import dev.amulet.format.v1.Stage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A linear function of one image's embedding that the model scores with, applied to every position
 * of the feature map that was averaged into it: the class activation map of Zhou et al., "Learning
 * Deep Features for Discriminative Localization", 2016. The mean of the map is exactly what the
 * function makes of the embedding. Immutable and thread-safe.
 */
public final class ActivationHead {
  private final int outputs;
  private final int channels;

  /** {@code [outputs, channels]}. */
  private final double[] weights;

  private final double[] offsets;

  private ActivationHead(int outputs, int channels) {
    this.outputs = outputs;
    this.channels = channels;
    weights = new double[outputs * channels];
    offsets = new double[outputs];
  }

  /**
   * The heads of an amulet's image stages, by position among these: the linear stages behind the
   * final margin, as the blends weigh them, where they read the embedding; else the image score.
   */
  public static Map<Integer, ActivationHead> of(Artifact artifact) {
    Manifest manifest = artifact.manifest();
    Map<Integer, ActivationHead> heads = new TreeMap<>();
    for (ImageLayout image : ImageLayout.of(manifest)) {
      if (image.map() != null && isRead(manifest, image)) {
        heads.put(image.stage(), head(artifact, image));
      }
    }
    return heads;
  }

  /** Why an amulet has no activation maps; null when it has. */
  public static @Nullable String missing(Manifest manifest) {
    List<ImageLayout> images = ImageLayout.of(manifest);
    if (images.isEmpty()) {
      return "no network of it writes an embedding";
    }
    if (images.stream().allMatch(image -> image.map() == null)) {
      return "no network of it has a feature map whose mean is its embedding";
    }
    return images.stream().anyMatch(image -> image.map() != null && isRead(manifest, image))
        ? null
        : "no image score and no linear model of it reads an image's embedding";
  }

  private static boolean isRead(Manifest manifest, ImageLayout image) {
    return MarginExplainer.weights(manifest).keySet().stream()
            .anyMatch(stage -> stage.hasLinear() && reads(stage, image))
        || imageScore(manifest, image) != null;
  }

  private static @Nullable Stage imageScore(Manifest manifest, ImageLayout image) {
    return manifest.getPipeline().getStagesList().stream()
        .filter(stage -> stage.hasImageScore() && reads(stage, image))
        .filter(
            stage ->
                stage.getImageScore().getPartsList().stream()
                    .map(ImageScorePart::getColumn)
                    .anyMatch(column -> column == image.column()))
        .findFirst()
        .orElse(null);
  }

  private static boolean reads(Stage stage, ImageLayout image) {
    return input(stage, image) >= 0;
  }

  /** Position among a stage's inputs of the embedding's first slot, or -1. */
  private static int input(Stage stage, ImageLayout image) {
    int input = 0;
    for (SlotRange range : stage.getReadsList()) {
      int offset = image.first() - range.getFirst();
      if (offset >= 0 && offset + image.width() <= range.getCount()) {
        return input + offset;
      }
      input += range.getCount();
    }
    return -1;
  }

  private static ActivationHead head(Artifact artifact, ImageLayout image) {
    Manifest manifest = artifact.manifest();
    ActivationHead head =
        new ActivationHead(MarginExplainer.outputs(manifest.getOutputs()), image.width());
    boolean[] linear = {false};
    MarginExplainer.weights(manifest)
        .forEach(
            (stage, weight) -> {
              if (stage.hasLinear() && reads(stage, image)) {
                LinearModel table = artifact.table(stage.getLinear().getTable()).getLinear();
                head.add(
                    input(stage, image),
                    table.getInputs(),
                    table.getWeightsList(),
                    table.getCentreList(),
                    weight);
                linear[0] = true;
              }
            });
    Stage score = imageScore(manifest, image);
    if (!linear[0] && score != null) {
      ImageScore table = artifact.table(score.getImageScore().getTable()).getImageScore();
      head.add(
          input(score, image), table.getInputs(), table.getWeightsList(), table.getCentreList(), 1);
    }
    return head;
  }

  private void add(int first, int inputs, List<Float> table, List<Float> centre, double factor) {
    for (int k = 0; k < outputs; k++) {
      for (int c = 0; c < channels; c++) {
        double weight = factor * table.get(k * inputs + first + c);
        weights[k * channels + c] += weight;
        offsets[k] += weight * centre.get(first + c);
      }
    }
  }

  /** Number of margins. */
  public int outputs() {
    return outputs;
  }

  /**
   * The map of one output.
   *
   * @param features {@code [channels, positions]} row-major
   * @return {@code [positions]}
   */
  public float[] map(float[] features, int positions, int output) {
    double[] sums = new double[positions];
    for (int c = 0; c < channels; c++) {
      double weight = weights[output * channels + c];
      for (int p = 0; p < positions; p++) {
        sums[p] += weight * features[c * positions + p];
      }
    }
    float[] map = new float[positions];
    for (int p = 0; p < positions; p++) {
      map[p] = (float) (sums[p] - offsets[output]);
    }
    return map;
  }
}
