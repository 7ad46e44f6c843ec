package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormatVersionTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  @ParameterizedTest
  @EnumSource
  void everyVersionHasAGoldenAmulet(FormatVersion version) throws Exception {
    Path folder = GOLDEN.resolve(version.text());
    assertThat(folder).as("golden amulets of version " + version.text()).isDirectory();
    List<Path> amulets;
    try (Stream<Path> files = Files.list(folder)) {
      amulets = files.filter(file -> file.toString().endsWith(".amulet")).toList();
    }
    assertThat(amulets).isNotEmpty();
    for (Path amulet : amulets) {
      try (Artifact artifact = Artifact.open(amulet)) {
        assertThat(artifact.manifest().getFormatMajor()).isEqualTo(version.major());
        assertThat(artifact.manifest().getFormatMinor()).isEqualTo(version.minor());
        assertThat(artifact.verification()).isPresent();
      }
    }
  }
}
