package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.runtime.ImagePolicy;
import dev.amulet.runtime.internal.image.ImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** WebP files written by Pillow 11.3 against the pixels that Pillow reads from them. */
class WebpDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder(ImagePolicy.defaults());

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("webp.json").get("cases").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossyAndLosslessPixelsEqualPillows(JsonNode golden)
      throws ImageException, NoSuchAlgorithmException {
    Pixels pixels = decoder.decode(file(golden), true, AlphaMode.DROP);
    assertThat(pixels.width()).isEqualTo(golden.get("w").asInt());
    assertThat(pixels.height()).isEqualTo(golden.get("h").asInt());
    assertThat(sha256(pixels)).isEqualTo(golden.get("sha256").asText());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void transparencyIsBlendedAsPillowPastes(JsonNode golden)
      throws ImageException, NoSuchAlgorithmException {
    String expected = golden.path("over_0a781e").asText(golden.get("sha256").asText());
    Pixels pixels = decoder.decode(file(golden), true, new AlphaMode(true, 0x0A781E));
    assertThat(sha256(pixels)).isEqualTo(expected);
  }

  @Test
  void sizesAreCheckedBeforeAnythingIsAllocated() {
    byte[] file = named("lossless");
    // Width and height are 14 bits each from byte 21 on: both at their largest.
    file[21] = (byte) 0xFF;
    file[22] = (byte) 0xFF;
    file[23] = (byte) 0xFF;
    file[24] |= 0x0F;
    assertRefused(file, Reason.TOO_MANY_PIXELS);
    byte[] lossy = named("lossy-q10");
    lossy[27] |= 0x3F;
    lossy[29] |= 0x3F;
    assertRefused(lossy, Reason.TOO_MANY_PIXELS);
  }

  @Test
  void whatIsMissingIsNotFilledUp() {
    for (String name : new String[] {"lossy-q50", "lossless", "lossy-alpha"}) {
      byte[] file = named(name);
      assertRefused(Arrays.copyOf(file, file.length * 2 / 3), Reason.TRUNCATED);
    }
  }

  @Test
  void aFrameMustFitItsCanvas() {
    // The frame's column, in steps of 2: 40 pixels further right than the canvas reaches.
    byte[] file = named("animated");
    int frame = new String(file, StandardCharsets.ISO_8859_1).indexOf("ANMF") + 8;
    file[frame] = 20;
    assertRefused(file, Reason.CORRUPT);
    byte[] alpha = named("lossy-alpha");
    alpha[24]++;
    assertRefused(alpha, Reason.CORRUPT);
  }

  @Test
  @Timeout(300)
  void anyBytesGiveAPictureOrARefusal() {
    Random random = new Random(11);
    cases()
        .forEach(
            golden -> {
              for (int round = 0; round < 150; round++) {
                byte[] file = file(golden);
                for (int flips = random.nextInt(5); flips >= 0; flips--) {
                  int range = random.nextBoolean() ? Math.min(80, file.length) : file.length;
                  file[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
                }
                decodesTo(file);
              }
            });
  }

  /** The reason of the refusal; null for a picture. Anything else thrown fails the test. */
  private Reason decodesTo(byte[] file) {
    ImageDecoder small =
        new ImageDecoder(ImagePolicy.builder().maxPixels(300_000).maxDecodeMs(60_000).build());
    try {
      small.decode(file, true, AlphaMode.DROP);
      return null;
    } catch (ImageException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
      return e.reason();
    }
  }

  private void assertRefused(byte[] file, Reason reason) {
    ImageException refusal =
        catchThrowableOfType(
            ImageException.class, () -> decoder.decode(file, true, AlphaMode.DROP));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
  }

  private static byte[] named(String name) {
    return cases()
        .filter(golden -> golden.get("name").asText().equals(name))
        .map(WebpDecoderTest::file)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] file(JsonNode golden) {
    return Golden.bytes(golden.get("file"));
  }

  private static String sha256(Pixels pixels) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels.rgb()));
  }
}
