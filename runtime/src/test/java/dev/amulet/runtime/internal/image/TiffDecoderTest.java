package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.internal.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFF files of the JDK's writer and some made by hand. */
class TiffDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder(ImagePolicy.defaults());

  @ParameterizedTest
  @CsvSource({
    "none, 5",
    "LZW, 5",
    "ZLib, 5",
    "Deflate, 5",
    "PackBits, 5",
    "none, 10",
    "LZW, 13",
    "LZW, 6",
    "CCITT RLE, 12",
    "CCITT T.4, 12",
    "CCITT T.6, 12",
    "PackBits, 12"
  })
  void losslessFilesGiveBackTheirPicture(String compression, int type)
      throws IOException, ImageException {
    BufferedImage picture = DrawnFiles.picture(83, 61, type);
    Pixels pixels = decoder.decode(written(picture, compression), true, AlphaMode.DROP);
    assertThat(pixels.width()).isEqualTo(83);
    byte[] expected = DrawnFiles.rgb(picture);
    if (type == BufferedImage.TYPE_BYTE_GRAY) {
      int[] samples = picture.getRaster().getPixels(0, 0, 83, 61, (int[]) null);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) samples[i / 3];
      }
    }
    assertThat(pixels.rgb()).isEqualTo(expected);
  }

  @Test
  void jpegTilesAreDecodedLikeJpegFiles() throws IOException, ImageException {
    BufferedImage picture = DrawnFiles.picture(96, 64, BufferedImage.TYPE_3BYTE_BGR);
    Pixels pixels = decoder.decode(written(picture, "JPEG"), true, AlphaMode.DROP);
    assertThat(ImageDecoderTest.meanDifference(pixels.rgb(), DrawnFiles.rgb(picture)))
        .isLessThan(20.0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sixteenBitsKeepTheirHighByteInEitherByteOrder(boolean little) throws ImageException {
    byte[] data = {0x12, 0x34, (byte) 0xFE, 0x01};
    byte[] expected =
        little
            ? new byte[] {0x34, 0x34, 0x34, 0x01, 0x01, 0x01}
            : new byte[] {0x12, 0x12, 0x12, (byte) 0xFE, (byte) 0xFE, (byte) 0xFE};
    byte[] file = made(little, data, 256, 2, 257, 1, 258, 16, 262, 1, 277, 1);
    assertThat(decode(file)).isEqualTo(expected);
  }

  @Test
  void coloursOfEveryKindBecomeRgb() throws ImageException {
    byte[] cmyk = {0, 0, 0, 0, 0, (byte) 255, 0, (byte) 128};
    assertThat(decode(made(true, cmyk, 256, 2, 257, 1, 258, 8, 262, 5, 277, 4)))
        .containsExactly(255, 255, 255, 127, 0, 127);
    byte[] inverted = {0b0110_0000};
    assertThat(decode(made(true, inverted, 256, 3, 257, 1, 258, 1, 262, 0, 277, 1)))
        .containsExactly(255, 255, 255, 0, 0, 0, 0, 0, 0);
    byte[] deep = {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF};
    assertThat(decode(made(true, deep, 256, 2, 257, 1, 258, 12, 262, 1, 277, 1)))
        .containsExactly(0xAB, 0xAB, 0xAB, 0xDE, 0xDE, 0xDE);
  }

  @Test
  void associatedAlphaIsDividedOutAndEitherKindBlended() throws ImageException {
    byte[] data = {50, 100, 25, (byte) 128};
    byte[] associated = made(true, data, 256, 1, 257, 1, 258, 8, 262, 2, 277, 4, 338, 1);
    assertThat(decode(associated)).containsExactly(99, 199, 49);
    byte[] separate = made(true, data, 256, 1, 257, 1, 258, 8, 262, 2, 277, 4, 338, 2);
    assertThat(decode(separate)).containsExactly(50, 100, 25);
    AlphaMode white = new AlphaMode(true, 0xFFFFFF);
    assertThat(decoder.decode(separate, true, white).rgb()).containsExactly(152, 177, 140);
  }

  @Test
  void orientationIsApplied() throws ImageException {
    byte[] data = {1, 2};
    byte[] file = made(true, data, 256, 2, 257, 1, 258, 8, 262, 1, 277, 1, 274, 3);
    assertThat(decode(file)).containsExactly(2, 2, 2, 1, 1, 1);
    assertThat(decoder.decode(file, false, AlphaMode.DROP).rgb()).containsExactly(1, 1, 1, 2, 2, 2);
  }

  @Test
  void whatCannotBeReadIsRefusedByName() {
    byte[] data = new byte[64];
    assertRefused(made(true, data, 256, 2, 257, 2, 258, 8, 262, 8, 277, 3), "colours of kind 8");
    assertRefused(made(true, data, 256, 2, 257, 2, 258, 32, 262, 1, 277, 1), "32-bit");
    assertRefused(made(true, data, 256, 2, 257, 2, 258, 8, 262, 1, 277, 1, 339, 2), "signed");
    assertRefused(
        made(true, data, 256, 2, 257, 2, 258, 8, 259, 34925, 262, 1, 277, 1), "compression 34925");
    assertRefused(
        made(true, data, 256, 2, 257, 2, 258, 8, 259, 6, 262, 6, 277, 3), "compression 6");
  }

  @Test
  void declaredSizesAreCheckedFirst() {
    byte[] data = new byte[8];
    byte[] large = made(true, data, 256, 60_000, 257, 60_000, 258, 8, 262, 1, 277, 1);
    assertThat(refusal(large).reason()).isEqualTo(Reason.TOO_MANY_PIXELS);
    byte[] few = made(true, data, 256, 5000, 257, 5000, 258, 8, 262, 1, 277, 1);
    assertThat(refusal(few).reason()).isEqualTo(Reason.TRUNCATED);
    byte[] strips = made(true, data, 256, 4, 257, 4, 258, 8, 262, 1, 277, 1, 278, 1);
    assertThat(refusal(strips)).hasMessageContaining("1 tiles, expected 4");
  }

  @Test
  @Timeout(300)
  void anyBytesGiveAPictureOrARefusal() throws IOException {
    ImageDecoder small =
        new ImageDecoder(ImagePolicy.builder().maxPixels(300_000).maxDecodeMs(60_000).build());
    Random random = new Random(5);
    BufferedImage color = DrawnFiles.picture(40, 30, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage bits = DrawnFiles.picture(40, 30, BufferedImage.TYPE_BYTE_BINARY);
    byte[][] seeds = {
      written(color, "LZW"),
      written(color, "JPEG"),
      written(color, "PackBits"),
      written(color, "Deflate"),
      written(bits, "CCITT T.4"),
      written(bits, "CCITT T.6")
    };
    for (byte[] seed : seeds) {
      for (int round = 0; round < 300; round++) {
        byte[] file = seed.clone();
        for (int flips = random.nextInt(5); flips >= 0; flips--) {
          file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
          assertThat(small.decode(file, true, AlphaMode.DROP).width()).isPositive();
        } catch (ImageException e) {
          assertThat(e).hasMessageMatching("(?s).{10,}");
        }
      }
    }
  }

  private byte[] decode(byte[] file) throws ImageException {
    return decoder.decode(file, true, AlphaMode.DROP).rgb();
  }

  private ImageException refusal(byte[] file) {
    ImageException refusal = catchThrowableOfType(ImageException.class, () -> decode(file));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private void assertRefused(byte[] file, String message) {
    ImageException refusal = refusal(file);
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.reason()).isEqualTo(Reason.UNSUPPORTED);
  }

  private static byte[] written(BufferedImage image, String compression) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      if (compression.equals("none")) {
        param.setCompressionMode(ImageWriteParam.MODE_DISABLED);
      } else {
        param.setCompressionType(compression);
      }
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** One strip of {@code data} at byte 8, then a directory of the tags and values given. */
  private static byte[] made(boolean little, byte[] data, int... tagsAndValues) {
    ByteBuffer out =
        ByteBuffer.allocate(8 + data.length + data.length % 2 + 2 + 12 * 16 + 4)
            .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    byte mark = (byte) (little ? 'I' : 'M');
    out.put(mark).put(mark).putShort((short) 42).putInt(8 + data.length + data.length % 2);
    out.put(data);
    out.position(8 + data.length + data.length % 2);
    int entries = tagsAndValues.length / 2;
    out.putShort((short) (entries + 1));
    for (int i = 0; i < entries; i++) {
      entry(out, tagsAndValues[2 * i], tagsAndValues[2 * i + 1]);
    }
    out.putShort((short) 273).putShort((short) 4).putInt(1).putInt(8);
    out.putInt(0);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void entry(ByteBuffer out, int tag, int value) {
    out.putShort((short) tag).putShort((short) 3).putInt(1);
    out.putShort((short) value).putShort((short) 0);
  }
}
