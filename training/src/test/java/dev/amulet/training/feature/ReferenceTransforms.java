package dev.amulet.training.feature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Values by scikit-learn, which the runtime's tests keep. */
final class ReferenceTransforms {
  private ReferenceTransforms() {}

  static JsonNode read(String part) {
    Path file = Path.of("..", "runtime", "src", "test", "resources", "golden", "transforms.json");
    try {
      return new ObjectMapper().readTree(file.toFile()).get(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
