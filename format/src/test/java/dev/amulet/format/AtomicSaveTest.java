package dev.amulet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicSaveTest {
  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void nameTheTarget() {
    target = folder.resolve("model.amulet");
  }

  /** Notes each step asked of the file system and fails one of them. */
  private static final class FailingFiles implements FileOperations, FailingChannel.Steps {
    private final int failAt;
    private final List<String> steps = new ArrayList<>();

    FailingFiles(int failAt) {
      this.failAt = failAt;
    }

    @Override
    public void step(String name) throws IOException {
      steps.add(name);
      if (steps.size() - 1 == failAt) {
        throw new IOException("no space left on device");
      }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      step("create");
      return new FailingChannel(FileOperations.super.create(file), this);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
      step("replace");
      FileOperations.super.replace(from, to);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
      step("sync folder");
      FileOperations.super.syncFolder(folder);
    }
  }

  private static ArtifactWriter writer() {
    return SampleAmulet.writer(SampleAmulet.manifest(), SampleAmulet.entries());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void fileAndFolderAreSyncedAroundTheRename() throws Exception {
    FailingFiles files = new FailingFiles(-1);
    writer().write(target, files);
    assertThat(files.steps).startsWith("create", "write");
    assertThat(files.steps).endsWith("write", "sync file", "replace", "sync folder");
    assertThat(files()).containsExactly("model.amulet");
  }

  @Test
  void aFailureAtAnyStepLeavesTheOldFileAndNothingElse() throws Exception {
    FailingFiles none = new FailingFiles(-1);
    writer().write(target, none);
    byte[] old = "the old file".getBytes(StandardCharsets.UTF_8);
    int replace = none.steps.indexOf("replace");
    assertThat(replace).isGreaterThan(20);
    for (int step = 0; step <= replace; step++) {
      Files.write(target, old);
      FailingFiles files = new FailingFiles(step);
      assertThatThrownBy(() -> writer().write(target, files))
          .as("step " + step)
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("amulet \"model.amulet\": cannot be written to " + folder)
          .hasMessageContaining("no space left on device");
      assertThat(Files.readAllBytes(target)).isEqualTo(old);
      assertThat(files()).containsExactly("model.amulet");
    }
  }

  @Test
  void aFailureToSyncTheFolderIsToldThoughTheFileIsComplete() throws Exception {
    FailingFiles none = new FailingFiles(-1);
    writer().write(folder.resolve("other.amulet"), none);
    FailingFiles files = new FailingFiles(none.steps.indexOf("sync folder"));
    assertThatThrownBy(() -> writer().write(target, files)).isInstanceOf(ArtifactException.class);
    Artifact.open(target).close();
  }

  @Test
  void aBadManifestLeavesTheOldFileAndNothingElse() throws Exception {
    writer().write(target);
    byte[] old = Files.readAllBytes(target);
    var manifest = SampleAmulet.manifest().toBuilder().setName("").build();
    ArtifactWriter bad = SampleAmulet.writer(manifest, SampleAmulet.entries());
    assertThatThrownBy(() -> bad.write(target))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("model.amulet");
    assertThat(Files.readAllBytes(target)).isEqualTo(old);
    assertThat(files()).containsExactly("model.amulet");
  }

  @Test
  void staleTemporaryFilesDoNotBlock() throws Exception {
    Files.createFile(folder.resolve(".amulet-0123456789abcdef.tmp"));
    writer().write(target);
    Artifact.open(target).close();
  }

  @Test
  void anOpenAmuletOutlivesItsReplacement() throws Exception {
    writer().write(target);
    try (Artifact open = Artifact.open(target)) {
      var manifest = SampleAmulet.manifest().toBuilder().setName("another").build();
      String id = SampleAmulet.writer(manifest, SampleAmulet.entries()).write(target);
      assertThat(open.id()).isNotEqualTo(id);
      assertThat(open.entry("networks/tiny.onnx")).isEqualTo(ByteBuffer.wrap(TinyOnnx.network()));
    }
  }

  @Test
  void aMissingFolderIsNamed() {
    Path nowhere = folder.resolve("no").resolve("model.amulet");
    assertThat(catchThrowable(() -> writer().write(nowhere)))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("cannot be written to " + nowhere.getParent());
  }

  @Test
  void realFullDeviceIsReported() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "no /dev/full here");
    FileOperations files =
        new FileOperations() {
          @Override
          public FileChannel create(Path file) throws IOException {
            return FileChannel.open(full, StandardOpenOption.WRITE);
          }
        };
    assertThatThrownBy(() -> writer().write(target, files)).isInstanceOf(ArtifactException.class);
    assertThat(files()).isEmpty();
  }
}
