package dev.amulet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipImageSourceTest {
  @TempDir private Path folder;
  private Path root;
  private Path archive;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    archive = root.resolve("photos.zip");
    zip(archive, "a.png", "sub/b \u00e4.png", "../secret.png", "/abs.png", "x!/y.png");
    zip(folder.resolve("outside.zip"), "a.png");
    Files.createDirectories(root.resolve("odd!"));
    Files.writeString(root.resolve("odd!/c.png"), "a file");
  }

  /** Every entry holds its own name. */
  private static void zip(Path file, String... names) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("sub/"));
      for (String name : names) {
        out.putNextEntry(new ZipEntry(name));
        out.write(name.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void entriesBelowTheRootAreReadByTheirExactName() throws IOException {
    assertThat(read("photos.zip!/a.png")).isEqualTo("a.png");
    assertThat(read("./photos.zip!/sub/b \u00e4.png")).isEqualTo("sub/b \u00e4.png");
    assertThat(read(archive + "!/a.png")).isEqualTo("a.png");
    assertThat(read(archive.toUri() + "!/sub/b%20%C3%A4.png")).isEqualTo("sub/b \u00e4.png");
    assertThat(read("photos.zip!/x!/y.png")).isEqualTo("x!/y.png");
    // Nothing is extracted, so an entry's name leads nowhere.
    assertThat(read("photos.zip!/../secret.png")).isEqualTo("../secret.png");
    assertThat(read("photos.zip!//abs.png")).isEqualTo("/abs.png");
  }

  @Test
  void anArchiveMayBeTheRoot() throws IOException {
    ImageSource source = ImageSource.under(archive);
    assertThat(source.read("a.png", 99)).asString().isEqualTo("a.png");
    assertThat(source.read("x!/y.png", 99)).asString().isEqualTo("x!/y.png");
    assertThat(source.read(archive.toUri() + "!/a.png", 99)).asString().isEqualTo("a.png");
    refused(source, "b.png", "no file of exactly this name");
    refused(source, root.resolve("odd!/c.png").toUri().toString(), "leads outside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "photos.zip!/A.png",
        "photos.zip!/./a.png",
        "photos.zip!/sub",
        "photos.zip!/sub/",
        "photos.zip!/sub/../a.png",
        "photos.zip!/sub\\b \u00e4.png",
        "photos.zip!/a.png/",
        "photos.zip!/",
        "photos.zip!/a.png\u0000"
      })
  void otherNamesAreNot(String reference) {
    refused(ImageSource.under(root), reference, "no file of exactly this name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside.zip!/a.png", "photos.zip/../../outside.zip!/a.png"})
  void archivesOutsideAreRefused(String reference) {
    refused(ImageSource.under(root), reference, "leads outside");
  }

  @Test
  void linksToArchivesOutsideAreRefusedUnlessAllowed() throws IOException {
    Files.createSymbolicLink(root.resolve("link.zip"), folder.resolve("outside.zip"));
    refused(ImageSource.under(root), "link.zip!/a.png", "leads outside");
    ImageSource anywhere = ImageSource.under(root, ImageSource.Links.ANYWHERE);
    assertThat(anywhere.read("link.zip!/a.png", 99)).asString().isEqualTo("a.png");
    refused(anywhere, "../outside.zip!/a.png", "leads outside");
  }

  @Test
  void aFolderThatEndsLikeAnArchiveIsAFolder() throws IOException {
    assertThat(read("odd!/c.png")).isEqualTo("a file");
    refused(ImageSource.under(root), "missing.zip!/a.png", "no image file");
  }

  @Test
  void theLimitHoldsWhateverTheArchiveDeclares() throws IOException {
    byte[] bomb = new byte[1 << 20];
    Path file = root.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("bomb"));
      out.write(bomb);
    }
    assertThat(Files.size(file)).isLessThan(2000);
    ImageSource source = ImageSource.under(root);
    assertThat(source.read("bomb.zip!/bomb", 1 << 20)).hasSize(1 << 20);
    refused(source, "bomb.zip!/bomb", "larger than the limit", (1 << 20) - 1);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(directory(bytes) + 24, 10);
    Files.write(file, bytes.array());
    refused(ImageSource.under(root), "bomb.zip!/bomb", "larger than the limit", 100);
  }

  @Test
  void aDamagedEntryIsRefused() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(archive)).order(ByteOrder.LITTLE_ENDIAN);
    int entry = directory(bytes);
    while (bytes.getInt(entry + 24) != 5) {
      entry +=
          46 + bytes.getShort(entry + 28) + bytes.getShort(entry + 30) + bytes.getShort(entry + 32);
    }
    bytes.putInt(entry + 16, bytes.getInt(entry + 16) ^ 1);
    Files.write(archive, bytes.array());
    refused(ImageSource.under(root), "photos.zip!/a.png", "checksum");
  }

  private static int directory(ByteBuffer zip) {
    return zip.getInt(zip.capacity() - 22 + 16);
  }

  @Test
  void whatIsNoArchiveIsRefused() throws IOException {
    Files.writeString(root.resolve("text.zip"), "this is no archive");
    refused(ImageSource.under(root), "text.zip!/a.png", "cannot be opened as a zip");
    Files.createFile(root.resolve("empty.zip"));
    refused(ImageSource.under(root), "empty.zip!/a.png", "cannot be opened as a zip");
  }

  @Test
  void anArchiveThatIsReplacedIsReadAnew() throws IOException {
    ImageSource source = ImageSource.under(root);
    assertThat(source.read("photos.zip!/a.png", 99)).asString().isEqualTo("a.png");
    Path next = folder.resolve("next.zip");
    zip(next, "c.png", "longer/names/so/that/the/size/differs.png");
    Files.move(next, archive, StandardCopyOption.REPLACE_EXISTING);
    assertThat(source.read("photos.zip!/c.png", 99)).asString().isEqualTo("c.png");
    refused(source, "photos.zip!/a.png", "no file of exactly this name");
  }

  /** More archives than stay open, from several threads at once. */
  @Test
  void manyArchivesAreReadAtOnce() throws Exception {
    int archives = 20;
    for (int i = 0; i < archives; i++) {
      zip(root.resolve(i + ".zip"), "n" + i);
    }
    ImageSource source = ImageSource.under(root);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int offset = t * 7;
        tasks.add(
            () -> {
              for (int i = 0; i < 300; i++) {
                int n = (i * (1 + offset) + offset) % archives;
                assertThat(source.read(n + ".zip!/n" + n, 99)).asString().isEqualTo("n" + n);
              }
              return null;
            });
      }
      for (Future<Void> future : threads.invokeAll(tasks)) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Descriptors stay bounded: read through more archives than the process may open files. */
  @Test
  void openArchivesAreFew() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    Assumptions.assumeTrue(Files.isDirectory(descriptors), "counts descriptors in /proc");
    for (int i = 0; i < 50; i++) {
      zip(root.resolve(i + ".zip"), "n");
    }
    ImageSource source = ImageSource.under(root);
    for (int i = 0; i < 50; i++) {
      source.read(i + ".zip!/n", 99);
    }
    assertThat(open(descriptors)).isBetween(1L, 8L);
    assertThat(source.read("0.zip!/n", 99)).asString().isEqualTo("n");
  }

  private long open(Path descriptors) throws IOException {
    long count = 0;
    try (var files = Files.list(descriptors)) {
      for (Path file : files.toList()) {
        count += leadsToArchive(file) ? 1 : 0;
      }
    }
    return count;
  }

  private boolean leadsToArchive(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(root.toRealPath());
    } catch (IOException e) {
      return false; // Closed meanwhile: the listing's own.
    }
  }

  private String read(String reference) throws IOException {
    return new String(ImageSource.under(root).read(reference, 99), StandardCharsets.UTF_8);
  }

  private static void refused(ImageSource source, String reference, String message) {
    refused(source, reference, message, 99);
  }

  private static void refused(ImageSource source, String reference, String message, int limit) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> source.read(reference, limit))
        .withMessageContaining(message);
  }
}
