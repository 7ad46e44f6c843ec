package dev.amulet.runtime.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {
  private static final String TABLE =
      "length , colour,width\n5.692, \"blue\", 32.1\n\n1,\"a, \"\"b\"\"; c|\td\ne\",мир\n";
  private static final List<List<String>> CELLS =
      List.of(
          List.of("length", "colour", "width"),
          List.of("5.692", "blue", "32.1"),
          List.of("1", "a, \"b\"; c|\td\ne", "мир"));

  @TempDir Path folder;

  @Test
  void trimsCellsAndSpacesAroundQuotesAndKeepsWhatIsInsideThem() throws IOException {
    assertThat(file(TABLE.getBytes(StandardCharsets.UTF_8))).isEqualTo(CELLS);
  }

  @ParameterizedTest
  @ValueSource(strings = {";", "\t", "|"})
  void findsTheSeparator(String separator) throws IOException {
    String text = "a,b,c\n1,\"x,y;z|\tw\",2\n3,4,5\n";
    String other = text.replace("x,y", "x#y").replace(",", separator).replace("x#y", "x,y");
    assertThat(file(other.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(file(text.getBytes(StandardCharsets.UTF_8)))
        .contains(List.of("1", "x,y;z|\tw", "2"));
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, false", "UTF-8, true", "UTF-16LE, true", "UTF-16BE, true"})
  void findsTheEncodingOfAFileAndOfAStream(String charset, boolean mark) throws IOException {
    byte[] bytes = ((mark ? "\uFEFF" : "") + TABLE).getBytes(Charset.forName(charset));
    assertThat(file(bytes)).isEqualTo(CELLS);
    try (CsvRecords records = CsvRecords.open(new ByteArrayInputStream(bytes), "stream")) {
      assertThat(all(records)).isEqualTo(CELLS);
      assertThat(records.note()).isEmpty();
    }
  }

  @Test
  void takesWhatIsNotUtf8ForWindowsTextAndSaysWhere() throws IOException {
    String late = "a,b\n" + "1,2\n".repeat(100_000) + "ü,3\n";
    byte[] bytes = late.getBytes(StandardCharsets.ISO_8859_1);
    Path written = Files.write(folder.resolve("late.csv"), bytes);
    try (CsvRecords records = CsvRecords.open(written)) {
      List<List<String>> cells = all(records);
      assertThat(cells).hasSize(100_002);
      assertThat(cells.get(100_001)).containsExactly("ü", "3");
      assertThat(records.note()).hasValueSatisfying(note -> assertThat(note).contains("100002"));
    }
    byte[] cut = "a,b\n1,\u00fc".getBytes(StandardCharsets.ISO_8859_1);
    try (CsvRecords records = CsvRecords.open(new ByteArrayInputStream(cut), "stream")) {
      assertThat(all(records)).endsWith(List.of("1", "ü"));
      assertThat(records.note()).isPresent();
    }
  }

  @Test
  void aLaterByteOfAnotherEncodingInAStreamIsAnError() throws IOException {
    String text = "a,b\n" + "1,2\n".repeat(TextInput.SAMPLE_BYTES / 4) + "ü,3\n";
    InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    try (CsvRecords records = CsvRecords.open(in, "stream")) {
      assertThatThrownBy(() -> all(records))
          .isInstanceOf(CsvFormatException.class)
          .hasMessageContaining("stream after line")
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void aQuoteThatIsNeverClosedIsAnErrorWithItsLine() throws IOException {
    InputStream in = new ByteArrayInputStream("a,b\n1,\"2\n3,4\n".getBytes(StandardCharsets.UTF_8));
    try (CsvRecords records = CsvRecords.open(in, "cars")) {
      assertThatThrownBy(() -> all(records))
          .isInstanceOf(CsvFormatException.class)
          .hasMessageContaining("cars")
          .hasMessageContaining("line 2");
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void readsAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process making = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeThat(making.waitFor()).isZero();
    Process writing =
        new ProcessBuilder("sh", "-c", "printf 'a,b\\n1,2\\n' > " + pipe)
            .redirectErrorStream(true)
            .start();
    try (CsvRecords records = CsvRecords.open(pipe)) {
      assertThat(all(records)).containsExactly(List.of("a", "b"), List.of("1", "2"));
    }
    assertThat(writing.waitFor()).isZero();
  }

  @Test
  void refusesWhatIsNoText() {
    assertThatThrownBy(() -> file(new byte[] {'a', 0, 'b', 0}))
        .isInstanceOf(CsvFormatException.class)
        .hasMessageContaining("byte 1 is zero");
  }

  private List<List<String>> file(byte[] bytes) throws IOException {
    try (CsvRecords records = CsvRecords.open(Files.write(folder.resolve("table.csv"), bytes))) {
      return all(records);
    }
  }

  private static List<List<String>> all(CsvRecords records) throws IOException {
    List<List<String>> all = new ArrayList<>();
    for (List<String> cells = records.next(); cells != null; cells = records.next()) {
      all.add(cells);
    }
    return all;
  }
}
