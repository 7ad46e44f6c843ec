package dev.amulet.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What pictures are looked at with, and how. Where networks are to be shown pictures in different
 * ways, the lists have one entry per network; else one for all.
 *
 * @param networks backbones: names or ONNX files
 * @param embeddingOutput output of an ONNX file to take as the embedding, or null to find it
 * @param selection which of the networks the model uses
 * @param outputDimensions principal components of an image column's embedding that trees may read,
 *     ascending; validation chooses where there are several
 * @param resize how pictures are brought to a network's size
 * @param inputSize side of the pictures a network is given, in pixels; {@link #AUTO_SIZE} or {@link
 *     #NATIVE_SIZE}
 * @param mirrorAverage whether embeddings are averaged with those of the mirror image
 * @param cache folder that keeps embeddings from run to run; {@value #NO_CACHE} for none, null for
 *     one in the user's cache folder
 * @param downloadTimeoutSeconds how long a server may keep still
 * @param batchSize pictures that run through a network at a time, or {@value #AUTO_BATCH}
 * @param useGpu whether networks may run on a GPU where there is one
 */
public record ImageSettings(
    List<String> networks,
    @Nullable String embeddingOutput,
    Selection selection,
    List<Integer> outputDimensions,
    List<Resize> resize,
    List<Integer> inputSize,
    List<MirrorAverage> mirrorAverage,
    @Nullable String cache,
    int downloadTimeoutSeconds,
    int batchSize,
    boolean useGpu) {

  /** As many pictures at a time as the runtime thinks right. */
  public static final int AUTO_BATCH = -1;

  /** Name of the built-in network that is used when no other is named. */
  public static final String DEFAULT_NETWORK = "auto";

  /** In the place of a folder: embeddings are forgotten when the run ends. */
  public static final String NO_CACHE = "none";

  /** The size that does best in cross-validation; the network's own first. */
  public static final int AUTO_SIZE = 0;

  /** The size the network was made for. */
  public static final int NATIVE_SIZE = -1;

  /** Principal components that trees read unless something else is asked for or found. */
  static final int USUAL_DIMENSION = 100;

  private static final List<Integer> DIMENSIONS = List.of(10, 25, 50, 100, 200, 300);
  private static final int LARGEST_BATCH = 1024;
  private static final int SMALLEST_SIDE = 32;
  private static final int LARGEST_SIDE = 1024;

  public ImageSettings {
    networks = List.copyOf(networks);
    outputDimensions = List.copyOf(outputDimensions);
    resize = List.copyOf(resize);
    inputSize = List.copyOf(inputSize);
    mirrorAverage = List.copyOf(mirrorAverage);
    checkCount(SettingKey.IMAGE_RESIZE, resize, networks);
    checkCount(SettingKey.INPUT_SIZE, inputSize, networks);
    checkCount(SettingKey.MIRROR_AVERAGE, mirrorAverage, networks);
  }

  static void checkCount(SettingKey key, List<?> values, List<String> networks) {
    if (values.size() != 1 && values.size() != networks.size()) {
      throw new TrainingException(
          "setting %s has %d values for %d networks; give one for all, or one for each"
              .formatted(key.key(), values.size(), networks.size()));
    }
  }

  /** Which of several networks the model uses. */
  public enum Selection {
    /** The fewest that do as well as the best in cross-validation. */
    AUTO,
    /** All, their embeddings side by side. */
    CONCAT,
    /** The one that does best in cross-validation. */
    BEST
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
    return new ImageSettings(
        networks(settings),
        settings.text(SettingKey.EMBEDDING_OUTPUT),
        settings.choice(SettingKey.SELECTION, Selection.class, Selection.AUTO),
        outputDimensions(settings),
        settings.choices(SettingKey.IMAGE_RESIZE, Resize.class, Resize.AUTO),
        inputSizes(settings),
        settings.choices(SettingKey.MIRROR_AVERAGE, MirrorAverage.class, MirrorAverage.AUTO),
        settings.text(SettingKey.EMBEDDING_CACHE),
        (int) settings.number(SettingKey.DOWNLOAD_TIMEOUT, 60, 1, 3600),
        batchSize(settings),
        settings.choice(SettingKey.USE_GPU, YesNo.class, YesNo.TRUE) == YesNo.TRUE);
  }

  static List<String> networks(Settings settings) {
    List<String> networks = settings.list(SettingKey.PRETRAINED_MODELS);
    return networks.isEmpty() ? List.of(DEFAULT_NETWORK) : networks;
  }

  private enum YesNo {
    TRUE,
    FALSE
  }

  private static int batchSize(Settings settings) {
    int size = (int) settings.number(SettingKey.BATCH_SIZE, AUTO_BATCH, AUTO_BATCH, LARGEST_BATCH);
    if (size == 0) {
      throw Settings.wrong(
          SettingKey.BATCH_SIZE,
          "0",
          "-1 (automatic) or 1 to " + LARGEST_BATCH + " pictures",
          null);
    }
    return size;
  }

  private static List<Integer> outputDimensions(Settings settings) {
    SortedSet<Integer> dimensions = new TreeSet<>();
    for (String text : settings.list(SettingKey.OUTPUT_DIMENSION)) {
      if (text.strip().equalsIgnoreCase("auto")) {
        dimensions.addAll(DIMENSIONS);
      } else {
        dimensions.add(dimension(text));
      }
    }
    return dimensions.isEmpty() ? List.of(USUAL_DIMENSION) : List.copyOf(dimensions);
  }

  private static int dimension(String text) {
    return DIMENSIONS.stream()
        .filter(dimension -> dimension.toString().equals(text.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                Settings.wrong(
                    SettingKey.OUTPUT_DIMENSION,
                    text,
                    "auto, or some of 10, 25, 50, 100, 200, 300",
                    null));
  }

  /** One value in the place of as many as there are networks, where all are the same. */
  static <T> List<T> oneForAll(List<T> values) {
    return values.stream().distinct().count() == 1 ? values.subList(0, 1) : values;
  }

  Duration downloadTimeout() {
    return Duration.ofSeconds(downloadTimeoutSeconds);
  }

  /** Components that are fitted while candidates are compared; fewer are the first of them. */
  int mostComponents() {
    return outputDimensions.get(outputDimensions.size() - 1);
  }

  /** Components that trees read before anything was searched for. */
  int usualComponents() {
    return outputDimensions.contains(USUAL_DIMENSION) ? USUAL_DIMENSION : mostComponents();
  }

  /** The same with this number of components alone. */
  ImageSettings withComponents(int components) {
    return new ImageSettings(
        networks,
        embeddingOutput,
        selection,
        List.of(components),
        resize,
        inputSize,
        mirrorAverage,
        cache,
        downloadTimeoutSeconds,
        batchSize,
        useGpu);
  }

  private static List<Integer> inputSizes(Settings settings) {
    List<Integer> sizes = new ArrayList<>();
    for (String text : settings.list(SettingKey.INPUT_SIZE)) {
      sizes.add(
          switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO_SIZE;
            case "native" -> NATIVE_SIZE;
            default -> side(text);
          });
    }
    return sizes.isEmpty() ? List.of(AUTO_SIZE) : sizes;
  }

  private static int side(String text) {
    String expected =
        "auto, native or a number of pixels from " + SMALLEST_SIDE + " to " + LARGEST_SIDE;
    try {
      int side = Integer.parseInt(text.strip());
      if (side >= SMALLEST_SIDE && side <= LARGEST_SIDE) {
        return side;
      }
    } catch (NumberFormatException e) {
      throw Settings.wrong(SettingKey.INPUT_SIZE, text, expected, e);
    }
    throw Settings.wrong(SettingKey.INPUT_SIZE, text, expected, null);
  }

  /** How a size is written in settings. */
  static String sizeText(int size) {
    return switch (size) {
      case AUTO_SIZE -> "auto";
      case NATIVE_SIZE -> "native";
      default -> Integer.toString(size);
    };
  }

  Resize resize(int network) {
    return resize.get(resize.size() == 1 ? 0 : network);
  }

  int inputSize(int network) {
    return inputSize.get(inputSize.size() == 1 ? 0 : network);
  }

  MirrorAverage mirrorAverage(int network) {
    return mirrorAverage.get(mirrorAverage.size() == 1 ? 0 : network);
  }

  /** The same with choices made for the networks kept. */
  ImageSettings with(
      List<String> kept,
      List<Resize> newResize,
      List<Integer> newSize,
      List<MirrorAverage> newMirror) {
    return new ImageSettings(
        kept,
        embeddingOutput,
        Selection.CONCAT,
        outputDimensions,
        oneForAll(newResize),
        oneForAll(newSize),
        oneForAll(newMirror),
        cache,
        downloadTimeoutSeconds,
        batchSize,
        useGpu);
  }
}
