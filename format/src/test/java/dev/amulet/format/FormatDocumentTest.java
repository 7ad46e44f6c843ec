package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** That FORMAT.md names what the code knows. */
class FormatDocumentTest {
  private static String text() throws Exception {
    return Files.readString(Path.of("FORMAT.md"));
  }

  @Test
  void everyCapabilityIsListed() throws Exception {
    for (String name : Capabilities.KNOWN) {
      assertThat(text()).contains("`" + name + "`");
    }
  }

  @Test
  void everyOperatorIsListed() throws Exception {
    for (String operator : OnnxOperators.ALLOWED) {
      assertThat(text()).containsPattern("\\b" + operator + "\\b");
    }
  }

  @Test
  void everyVersionIsListed() throws Exception {
    for (FormatVersion version : FormatVersion.values()) {
      assertThat(text()).contains("| " + version.text() + " |");
    }
  }
}
