package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
  @TempDir Path folder;

  private Path packed(String kind) throws IOException {
    Path files = folder.resolve("files");
    Files.createDirectories(files.resolve("a/b"));
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    Files.write(files.resolve("a/b/noise.bin"), noise);
    Files.writeString(files.resolve("a/zeros.txt"), "0".repeat(200_000));
    Files.writeString(files.resolve("top, ünïcode.txt"), "top");
    Files.createDirectories(files.resolve("__MACOSX"));
    Files.writeString(files.resolve("__MACOSX/x.txt"), "x");
    Files.writeString(files.resolve("a/.hidden"), "x");
    Path archive = folder.resolve("archive." + kind);
    return switch (kind) {
      case "zip" -> Packed.zip(files, archive);
      case "tar" -> Packed.tar(files, archive);
      default -> Packed.tarGz(files, archive);
    };
  }

  private static Archive open(Path file) throws IOException {
    return Archive.open(file, ProgressListener.silent());
  }

  private static Archive.Entry entry(Archive archive, String name) {
    Archive.Entry entry = archive.entry(name);
    assertThat(entry).as(name).isNotNull();
    return entry;
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz", "tgz"})
  void readsEveryFileInPlaceAndInAnyOrder(String kind) throws IOException {
    Archive archive = open(packed(kind));
    assertThat(archive.entries().keySet())
        .containsExactly("a/b/noise.bin", "a/zeros.txt", "top, ünïcode.txt");
    for (String name : new String[] {"top, ünïcode.txt", "a/zeros.txt", "a/b/noise.bin"}) {
      byte[] expected = Files.readAllBytes(folder.resolve("files").resolve(name));
      Archive.Entry entry = entry(archive, name);
      assertThat(archive.read(entry, 200_000)).isEqualTo(expected);
      assertThat(archive.head(entry, 3)).isEqualTo(Arrays.copyOf(expected, 3));
      assertThatThrownBy(() -> archive.read(entry, 2))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the limit is 2");
    }
    assertThat(archive.notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar", "tar.gz"})
  void aCutOrEmptyFileIsRefusedWithAdvice(String kind) throws IOException {
    Path whole = packed(kind);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {0, 1, 20, bytes.length / 2}) {
      Path cut = Files.write(folder.resolve("cut." + kind), Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> open(cut))
          .as("%d bytes", length)
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(cut.toString())
          .hasMessageContaining("copy");
    }
  }

  @Test
  void damagedContentIsFound() throws IOException {
    Path file = packed("zip");
    Archive.Entry entry = entry(open(file), "a/b/noise.bin");
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) entry.offset() + 50_000] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> open(file).read(entry, 1 << 20)).isInstanceOf(IOException.class);
  }

  @Test
  void namesThatLeadOutAndLinksAreLeftOutAndNothingIsWritten() throws IOException {
    Path file = folder.resolve("evil.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : new String[] {"../up.txt", "a/../../up.txt", "/abs.txt", "ok/x.txt"}) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(1);
      }
    }
    Archive archive = open(file);
    assertThat(archive.entries().keySet()).containsExactly("ok/x.txt");
    assertThat(archive.notes()).singleElement().asString().contains("3 × entry", "../up.txt");
    assertThat(folder).isDirectoryNotContaining("glob:**.txt");

    Path tarFile = folder.resolve("links.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(tarFile))) {
      TarArchiveEntry link = new TarArchiveEntry("link.png", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    assertThat(open(tarFile).entries()).isEmpty();
    assertThat(open(tarFile).notes()).singleElement().asString().contains("a link", "link.png");
  }

  @Test
  void aGzipBombIsRefusedAndItsCopyRemoved() throws IOException {
    Path file = folder.resolve("bomb.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 300; i++) {
        out.write(zeros);
      }
    }
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("decompression bomb");
  }

  @Test
  void entriesThatShareTheirBytesAreRefused() throws IOException {
    byte[] noise = new byte[20_000];
    new Random(2).nextBytes(noise);
    Path file = folder.resolve("overlap.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : new String[] {"a.bin", "b.bin"}) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(noise);
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int second = text.lastIndexOf("PK\u0001\u0002");
    // The second central record points to the first local header.
    Arrays.fill(bytes, second + 42, second + 46, (byte) 0);
    byte[] small = Arrays.copyOf(bytes, bytes.length);
    // And what lies between is taken out, so that only the overlap explains the sizes.
    int firstEnd = text.indexOf("PK\u0003\u0004", 4);
    int central = text.indexOf("PK\u0001\u0002");
    byte[] packed = new byte[bytes.length - (central - firstEnd)];
    System.arraycopy(small, 0, packed, 0, firstEnd);
    System.arraycopy(small, central, packed, firstEnd, bytes.length - central);
    int end = packed.length - 22;
    for (int i = 0; i < 4; i++) {
      packed[end + 16 + i] = (byte) (firstEnd >> (8 * i));
    }
    Files.write(file, packed);
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("overlap");
  }
}
