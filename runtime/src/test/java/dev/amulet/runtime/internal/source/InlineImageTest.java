package dev.amulet.runtime.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InlineImageTest {
  private static final int LIMIT = 1 << 20;

  static Stream<Arguments> pictures() {
    return Stream.of(
            "\u00FF\u00D8\u00FF\u00E0",
            "\u0089PNG\r\n\u001A\n",
            "GIF87a",
            "GIF89a",
            "BM1234\0\0\0\0@\0\0\0(\0\0\0",
            "RIFF1234WEBPVP8 ",
            "II*\0\b\0\0\0",
            "MM\0*\0\0\0\b",
            "II+\0\b\0\0\0",
            "MM\0+\0\b\0\0")
        .map(magic -> Arguments.of(picture(magic)));
  }

  private static byte[] picture(String magic) {
    byte[] start = magic.getBytes(StandardCharsets.ISO_8859_1);
    byte[] file = new byte[100];
    new Random(start[0]).nextBytes(file);
    System.arraycopy(start, 0, file, 0, start.length);
    return file;
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void base64OfEveryFormatIsDecodedInEveryWriting(byte[] file) throws IOException {
    for (int length : new int[] {98, 99, 100}) {
      byte[] bytes = java.util.Arrays.copyOf(file, length);
      Base64.Encoder standard = Base64.getEncoder();
      Base64.Encoder url = Base64.getUrlEncoder();
      assertInline(standard.encodeToString(bytes), bytes);
      assertInline(standard.withoutPadding().encodeToString(bytes), bytes);
      assertInline(url.encodeToString(bytes), bytes);
      assertInline(url.withoutPadding().encodeToString(bytes), bytes);
      assertInline(Base64.getMimeEncoder().encodeToString(bytes), bytes);
      assertInline(Base64.getMimeEncoder(5, new byte[] {'\n'}).encodeToString(bytes), bytes);
      assertInline("data:image/png;base64," + url.encodeToString(bytes), bytes);
      assertInline("data:;base64," + Base64.getMimeEncoder().encodeToString(bytes), bytes);
      assertInline("DATA:text/plain;charset=x;BASE64," + standard.encodeToString(bytes), bytes);
      assertInline("data:," + percent(bytes), bytes);
      String escaped =
          standard
              .encodeToString(bytes)
              .replace("+", "%2B")
              .replace("/", "%2f")
              .replace("=", "%3D");
      assertInline("data:image/jpeg;base64," + escaped, bytes);
    }
  }

  private static void assertInline(String text, byte[] expected) throws IOException {
    assertThat(InlineImage.decode(text, LIMIT)).isEqualTo(expected);
  }

  private static String percent(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      boolean plain = b >= 'A' && b <= 'z' && b != '\\';
      text.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 0xFF));
    }
    return text.toString();
  }

  /** All of these are made of base64 characters, or begin like an encoded picture. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "photos",
        "photos/house1",
        "AAAA",
        "Qk10",
        "Qk1photo",
        "Qk1photos/of/houses/12345678",
        "R0lGODlh.png",
        "/9j/photo.jpg",
        "/9j/photo 1",
        "iVBORw0KGgo.png",
        "SUkq",
        "UklGRg",
        "dataset/a.png",
        "data",
        "date:2020",
        "https://a.example/9j/4AAQ",
        "/8j/4AAQSkZJRgABAQ"
      })
  void whatDecodesToNoPictureIsAReference(String text) throws IOException {
    assertThat(InlineImage.decode(text, LIMIT)).isNull();
  }

  @Test
  void longTextThatBeginsLikeAPictureIsABrokenPicture() {
    String text = Base64.getEncoder().encodeToString(new byte[6000]);
    String broken = "iVBORw0KGgoAAAANSUhEUgAA" + text + "!";
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> InlineImage.decode(broken, LIMIT))
        .withMessageContaining("base64 text has U+0021 at position 8024")
        .withMessageContaining("(8025 characters)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data:image/png;base64|no comma",
        "data:image/png;base64,iVBO Rw0|U+0020 at position 4",
        "data:image/png;base64,iVBOR|in the middle of a byte",
        "data:image/png;base64,iVBORw0K=Ggo|U+0047 at position 9",
        "data:image/png;base64,iVBORw===|6 digits ends in 3 '='",
        "data:image/png;base64,iVBORw=|6 digits ends in 1 '='",
        "data:image/png;base64,iVBO%4|its data at position 4",
        "data:image/png;base64,iV#x|U+0023 at position 2",
        "data:,a%GGb|its data at position 1",
        "data:,a%g0b|its data at position 1",
        "data:,a%|its data at position 1",
        "data:,a%1|its data at position 1",
        "data:,a b|its data at position 1",
        "data:,ä|its data at position 0",
        "data:,a#b|its data at position 1"
      })
  void badlyWrittenDataUrisAreRefused(String text, String message) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> InlineImage.decode(text, LIMIT))
        .withMessageStartingWith("image \"data:")
        .withMessageContaining(message);
  }

  @Test
  void dataUriWithoutDataIsEmpty() throws IOException {
    assertThat(InlineImage.decode("data:,", LIMIT)).isEmpty();
    assertThat(InlineImage.decode("data:image/png;base64,", LIMIT)).isEmpty();
  }

  @Test
  void theLimitIsExact() throws IOException {
    byte[] file = picture("GIF89a");
    String base64 = Base64.getEncoder().encodeToString(file);
    for (String text : new String[] {base64, "data:;base64," + base64, "data:," + percent(file)}) {
      assertThat(InlineImage.decode(text, 100)).hasSize(100);
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> InlineImage.decode(text, 99))
          .withMessageContaining("the limit of 99");
    }
  }

  /** Random text is a picture, a reference or an IOException, and the first two for a reason. */
  @Test
  void anyTextHasAnOutcome() throws IOException {
    Random random = new Random(7);
    String alphabet = "ABCabc019+/-_=%,;: \r\n\tdataiVBORw0KGgo\u00e4";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "data:" : "");
      for (int j = random.nextInt(40); j >= 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        byte[] bytes = InlineImage.decode(text.toString(), 20);
        assertThat(bytes == null || bytes.length <= 20).as(text.toString()).isTrue();
      } catch (IOException e) {
        assertThat(e.getMessage()).startsWith("image \"");
      }
    }
  }

  @Test
  void aLongPictureIsDecodedWhole() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(picture("\u0089PNG\r\n\u001A\n"));
    byte[] rest = new byte[500_000];
    new Random(1).nextBytes(rest);
    file.write(rest);
    assertInline(Base64.getEncoder().encodeToString(file.toByteArray()), file.toByteArray());
  }
}
