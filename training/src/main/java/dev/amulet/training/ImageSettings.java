package dev.amulet.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pictures are looked at with, and how.
 *
 * @param networks backbones: names or ONNX files
 * @param embeddingOutput output of an ONNX file to take as the embedding, or null to find it
 * @param outputDimension most components an image column's embedding is projected to
 * @param resize how pictures are brought to a network's size
 * @param mirrorAverage whether embeddings are averaged with those of the mirror image
 * @param cache folder that keeps embeddings from run to run; {@value #NO_CACHE} for none, null for
 *     one in the user's cache folder
 */
public record ImageSettings(
    List<String> networks,
    @Nullable String embeddingOutput,
    int outputDimension,
    Resize resize,
    MirrorAverage mirrorAverage,
    @Nullable String cache) {

  /** Name of the built-in network that is used when no other is named. */
  public static final String DEFAULT_NETWORK = "auto";

  /** In the place of a folder: embeddings are forgotten when the run ends. */
  public static final String NO_CACHE = "none";

  private static final List<Integer> DIMENSIONS = List.of(10, 25, 50, 100, 200, 300);

  public ImageSettings {
    networks = List.copyOf(networks);
  }

  /** How pictures are brought to a network's input size. */
  public enum Resize {
    /** Squashed or cropped, whatever does better in cross-validation; as the network says first. */
    AUTO,
    /** Both sides to the network's, whatever that does to the shape of things. */
    SQUASH,
    /** The shorter side to a little more than the network's, then the centre. */
    CROP,
    /** The longer side to the network's, the rest black. */
    PAD
  }

  /** Whether a picture's embedding is averaged with that of its mirror image. */
  public enum MirrorAverage {
    /** If that does better in cross-validation; it doubles the time per picture. */
    AUTO,
    TRUE,
    FALSE
  }

  static ImageSettings of(Settings settings) {
    List<String> networks = settings.list(SettingKey.PRETRAINED_MODELS);
    return new ImageSettings(
        networks.isEmpty() ? List.of(DEFAULT_NETWORK) : networks,
        settings.text(SettingKey.EMBEDDING_OUTPUT),
        outputDimension(settings),
        settings.choice(SettingKey.IMAGE_RESIZE, Resize.class, Resize.AUTO),
        settings.choice(SettingKey.MIRROR_AVERAGE, MirrorAverage.class, MirrorAverage.AUTO),
        settings.text(SettingKey.EMBEDDING_CACHE));
  }

  private static int outputDimension(Settings settings) {
    int dimension = (int) settings.number(SettingKey.OUTPUT_DIMENSION, 100, 1, 300);
    if (!DIMENSIONS.contains(dimension)) {
      throw Settings.wrong(
          SettingKey.OUTPUT_DIMENSION,
          Integer.toString(dimension),
          "one of 10, 25, 50, 100, 200, 300",
          null);
    }
    return dimension;
  }

  /** The same with choices made. */
  ImageSettings with(Resize newResize, MirrorAverage newMirror) {
    return new ImageSettings(
        networks, embeddingOutput, outputDimension, newResize, newMirror, cache);
  }
}
