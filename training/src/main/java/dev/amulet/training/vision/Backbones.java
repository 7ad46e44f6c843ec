package dev.amulet.training.vision;

import dev.amulet.training.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds a backbone by what the user wrote: a built-in name, or the path of an ONNX file. */
public final class Backbones {
  /** Name of the built-in network that was trained on pictures drawn from formulas. */
  public static final String NANO = "nano";

  /** Name of the built-in network with random weights. */
  public static final String RANDOM = "random64";

  private static final List<String> CATALOGUE =
      List.of(
          "densenet121",
          "efficientnetb0",
          "efficientnetb2",
          "inception_v3",
          "mobilenetv2",
          "resnet34",
          "resnet50",
          "seresnet50",
          "seresnext50",
          "xception");

  private Backbones() {}

  /**
   * The backbone of this name.
   *
   * @param name {@value #RANDOM}, or a path ending in {@code .onnx}
   * @param weightsDir where a relative path is looked for when it is not there as it stands
   * @param seed for {@value #RANDOM}
   * @throws TrainingException when there is no such backbone or its file is unsuitable
   */
  public static Backbone resolve(String name, @Nullable Path weightsDir, long seed) {
    return resolve(name, weightsDir, seed, null);
  }

  /**
   * The same, with the value to take the embedding from.
   *
   * @param embeddingOutput setting {@code image_transformer_embedding_output}: the name of any
   *     value of an ONNX file's graph; null to find it
   */
  public static Backbone resolve(
      String name, @Nullable Path weightsDir, long seed, @Nullable String embeddingOutput) {
    if (name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return fromFile(locate(name, weightsDir), embeddingOutput);
    }
    if (name.equals(NANO)) {
      return NanoBackbone.builtIn();
    }
    if (name.equals(RANDOM)) {
      return random(seed);
    }
    if (CATALOGUE.contains(name)) {
      throw new TrainingException(
          String.format(
              "backbone \"%s\": this version reads ONNX files only; give the path of an ONNX"
                  + " network, for example image_transformer_pretrained_models=%s.onnx, or \"%s\""
                  + " (random weights, no download)",
              name, name, RANDOM));
    }
    throw new TrainingException(
        String.format(
            "backbone \"%s\": unknown; expected the path of a file ending in .onnx, or \"%s\"",
            name, RANDOM));
  }

  /** A user's own network: see {@link #fromFile(Path, String)}. */
  public static Backbone fromFile(Path file) {
    return fromFile(file, null);
  }

  /**
   * A user's own self-contained ONNX network with one input {@code [N,3,H,W] float32}. Its metadata
   * may say {@code mean}, {@code std}, {@code scale}, {@code color}, {@code layout}, {@code
   * embedding}, {@code source} and {@code license}.
   *
   * @param embeddingOutput name of the value to take the embedding from; null to find it: metadata
   *     {@code embedding}, the output called {@code embedding}, else what the classifier reads
   */
  public static Backbone fromFile(Path file, @Nullable String embeddingOutput) {
    return OnnxFileBackbone.read(file, embeddingOutput);
  }

  /**
   * A small network with random weights, not pretrained: it tells colours, brightness and coarse
   * edges apart. The same seed gives the same bytes everywhere.
   */
  public static Backbone random(long seed) {
    return RandomBackbone.of(seed);
  }

  private static Path locate(String name, @Nullable Path weightsDir) {
    Path direct = Path.of(name);
    if (Files.isRegularFile(direct)) {
      return direct;
    }
    if (weightsDir != null && Files.isRegularFile(weightsDir.resolve(direct))) {
      return weightsDir.resolve(direct);
    }
    throw new TrainingException(
        String.format(
            "backbone \"%s\": no such file%s; give the path of an ONNX network",
            name, weightsDir == null ? "" : " here or in " + weightsDir));
  }
}
