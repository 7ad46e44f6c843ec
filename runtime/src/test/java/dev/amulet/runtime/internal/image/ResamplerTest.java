package dev.amulet.runtime.internal.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.amulet.format.v1.Interpolation;
import dev.amulet.runtime.internal.image.Resampler.Window;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplerTest {

  /** Pillow's nearest neighbour is no resampling filter of ours; the other 38 of 42 cases are. */
  static Stream<JsonNode> cases() {
    return StreamSupport.stream(Golden.read("resize.json").get("cases").spliterator(), false)
        .filter(c -> !c.get("filter").asText().equals("nearest"));
  }

  @Test
  void readsEveryGoldenCase() {
    assertThat(cases()).hasSize(38);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPillowByteForByte(JsonNode golden) {
    int channels = golden.get("c").asInt();
    Pixels source = source(golden);
    int width = golden.get("to_w").asInt();
    int height = golden.get("to_h").asInt();
    byte[] expected = Golden.bytes(golden.get("data"));
    byte[] actual = new byte[3 * width * height];
    Resampler resampler = resampler(golden);
    // The second time coefficients come from the cache and scratch has been used.
    for (int round = 0; round < 2; round++) {
      resampler.resize(source, width, height, new Window(0, 0, width, height), actual);
      for (int i = 0; i < expected.length; i++) {
        int at = channels == 1 ? 3 * i : i;
        assertThat(actual[at]).as("sample %d of round %d", i, round).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWindowIsThatPartOfTheWhole(JsonNode golden) {
    Pixels source = source(golden);
    int width = golden.get("to_w").asInt();
    int height = golden.get("to_h").asInt();
    byte[] whole = new byte[3 * width * height];
    Resampler resampler = resampler(golden);
    resampler.resize(source, width, height, new Window(0, 0, width, height), whole);
    Window window =
        new Window(width / 3, height / 4, Math.max(1, width / 2), Math.max(1, height / 3));
    byte[] part = new byte[3 * window.width() * window.height()];
    resampler.resize(source, width, height, window, part);
    for (int y = 0; y < window.height(); y++) {
      for (int x = 0; x < window.width() * 3; x++) {
        int at = ((window.top() + y) * width + window.left()) * 3 + x;
        assertThat(part[y * window.width() * 3 + x]).isEqualTo(whole[at]);
      }
    }
  }

  private static Pixels source(JsonNode golden) {
    return Golden.source(
        golden.get("src").asText(),
        golden.get("w").asInt(),
        golden.get("h").asInt(),
        golden.get("c").asInt());
  }

  private static Resampler resampler(JsonNode golden) {
    String filter = golden.get("filter").asText().toUpperCase(Locale.ROOT);
    return new Resampler(Interpolation.valueOf(filter));
  }
}
