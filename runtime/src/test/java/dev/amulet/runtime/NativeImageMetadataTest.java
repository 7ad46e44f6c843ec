package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class NativeImageMetadataTest {
  private static final Path RESOURCES = Path.of("src", "main", "resources");

  @Test
  void everyResourceOfOursIsListed() throws IOException {
    JsonNode config =
        new ObjectMapper()
            .readTree(
                RESOURCES
                    .resolve("META-INF/native-image/dev.amulet/amulet-runtime/resource-config.json")
                    .toFile());
    List<Pattern> patterns =
        StreamSupport.stream(config.get("resources").get("includes").spliterator(), false)
            .map(include -> Pattern.compile(include.get("pattern").asText()))
            .toList();
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      List<String> resources =
          files
              .filter(Files::isRegularFile)
              .map(file -> RESOURCES.relativize(file).toString().replace('\\', '/'))
              .filter(file -> !file.startsWith("META-INF/"))
              .toList();
      assertThat(resources)
          .isNotEmpty()
          .allMatch(file -> patterns.stream().anyMatch(p -> p.matcher(file).matches()))
          .hasSameSizeAs(patterns);
    }
  }
}
