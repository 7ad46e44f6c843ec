package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.format.v1.Kind;
import dev.amulet.format.v1.Manifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
  @TempDir Path folder;

  @Test
  void aWrittenAmuletOpensWithTheSameContent() throws Exception {
    Path file = folder.resolve("a.amulet");
    String id = SampleAmulet.writer(SampleAmulet.manifest(), SampleAmulet.entries()).write(file);
    try (Artifact artifact = Artifact.open(file)) {
      assertThat(artifact.id()).isEqualTo(id).matches("[0-9a-f]{64}");
      assertThat(artifact.sizeBytes()).isEqualTo(Files.size(file));
      assertThat(artifact.entryNames())
          .startsWith("manifest.pb", "manifest.json")
          .containsAll(SampleAmulet.entries().keySet());
      SampleAmulet.entries()
          .forEach(
              (path, bytes) -> assertThat(artifact.entry(path)).isEqualTo(ByteBuffer.wrap(bytes)));
      assertThat(artifact.entry("networks/tiny.onnx"))
          .matches(ByteBuffer::isDirect)
          .matches(ByteBuffer::isReadOnly);
      assertThat(artifact.trees("trees/m1.pb")).isEqualTo(SampleAmulet.trees());
      assertThat(artifact.table("tables/pca.pb"))
          .isEqualTo(SampleAmulet.tables().get("tables/pca.pb"));
      assertThat(artifact.verification()).contains(SampleAmulet.verification());
      assertThat(filledIn(artifact.manifest())).isEqualTo(SampleAmulet.manifest());
    }
  }

  private static Manifest filledIn(Manifest manifest) {
    return manifest.toBuilder()
        .clearFormatMajor()
        .clearFormatMinor()
        .clearEntries()
        .clearRequiredCapabilities()
        .build();
  }

  @Test
  void sameInputGivesSameBytes() throws Exception {
    Path file = folder.resolve("a.amulet");
    SampleAmulet.writer(SampleAmulet.manifest(), SampleAmulet.entries()).write(file);
    assertThat(SampleAmulet.bytes())
        .isEqualTo(SampleAmulet.bytes())
        .isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void bytesInMemoryOpenLikeAFile() throws Exception {
    byte[] bytes = SampleAmulet.bytes();
    ByteBuffer inside = ByteBuffer.allocate(bytes.length + 20).position(7).put(bytes).flip();
    inside.position(7);
    try (Artifact artifact = Artifact.open(inside, "memory")) {
      assertThat(artifact.sizeBytes()).isEqualTo(bytes.length);
      assertThat(inside.position()).isEqualTo(7);
      assertThat(artifact.entry("example.csv").remaining()).isEqualTo(7);
    }
  }

  @Test
  void metadataIsReadWithoutTheEntries() throws Exception {
    byte[] bytes = SampleAmulet.bytes();
    int position = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("area\n1\n");
    bytes[position] = 'b';
    Path file = Files.write(folder.resolve("a.amulet"), bytes);
    try (Artifact artifact = Artifact.openMetadata(file)) {
      assertThat(artifact.manifest().getName()).isEqualTo("houses");
      assertThat(artifact.entryNames()).contains("example.csv");
      assertThatThrownBy(() -> artifact.entry("example.csv"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("metadata only");
    }
    assertThatThrownBy(() -> Artifact.open(file))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("amulet \"a.amulet\" example.csv: SHA-256")
        .hasMessageContaining("the manifest expects");
  }

  @Test
  void entriesEndWithTheArtifact() throws Exception {
    Artifact artifact = Artifact.open(ByteBuffer.wrap(SampleAmulet.bytes()), "memory");
    assertThatThrownBy(() -> artifact.entry("nothing"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> artifact.table("trees/m1.pb"))
        .isInstanceOf(IllegalArgumentException.class);
    artifact.close();
    artifact.close();
    assertThatThrownBy(() -> artifact.entry("example.csv"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void everyZipReaderListsIt() throws Exception {
    Path file = Files.write(folder.resolve("a.amulet"), SampleAmulet.bytes());
    try (ZipFile zip = new ZipFile(file.toFile());
        Artifact artifact = Artifact.open(file)) {
      assertThat(zip.stream().map(ZipEntry::getName)).isEqualTo(artifact.entryNames());
      for (String name : artifact.entryNames()) {
        byte[] content = zip.getInputStream(zip.getEntry(name)).readAllBytes();
        assertThat(ByteBuffer.wrap(content)).isEqualTo(artifact.entry(name));
      }
    }
    try (ZipInputStream stream = new ZipInputStream(Files.newInputStream(file))) {
      assertThat(stream.getNextEntry().getName()).isEqualTo("manifest.pb");
    }
  }

  @Test
  void entriesStartOnPages() throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(SampleAmulet.bytes());
    for (StoredEntry entry : ZipReader.read(new ByteSource.Memory(bytes), Where.amulet("a"))) {
      assertThat(entry.dataOffset() % 4096).as(entry.name()).isZero();
    }
  }

  @Test
  void anEntryMayBeEmpty() throws Exception {
    Path file = folder.resolve("a.amulet");
    var entries = SampleAmulet.entries();
    entries.put("insights/empty.txt", new byte[0]);
    SampleAmulet.writer(SampleAmulet.manifest(), entries).write(file);
    try (Artifact artifact = Artifact.open(file)) {
      assertThat(artifact.entry("insights/empty.txt").remaining()).isZero();
    }
  }

  @Test
  void aMissingFileAndAFolderAreNamed() {
    assertThatThrownBy(() -> Artifact.open(folder.resolve("no.amulet")))
        .isInstanceOf(ArtifactException.class)
        .hasMessage("amulet \"no.amulet\": no such file; expected the path of an amulet file");
    assertThatThrownBy(() -> Artifact.open(folder))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void theWriterRefusesWhatAReaderWould() {
    Manifest.Builder manifest = SampleAmulet.manifest().toBuilder();
    manifest.getOutputsBuilder().setTarget("colour");
    assertThatThrownBy(
            () -> SampleAmulet.writer(manifest.build(), SampleAmulet.entries()).toBytes())
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("amulet \"houses\" manifest.pb outputs.target");
    assertThatThrownBy(
            () -> new ArtifactWriter(SampleAmulet.manifest()).add("manifest.pb", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDraftHasFeaturesOnly() throws Exception {
    Manifest.Builder manifest =
        SampleAmulet.manifest().toBuilder().setKind(Kind.DRAFT).clearOutputs();
    manifest.getPipelineBuilder().clearFinalStage();
    for (int i = 0; i < 3; i++) {
      manifest
          .getPipelineBuilder()
          .removeStages(manifest.getPipelineBuilder().getStagesCount() - 1);
    }
    var entries = SampleAmulet.entries();
    entries.keySet().removeAll(List.of("trees/m1.pb", "tables/linear.pb", "verification.pb"));
    byte[] draft = SampleAmulet.writer(manifest.build(), entries).toBytes();
    try (Artifact artifact = Artifact.open(ByteBuffer.wrap(draft), "draft")) {
      assertThat(artifact.manifest().getKind()).isEqualTo(Kind.DRAFT);
      assertThat(artifact.verification()).isEmpty();
    }
  }
}
