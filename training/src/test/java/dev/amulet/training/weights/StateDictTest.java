package dev.amulet.training.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateDictTest {
  private static final String[] LAYOUTS = {"plain.zip.pth", "plain.legacy.pth"};

  private final JsonNode golden = golden();

  private static JsonNode golden() {
    try (InputStream in = StateDictTest.class.getResourceAsStream("/golden/files.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] file(String name) {
    return Base64.getMimeDecoder().decode(golden.get("files").get(name).asText());
  }

  private static StateDict read(byte[] file) throws IOException {
    return StateDict.read(ByteBuffer.wrap(file));
  }

  @ParameterizedTest
  @CsvSource({
    "plain.safetensors, plain",
    "plain.zip.pth, plain",
    "plain.legacy.pth, plain",
    "checkpoint.zip.pth, plain",
    "views.zip.pth, views",
    "views.legacy.pth, views",
    "parameters.zip.pth, parameters"
  })
  void everyLayoutGivesTheTensorsThatWereWritten(String name, String set) throws IOException {
    StateDict read = read(file(name));
    JsonNode expected = golden.get("expected").get(set);
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    assertThat(read.names()).containsExactlyInAnyOrderElementsOf(names);
    for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
      List<Integer> shape = new ArrayList<>();
      tensor.getValue().get("shape").forEach(size -> shape.add(size.intValue()));
      assertThat(read.shape(tensor.getKey())).contains(shape);
      JsonNode values = tensor.getValue().get("values");
      float[] floats = read.floats(tensor.getKey());
      assertThat(floats).hasSize(values.size());
      for (int i = 0; i < floats.length; i++) {
        assertThat(floats[i]).isEqualTo(values.get(i).floatValue());
      }
    }
  }

  @Test
  void halfPrecisionIsExactFromTheSmallestToTheLargest() {
    ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits : new int[] {0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000, 0xfc00}) {
      data.putShort((short) bits);
    }
    StoredTensor tensor = StoredTensor.dense(ElementType.F16, List.of(6), data.flip());
    assertThat(tensor.floats())
        .containsExactly(0x1p-24f, 1023 * 0x1p-24f, 0x1p-14f, 65504f, -0f, Float.NEGATIVE_INFINITY);
  }

  @Test
  void aFileCutShortAnywhereIsRefused() {
    for (String name : new String[] {"plain.safetensors", LAYOUTS[0], LAYOUTS[1]}) {
      byte[] whole = file(name);
      for (int length = 0; length < whole.length; length += 7) {
        byte[] cut = java.util.Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> read(cut))
            .as("%s, %d bytes", name, length)
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void noDamagedByteLeadsToAnythingButAnswerOrRefusal() {
    for (String name : new String[] {"plain.safetensors", LAYOUTS[0], LAYOUTS[1]}) {
      byte[] whole = file(name);
      for (int i = 0; i < whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) (1 + i * 31 % 255);
        try {
          read(damaged).names();
        } catch (IOException e) {
          assertThat(e).as("%s, byte %d", name, i).hasMessageMatching("(?s).+");
        }
      }
    }
  }

  private static byte[] safetensors(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @Test
  void safetensorsThatDoNotTileTheFileAreRefused() throws IOException {
    String one = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    assertThat(read(safetensors("{" + one + "}  ", 8)).names()).containsExactly("a");
    assertRefused(safetensors("{" + one + "}", 12), "end at byte 8 of 12");
    assertRefused(safetensors("{" + one + "}", 4), "end at byte 8 of 4");
    assertRefused(
        safetensors("{" + one + "," + one.replace("\"a\"", "\"b\"") + "}", 16), "starts at byte 0");
    String gap = "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}";
    assertRefused(safetensors("{" + one + "," + gap + "}", 16), "starts at byte 12");
    assertRefused(safetensors("{" + one + "," + one + "}", 8), "Duplicate field 'a'");
    assertRefused(safetensors("{" + one.replace("[2]", "[3]") + "}", 8), "needs 12");
    assertRefused(safetensors("{" + one.replace("[2]", "[-2]") + "}", 8), "size -2");
    assertRefused(safetensors("{" + one.replace("[2]", "[65536,65536,2]") + "}", 8), "no shape");
    assertRefused(safetensors("{" + one.replace("F32", "F8_E4M3") + "}", 8), "F8_E4M3");
    assertRefused(safetensors("{" + one + "}{", 8), "no JSON");
    byte[] lying = safetensors("{" + one + "}", 8);
    ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE);
    assertRefused(lying, "header should have");
  }

  /** The legacy layout around any pickle. */
  private static byte[] legacy(String pickle) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c});
    out.write(new byte[] {0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19, '.'});
    out.write("\u0080\2M\u00e9\3.".getBytes(StandardCharsets.ISO_8859_1));
    out.write("\u0080\2}X\15\0\0\0little_endian\u0088s.".getBytes(StandardCharsets.ISO_8859_1));
    out.write(pickle.getBytes(StandardCharsets.ISO_8859_1));
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{index}")
  @ValueSource(
      strings = {
        "\u0080\2cposix\nsystem\nX\4\0\0\0true\u0085R.",
        "\u0080\2c__builtin__\neval\nX\1\0\0\0001\u0085R.",
        "\u0080\2ctorch\nload\n.",
        "\u0080\2ccollections\nOrderedDict\n)\u0081.",
        "\u0080\2(ios\nsystem\n.",
        "\u0080\2(cos\nsystem\no.",
        "\u0080\3}.",
        "\u0080\2Q.",
        "\u0080\2h\1.",
        "\u0080\2}}s.",
        "\u0080\2]}\u0086R.",
        "\u0080\2}b.",
        "\u0080\2e.",
        "\u0080\2X\377\377\377\177a.",
        "\u0080\2}.",
        "\u0080\2Kx.",
      })
  void aPickleThatIsMoreThanTensorsIsRefused(String pickle) throws IOException {
    byte[] file = legacy(pickle + "\u0080\2].");
    assertThatThrownBy(() -> read(file)).isInstanceOf(WeightFileException.class);
  }

  @Test
  void aPickleThatDoublesItselfEndsAtOnce() throws IOException {
    StringBuilder bomb = new StringBuilder("\u0080\2]q\0");
    for (int i = 0; i < 100; i++) {
      bomb.append("h").append((char) i).append("h").append((char) i).append("\u0086q");
      bomb.append((char) (i + 1));
    }
    byte[] file = legacy(bomb + ".\u0080\2].");
    assertThatThrownBy(() -> read(file)).hasMessageContaining("no state dict");
  }

  @Test
  void aTensorThatLeavesItsStorageIsRefused() throws IOException {
    byte[] views = file("views.legacy.pth");
    String text = new String(views, StandardCharsets.ISO_8859_1);
    // The offset of the single value, 13 of 20, is moved behind the end.
    int at = text.lastIndexOf("K\r");
    assertThat(at).isPositive();
    views[at + 1] = 20;
    assertRefused(views, "the storage has 20");
  }

  private static void assertRefused(byte[] file, String why) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(why);
  }
}
