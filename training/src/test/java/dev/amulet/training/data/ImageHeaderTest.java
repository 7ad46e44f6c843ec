package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageHeaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"jpg, JPEG", "png, PNG", "gif, GIF", "bmp, BMP", "tif, TIFF"})
  void readsFormatAndSize(String extension, String format) throws IOException {
    Path file = Pictures.write(folder.resolve("a." + extension), 31, 17);
    assertThat(ImageHeader.read(file)).contains(new ImageHeader(format, 31, 17));
  }

  @Test
  void findsTheSizeBehindLargeMetadata() throws IOException {
    byte[] plain = Files.readAllBytes(Pictures.write(folder.resolve("a.jpg"), 31, 17));
    byte[] comment = new byte[2 + 0xFFFF];
    comment[0] = (byte) 0xFF;
    comment[1] = (byte) 0xFE;
    comment[2] = (byte) 0xFF;
    comment[3] = (byte) 0xFF;
    byte[] bytes = new byte[plain.length + 2 * comment.length];
    System.arraycopy(plain, 0, bytes, 0, 2);
    System.arraycopy(comment, 0, bytes, 2, comment.length);
    System.arraycopy(comment, 0, bytes, 2 + comment.length, comment.length);
    System.arraycopy(plain, 2, bytes, 2 + 2 * comment.length, plain.length - 2);
    Path file = Files.write(folder.resolve("b.jpg"), bytes);
    assertThat(ImageHeader.read(file)).contains(new ImageHeader("JPEG", 31, 17));
  }

  @Test
  void readsPortableMaps() {
    byte[] bytes = "P5\n# drawn\n31 17\n255\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(ImageHeader.of(bytes)).contains(new ImageHeader("PNM", 31, 17));
  }

  @Test
  void isEmptyForEveryCutShortHeaderAndForText() throws IOException {
    byte[] jpeg = Files.readAllBytes(Pictures.write(folder.resolve("a.jpg"), 31, 17));
    byte[] png = Files.readAllBytes(Pictures.write(folder.resolve("a.png"), 31, 17));
    for (int length = 0; length < 24; length++) {
      assertThat(ImageHeader.of(Arrays.copyOf(jpeg, length))).isEmpty();
      assertThat(ImageHeader.of(Arrays.copyOf(png, length))).isEmpty();
    }
    assertThat(ImageHeader.of("Please log in".getBytes(StandardCharsets.US_ASCII))).isEmpty();
    assertThat(ImageHeader.of(new byte[64])).isEmpty();
  }

  @Test
  void agreesWithTheManifestOfNastyImages() throws IOException {
    Path robust = Path.of("..", "..", "shared", "data", "robust");
    Assumptions.assumeTrue(Files.isDirectory(robust), "no " + robust + ": nasty images not read");
    Dataset manifest = DatasetReader.read(robust.resolve("manifest.csv"), null);
    int compared = 0;
    for (int row = 0; row < manifest.rows(); row++) {
      String format = manifest.column("pil_format")[row];
      Path file = robust.resolve(manifest.column("file")[row]);
      var header = ImageHeader.read(file);
      boolean clean = "ok".equals(manifest.column("pil_status")[row]);
      if (clean && ("JPEG".equals(format) || "PNG".equals(format))) {
        assertThat(header)
            .as(file.toString())
            .contains(
                new ImageHeader(
                    format,
                    Integer.parseInt(manifest.column("width")[row]),
                    Integer.parseInt(manifest.column("height")[row])));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(100);
  }
}
