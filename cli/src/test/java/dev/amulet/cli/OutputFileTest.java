package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void theOldFileStaysUntilTheNewOneIsWhole() throws IOException {
    Path place = Files.writeString(folder.resolve("out.csv"), "old");
    try (OutputFile output = OutputFile.at(place, List.of())) {
      write(output, "half");
      assertThat(place).hasContent("old");
    }
    assertThat(place).hasContent("old");
    publish(place, "new");
    assertThat(place).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("out.csv");
  }

  @Test
  void othersMayReadItAsTheyMayAnyNewFile() throws IOException {
    Path plain = Files.createFile(folder.resolve("plain"));
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
    Path place = folder.resolve("out.csv");
    publish(place, "new");
    assertThat(Files.getPosixFilePermissions(place))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void aLinkStaysALinkAndItsFileIsReplaced() throws IOException {
    Path far = Files.createDirectory(folder.resolve("far"));
    Path file = Files.writeString(far.resolve("file.csv"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);
    publish(link, "new");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
    Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("no"));
    assertThatThrownBy(() -> OutputFile.at(nowhere, List.of()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("link to nowhere");
  }

  @Test
  void aDeviceIsWrittenAndStaysOne() throws IOException {
    Path device = Path.of("/dev/null");
    assumeThat(Files.isWritable(device)).isTrue();
    publish(device, "gone");
    assertThat(Files.exists(device) && !Files.isRegularFile(device)).isTrue();
  }

  @Test
  void aFolderAnInputAndAPlaceInNoFolderAreRefused() throws IOException {
    Path input = Files.writeString(folder.resolve("in.csv"), "a");
    Path other = folder.resolve(".").resolve("in.csv");
    for (Path place : List.of(folder, other, folder.resolve("no").resolve("out.csv"))) {
      assertThatThrownBy(() -> OutputFile.at(place, List.of(input)))
          .isInstanceOf(CommandFailure.class)
          .hasMessageStartingWith("-o " + place);
    }
  }

  private static void publish(Path place, String text) throws IOException {
    try (OutputFile output = OutputFile.at(place, List.of())) {
      write(output, text);
      output.publish();
    }
  }

  private static void write(OutputFile output, String text) throws IOException {
    try (Writer writer = output.writer()) {
      writer.write(text);
    }
  }
}
