package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.amulet.training.ProgressListener;
import dev.amulet.training.TrainingException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetReaderTest {
  @TempDir Path folder;

  private Dataset read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private Dataset read(byte[] bytes) throws IOException {
    return DatasetReader.read(Files.write(folder.resolve("cars.csv"), bytes), null);
  }

  @Test
  void readsCellsTrimmedAndMissingOnesAsNull() throws IOException {
    Dataset dataset = read("make, price ,note\n Audi ,100, \nBMW,NA,none\n");
    assertThat(dataset.name()).isEqualTo("cars");
    assertThat(dataset.root()).isEqualTo(folder.toAbsolutePath().normalize());
    assertThat(dataset.columnNames()).containsExactly("make", "price", "note");
    assertThat(dataset.rows()).isEqualTo(2);
    assertThat(dataset.column("make")).containsExactly("Audi", "BMW");
    assertThat(dataset.column("price")).containsExactly("100", null);
    assertThat(dataset.column("note")).containsExactly(null, "none");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void findsTheDelimiter(String delimiter) throws IOException {
    String text = "a,b,c\n1,Q,2\n3,4,5\n".replace(",", delimiter).replace("Q", "\"x,y;z|\tw\"");
    Dataset dataset = read(text);
    assertThat(dataset.columnNames()).containsExactly("a", "b", "c");
    assertThat(dataset.cell(0, 1)).isEqualTo("x,y;z|\tw");
    assertThat(dataset.cell(1, 2)).isEqualTo("5");
  }

  @Test
  void readsDecimalCommasInASemicolonFile() throws IOException {
    Dataset dataset = read("a;b\n1,5;2,5\n3,5;4,5\n");
    assertThat(dataset.columnNames()).containsExactly("a", "b");
    assertThat(dataset.cell(1, 0)).isEqualTo("3,5");
  }

  @Test
  void readsQuotedSeparatorsQuotesAndLineBreaks() throws IOException {
    Dataset dataset = read("a,b\r\n\"x, \"\"y\"\"\nz\", \"1\"\r\n");
    assertThat(dataset.cell(0, 0)).isEqualTo("x, \"y\"\nz");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, false", "UTF-8, true", "UTF-16LE, true", "UTF-16BE, true"})
  void readsTheEncoding(String charset, boolean mark) throws IOException {
    String text = (mark ? "\uFEFF" : "") + "größe,b\nмир,2\n";
    Dataset dataset = read(text.getBytes(Charset.forName(charset)));
    assertThat(dataset.columnNames()).containsExactly("größe", "b");
    assertThat(dataset.cell(0, 0)).isEqualTo("мир");
    assertThat(dataset.notes()).isEmpty();
  }

  @Test
  void readsWhatIsNotUtf8AsWindowsAndSaysSo() throws IOException {
    Dataset dataset = read("a,b\n1,2\nMünchen,3\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(dataset.cell(1, 0)).isEqualTo("München");
    assertThat(dataset.notes())
        .singleElement()
        .asString()
        .contains("not UTF-8 (line 3, byte 0xFC)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void readsUtf16WithoutAMarkAndSaysSo(String charset) throws IOException {
    Dataset dataset = read("größe,b\nWürfel,2\n".getBytes(Charset.forName(charset)));
    assertThat(dataset.columnNames()).containsExactly("größe", "b");
    assertThat(dataset.cell(0, 0)).isEqualTo("Würfel");
    assertThat(dataset.notes()).singleElement().asString().contains(charset);
  }

  @Test
  void aFirstLineThatIsARowIsNoHeader() throws IOException {
    Dataset images = read("a/1.jpg,cat\nb/2.jpg,dog\n");
    assertThat(images.columnNames()).containsExactly("column_1", "column_2");
    assertThat(images.column("column_2")).containsExactly("cat", "dog");
    assertThat(images.notes()).singleElement().asString().contains("not a header");
    assertThat(read("1.5,2\n3,4\n").rows()).isEqualTo(2);
    assertThat(read("2019,2020\n3,4\n").columnNames()).containsExactly("2019", "2020");
    assertThat(read("photo.jpg,price\nb/2.jpg,4\n").rows()).isEqualTo(2);
  }

  @Test
  void usesTheMissingMarkersGiven() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "a,b\n-1,NA\n");
    Dataset dataset = DatasetReader.read(file, null, Set.of("-1"), ProgressListener.silent());
    assertThat(dataset.cell(0, 0)).isNull();
    assertThat(dataset.cell(0, 1)).isEqualTo("NA");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | the file is empty",
        "'a,b\n' | a header line but no rows; columns found: a, b",
        "'a,,c\n1,2,3\n' | line 1: column 2 of 3 (separated by comma) has no name",
        "'a,b,a\n1,2,3\n' | line 1: column 3 of 3 (separated by comma) is called \"a\" like column 1",
        "'a,b\n1,2\n1,2,3\n' | line 3: 3 fields, the header has 2 columns (separated by comma); column 3",
        "'a;b\n1;2\n1\n' | line 3: 1 fields, the header has 2 columns (separated by semicolon); column 2 (\"b\")",
        "'a,b\n1,\"2\n3,4\n' | line 2",
        "'a,b\n1,\"2\"x\n3,4\n' | check the quotes",
      })
  void saysWhereAFileIsBroken(String text, String advice) {
    assertThatThrownBy(() -> read(text == null ? "" : text))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("cars.csv")
        .hasMessageContaining(advice);
  }

  @Test
  void refusesWhatIsNoText() {
    assertThatThrownBy(() -> read(new byte[] {'a', 0, 0, 'b'}))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("byte 1 is zero");
    assertThatThrownBy(() -> DatasetReader.read(folder.resolve("nowhere.csv"), null))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> DatasetReader.read(folder, folder.resolve("nowhere")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("--image-root");
  }

  @Test
  void suggestsTheNearestColumn() throws IOException {
    Dataset dataset = read("price,make\n1,Audi\n");
    assertThatThrownBy(() -> dataset.column("prize"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("did you mean \"price\"?");
  }

  @Test
  void takesRowsAndRemembersWhereTheyCameFrom() throws IOException {
    Dataset dataset = read("a,b\n0,x\n1,y\n2,z\n").subset(new int[] {2, 0}).subset(new int[] {0});
    assertThat(dataset.column("b")).containsExactly("z");
    assertThat(dataset.sourceRow(0)).isEqualTo(2);
  }
}
