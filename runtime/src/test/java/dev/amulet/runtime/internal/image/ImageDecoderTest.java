package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.runtime.ImagePolicy;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
}
