package dev.amulet.runtime.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.amulet.format.ArtifactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ImplementedTest {
  /** A capability that only the format knows would be opened and then ignored. */
  @Test
  void everyCapabilityOfTheFormatIsImplementedAndNoOther() throws IOException {
    Pattern name = Pattern.compile("`([a-z0-9_.]+)`");
    List<String> documented =
        Files.readAllLines(Path.of("..", "format", "FORMAT.md")).stream()
            .filter(line -> line.matches("- `[a-z0-9_.]+`(, `[a-z0-9_.]+`)*"))
            .flatMap(line -> name.matcher(line).results())
            .map(found -> found.group(1))
            .toList();
    assertThat(documented).contains("bag", "stage.tree", "view.upright");
    assertThat(Implemented.CAPABILITIES).containsExactlyInAnyOrderElementsOf(documented);
  }

  @Test
  void whatIsNotImplementedIsRefusedByName() {
    assertThatExceptionOfType(ArtifactException.class)
        .isThrownBy(() -> Implemented.require(List.of("stage.tree", "stage.magic")))
        .withMessage(
            "the amulet needs the capability \"stage.magic\", which this runtime does not have;"
                + " upgrade the runtime");
  }
}
