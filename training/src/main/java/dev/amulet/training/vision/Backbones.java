package dev.amulet.training.vision;

import dev.amulet.training.TrainingException;
import dev.amulet.training.weights.WeightFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds a backbone by what the user wrote: a built-in name, or the path of an ONNX file. */
public final class Backbones {
  /** Name of the built-in network that was trained on pictures drawn from formulas. */
  public static final String NANO = "nano";

  /** Name of the built-in network with random weights. */
  public static final String RANDOM = "random64";

  /** Name that lets Amulet choose: {@value #PREFERRED}, else {@value #NANO}. */
  public static final String AUTO = "auto";

  private static final String PREFERRED = "mobilenetv2";

  private Backbones() {}

  /**
   * The backbone of this name.
   *
   * @param name of the catalogue, {@value #NANO}, {@value #RANDOM}, {@value #AUTO}, or a path
   *     ending in {@code .onnx}
   * @param weightsDir where weights, and a relative path, are looked for
   * @param seed for {@value #RANDOM}
   * @throws TrainingException when there is no such backbone, it has no weights here and they
   *     cannot be fetched, or its file is unsuitable
   */
  public static Backbone resolve(String name, @Nullable Path weightsDir, long seed) {
    return resolve(name, weightsDir, seed, null, line -> {});
  }

  /**
   * The same, with the value to take the embedding from.
   *
   * @param embeddingOutput setting {@code image_transformer_embedding_output}: the name of any
   *     value of an ONNX file's graph; null to find it
   * @param progress hears how far a download is, in lines for people
   */
  public static Backbone resolve(
      String name,
      @Nullable Path weightsDir,
      long seed,
      @Nullable String embeddingOutput,
      Consumer<String> progress) {
    if (name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      return fromFile(locate(name, weightsDir), embeddingOutput);
    }
    if (name.equals(NANO)) {
      return NanoBackbone.builtIn();
    }
    if (name.equals(RANDOM)) {
      return random(seed);
    }
    WeightStore store = WeightStore.ofUser(weightsDir, progress);
    if (name.equals(AUTO)) {
      return automatic(store);
    }
    BackboneSpec spec =
        BackboneCatalogue.find(name)
            .orElseThrow(
                () ->
                    new TrainingException(
                        String.format(
                            "backbone \"%s\": unknown; expected %s, %s, %s, %s, or the path of a"
                                + " file ending in .onnx",
                            name,
                            AUTO,
                            String.join(
                                ", ",
                                BackboneCatalogue.all().stream().map(BackboneSpec::name).toList()),
                            NANO,
                            RANDOM)));
    return pretrained(spec, store.get(spec));
  }

  /**
   * An architecture of the catalogue with the weights of a file.
   *
   * @throws TrainingException when they are not its weights
   */
  public static Backbone pretrained(BackboneSpec spec, WeightFile file) {
    try {
      return PretrainedBackbone.of(spec, file);
    } catch (WeightFileException e) {
      throw new TrainingException(
          file.path() + ": no weights of " + spec.name() + ": " + e.getMessage(), e);
    }
  }

  /** The preferred one where its weights can be had; a note says what was taken instead. */
  static Backbone automatic(WeightStore store) {
    BackboneSpec spec = BackboneCatalogue.find(PREFERRED).orElseThrow();
    Optional<WeightFile> here = store.find(spec);
    if (here.isPresent()) {
      return pretrained(spec, here.get());
    }
    try {
      return pretrained(spec, store.impatient().get(spec));
    } catch (TrainingException e) {
      Backbone builtIn = NanoBackbone.builtIn();
      return builtIn.withNote(
          String.format(
              "the weights of %s are not here and could not be fetched, so %s is used; see"
                  + " ./amulet weights get %s, or bring a network with"
                  + " --set image_transformer_pretrained_models=FILE.onnx",
              PREFERRED, builtIn.name(), PREFERRED));
    }
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
