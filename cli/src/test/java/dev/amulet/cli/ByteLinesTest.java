package dev.amulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteLinesTest {
  @Test
  void linesEndInEitherWayAndTheLastNeedsNoEnd() throws IOException {
    assertThat(lines("a\nbc\r\n\n\r\nd", 100)).containsExactly("1:a", "2:bc", "3:", "4:", "5:d");
    assertThat(lines("a\n", 100)).containsExactly("1:a");
    assertThat(lines("", 100)).isEmpty();
  }

  @Test
  void aLineBeyondTheLongestIsCountedAndPassedOver() throws IOException {
    String longest = "x".repeat(10_000);
    assertThat(lines(longest + "\nb\n" + longest + "y\nc", 10_000))
        .containsExactly("1:" + longest, "2:b", "3: 10001 bytes", "4:c");
  }

  @Test
  void aLineMayBeLongerThanWhatIsReadAtOnce() throws IOException {
    String line = "abc".repeat(100_000);
    assertThat(lines(line + "\n" + line, 1 << 20)).containsExactly("1:" + line, "2:" + line);
  }

  private static List<String> lines(String text, int longest) throws IOException {
    List<String> found = new ArrayList<>();
    try (ByteLines lines =
        new ByteLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), longest)) {
      while (lines.next()) {
        String line =
            lines.tooLong()
                ? " " + lines.length() + " bytes"
                : new String(lines.bytes(), 0, (int) lines.length(), StandardCharsets.UTF_8);
        found.add(lines.number() + ":" + line);
      }
    }
    return found;
  }
}
