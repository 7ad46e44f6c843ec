package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Manifest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
  @TempDir Path folder;

  @Test
  void aWrittenAmuletOpensWithTheSameEntries() throws Exception {
    Path file = folder.resolve("a.amulet");
    String id =
        new ArtifactWriter(Manifest.newBuilder().setName("a").build())
            .add("insights/x", new byte[] {1, 2, 3})
            .write(file);
    try (Artifact artifact = Artifact.open(file)) {
      assertThat(artifact.id()).isEqualTo(id);
      assertThat(artifact.entryNames())
          .containsExactly("manifest.pb", "manifest.json", "insights/x");
      assertThat(artifact.entry("insights/x")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThat(artifact.entry("insights/x").isDirect()).isTrue();
      assertThat(artifact.sizeBytes()).isEqualTo(Files.size(file));
      assertThatThrownBy(() -> artifact.entry("nothing"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
