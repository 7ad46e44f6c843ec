package dev.amulet.server;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.format.ArtifactWriter;
import dev.amulet.format.v1.Manifest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/** Amulets that differ from a golden one in their manifest. */
final class Variants {
  private static final Set<String> WRITTEN_ANEW = Set.of("manifest.pb", "manifest.json");

  private Variants() {}

  /**
   * Writes a golden regression with another manifest.
   *
   * @return its id
   */
  static String save(Path target, Consumer<Manifest.Builder> change) throws ArtifactException {
    try (Artifact golden = Artifact.open(Served.GOLDEN.resolve("regression.amulet"))) {
      Manifest.Builder manifest =
          golden.manifest().toBuilder()
              .clearFormatMajor()
              .clearFormatMinor()
              .clearRequiredCapabilities()
              .clearEntries();
      change.accept(manifest);
      ArtifactWriter writer = new ArtifactWriter(manifest.build());
      for (String name : golden.entryNames()) {
        if (!WRITTEN_ANEW.contains(name)) {
          ByteBuffer entry = golden.entry(name);
          byte[] bytes = new byte[entry.remaining()];
          entry.get(bytes);
          writer.add(name, bytes);
        }
      }
      return writer.write(target);
    }
  }

  /** A model whose score of any row is {@code shift} more than the golden's. */
  static String shifted(Path target, double shift) throws ArtifactException {
    return save(
        target,
        manifest -> {
          var transform = manifest.getOutputsBuilder().getTargetTransformBuilder();
          transform.setMean(transform.getMean() + shift);
        });
  }
}
