package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import dev.amulet.format.v1.Alpha;
import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.Orientation;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.internal.image.DrawnFiles.Chunk;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder(ImagePolicy.defaults());

  static Stream<JsonNode> jpegs() {
    return cases("jpeg");
  }

  static Stream<JsonNode> pngs() {
    return cases("png");
  }

  private static Stream<JsonNode> cases(String format) {
    JsonNode all = Golden.read("images.json").get(format).get("cases");
    return StreamSupport.stream(all.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("pngs")
  void pngPixelsEqualPillows(JsonNode golden) throws ImageException {
    Pixels pixels = decoder.decode(Golden.bytes(golden.get("file")), false, AlphaMode.DROP);
    assertThat(pixels.width()).isEqualTo(golden.get("w").asInt());
    assertThat(pixels.rgb()).isEqualTo(Golden.bytes(golden.get("data")));
  }

  @ParameterizedTest
  @MethodSource("jpegs")
  void jpegPixelsAreWithinOneGreyLevelOfPillows(JsonNode golden) throws ImageException {
    Pixels pixels = decoder.decode(Golden.bytes(golden.get("file")), false, AlphaMode.DROP);
    JsonNode same = golden.has("data") ? golden : jpegs().findFirst().orElseThrow();
    byte[] expected = Golden.bytes(same.get("data"));
    assertThat(pixels.width()).isEqualTo(golden.get("w").asInt());
    assertThat(pixels.rgb()).hasSameSizeAs(expected);
    assertThat(meanDifference(pixels.rgb(), expected)).isLessThanOrEqualTo(1.0);
  }

  static double meanDifference(byte[] a, byte[] b) {
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
    }
    return (double) sum / a.length;
  }

  @ParameterizedTest
  @CsvSource({
    "png, 5", "png, 6", "png, 10", "png, 13", "bmp, 5", "bmp, 12", "bmp, 13", "bmp, 10", "gif, 13"
  })
  void losslessFilesGiveBackTheirPicture(String format, int type)
      throws IOException, ImageException {
    BufferedImage picture = DrawnFiles.picture(53, 37, type);
    Pixels pixels = decoder.decode(DrawnFiles.encoded(picture, format), true, AlphaMode.DROP);
    assertThat(pixels.width()).isEqualTo(53);
    byte[] expected = DrawnFiles.rgb(picture);
    if (type == BufferedImage.TYPE_BYTE_GRAY) {
      // getRGB takes grey for linear light; the sample itself is what counts.
      int[] samples = picture.getRaster().getPixels(0, 0, 53, 37, (int[]) null);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) samples[i / 3];
      }
    }
    assertThat(pixels.rgb()).isEqualTo(expected);
  }

  /** Corners of the stored picture, clockwise from the top left, as they appear when upright. */
  @ParameterizedTest
  @CsvSource({
    "1, 0123", "2, 1032", "3, 2301", "4, 3210", "5, 0321", "6, 3012", "7, 2103", "8, 1230"
  })
  void everyExifOrientationIsTurnedUpright(int orientation, String corners)
      throws IOException, ImageException {
    byte[] jpeg =
        DrawnFiles.encoded(DrawnFiles.picture(40, 24, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
    Pixels stored = decoder.decode(jpeg, true, AlphaMode.DROP);
    for (boolean little : new boolean[] {true, false}) {
      byte[] file = DrawnFiles.oriented(jpeg, orientation, little);
      Pixels upright = decoder.decode(file, true, AlphaMode.DROP);
      assertThat(upright.width()).isEqualTo(orientation < 5 ? 40 : 24);
      for (int i = 0; i < 4; i++) {
        assertThat(corner(upright, i))
            .isEqualTo(corner(stored, Character.digit(corners.charAt(i), 10)));
      }
      ImagePreprocessing asStored =
          ImagePreprocessing.newBuilder().setOrientation(Orientation.AS_STORED).build();
      assertThat(decoder.decode(file, asStored).rgb()).isEqualTo(stored.rgb());
    }
  }

  private static byte[] corner(Pixels pixels, int clockwise) {
    int x = clockwise == 1 || clockwise == 2 ? pixels.width() - 1 : 0;
    int y = clockwise >= 2 ? pixels.height() - 1 : 0;
    int at = 3 * (y * pixels.width() + x);
    return Arrays.copyOfRange(pixels.rgb(), at, at + 3);
  }

  @Test
  void anOrientationThatDoesNotExistIsIgnored() throws IOException, ImageException {
    byte[] jpeg =
        DrawnFiles.encoded(DrawnFiles.picture(40, 24, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
    Pixels pixels = decoder.decode(DrawnFiles.oriented(jpeg, 9, true), true, AlphaMode.DROP);
    assertThat(pixels.width()).isEqualTo(40);
  }

  @Test
  void transparencyIsLeftOutOrBlendedOverTheColourStated() throws IOException, ImageException {
    byte[] rows = {0, 100, (byte) 200, 50, 0, 100, (byte) 200, 50, (byte) 128};
    byte[] file = DrawnFiles.png(2, 1, 8, 6, rows);
    ImagePreprocessing over =
        ImagePreprocessing.newBuilder()
            .setAlpha(Alpha.COMPOSITE)
            .setBackgroundRgb(0x0A141E)
            .build();
    assertThat(decoder.decode(file, ImagePreprocessing.getDefaultInstance()).rgb())
        .containsExactly(100, 200, 50, 100, 200, 50);
    // Half transparent: (100 * 128 + 10 * 127) / 255 and so on, rounded.
    assertThat(decoder.decode(file, over).rgb()).containsExactly(10, 20, 30, 55, 110, 40);
  }

  @Test
  void transparentColoursCountWhenBlending() throws IOException, ImageException {
    AlphaMode blue = new AlphaMode(true, 0x0000FF);
    byte[] grey = DrawnFiles.png(2, 1, 8, 0, new byte[] {0, 7, 8}, transparent(0, 7));
    assertThat(decoder.decode(grey, true, blue).rgb()).containsExactly(0, 0, 255, 8, 8, 8);
    byte[] color =
        DrawnFiles.png(2, 1, 8, 2, new byte[] {0, 1, 2, 3, 1, 2, 4}, transparent(0, 1, 0, 2, 0, 3));
    assertThat(decoder.decode(color, true, blue).rgb()).containsExactly(0, 0, 255, 1, 2, 4);
    byte[] palette =
        DrawnFiles.png(
            2,
            1,
            8,
            3,
            new byte[] {0, 0, 1},
            new Chunk("PLTE", new byte[] {10, 20, 30, 40, 50, 60}),
            transparent(0));
    assertThat(decoder.decode(palette, true, blue).rgb()).containsExactly(0, 0, 255, 40, 50, 60);
  }

  private static Chunk transparent(int... values) {
    byte[] data = new byte[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) values[i];
    }
    return new Chunk("tRNS", data);
  }

  @Test
  void sixteenBitSamplesKeepTheirHighByte() throws IOException, ImageException {
    byte[] rows = {0, 0x12, 0x7F, (byte) 0xFE, (byte) 0xFF};
    assertThat(decoder.decode(DrawnFiles.png(2, 1, 16, 0, rows), true, AlphaMode.DROP).rgb())
        .containsExactly(0x12, 0x12, 0x12, 0xFE, 0xFE, 0xFE);
  }

  @Test
  void aColourProfileChangesNothing() throws IOException, ImageException {
    byte[] jpeg =
        DrawnFiles.encoded(DrawnFiles.picture(40, 24, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
    byte[] profile = new byte[200];
    System.arraycopy("ICC_PROFILE\0\1\1".getBytes("US-ASCII"), 0, profile, 0, 14);
    byte[] file = DrawnFiles.withSegment(jpeg, 0xE2, profile);
    assertThat(decoder.decode(file, true, AlphaMode.DROP).rgb())
        .isEqualTo(decoder.decode(jpeg, true, AlphaMode.DROP).rgb());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp"})
  void decodingStaysWithinSixteenBytesAPixel(String format) throws IOException, ImageException {
    BufferedImage picture = DrawnFiles.picture(1000, 700, BufferedImage.TYPE_3BYTE_BGR);
    byte[] file = DrawnFiles.encoded(picture, format);
    byte[] turned = format.equals("jpeg") ? DrawnFiles.oriented(file, 6, true) : file;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    decoder.decode(turned, true, AlphaMode.DROP);
    long before = threads.getCurrentThreadAllocatedBytes();
    decoder.decode(turned, true, AlphaMode.DROP);
    long spent = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(spent).isLessThan(16L * 1000 * 700 + (1 << 20));
  }
}
