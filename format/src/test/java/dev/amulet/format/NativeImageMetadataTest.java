package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import dev.amulet.format.v1.Manifest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Protobuf reads fields through the methods of its messages by reflection where a message is walked
 * by its descriptor, as the checkers and the readable manifest do; a native image must be told.
 */
class NativeImageMetadataTest {
  private static final String FILE =
      "META-INF/native-image/dev.amulet/amulet-format/reflect-config.json";

  @Test
  void everyMessageIsListed() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Manifest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String expected;
    try (Stream<Path> files = Files.walk(classes.resolve("dev/amulet/format/v1"))) {
      List<String> names =
          files
              .map(file -> classes.relativize(file).toString())
              .filter(file -> file.endsWith(".class"))
              .map(file -> file.substring(0, file.length() - 6).replace('/', '.'))
              .filter(NativeImageMetadataTest::isReflectedOn)
              .sorted()
              .toList();
      expected =
          names.stream()
              .map(name -> "  {\"name\": \"" + name + "\", \"allPublicMethods\": true}")
              .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }
    Path made = Files.createDirectories(classes.resolveSibling("native-image"));
    Path file = Files.writeString(made.resolve("reflect-config.json"), expected);
    try (var in = Manifest.class.getResourceAsStream("/" + FILE)) {
      assertThat(in).isNotNull();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .as("copy %s to src/main/resources/%s", file, FILE)
          .isEqualTo(expected);
    }
  }

  private static boolean isReflectedOn(String name) {
    try {
      Class<?> type = Class.forName(name, false, Manifest.class.getClassLoader());
      return !type.isInterface()
          && (Message.class.isAssignableFrom(type)
              || Message.Builder.class.isAssignableFrom(type)
              || ProtocolMessageEnum.class.isAssignableFrom(type));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
