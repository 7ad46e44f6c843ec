package dev.amulet.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.amulet.runtime.csv.CsvRecords;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTableTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "UTF-8 # ~a,b,c\n5.692, \"blue\", 32.1\n4, \"x, y\" ,2\n~",
        "UTF-8 # ~\uFEFFa;b;c\n1,5;\"x;y\";\" z \"\n~",
        "UTF-8 # ~a\tb\tc\r\n1\t\"x\r\ny\"\t3\r\n~",
        "UTF-16LE # ~\uFEFFa|b|c\n\"größe\" |мир|\"\"\"\"\n~",
        "UTF-16BE # ~\uFEFFa,b,c\n1,\"2\n3\",4\n\n5,6,7\n~",
        "windows-1252 # ~a,b,c\nMünchen, \"Ä, ö\",€\n~",
      })
  void trainingReadsTheSameCellsAsScoring(String charset, String text) throws IOException {
    byte[] bytes = text.getBytes(Charset.forName(charset));
    Path file = Files.write(folder.resolve("a.csv"), bytes);
    CsvTable table = CsvTable.read(file, file.toString(), Set.of());
    List<List<String>> trained = new ArrayList<>();
    trained.add(table.header());
    for (int row = 0; row < table.columns().get(0).length; row++) {
      int at = row;
      trained.add(table.columns().stream().map(column -> column[at]).toList());
    }
    List<List<String>> scored = new ArrayList<>();
    try (CsvRecords records = CsvRecords.open(new ByteArrayInputStream(bytes), "rows")) {
      for (List<String> cells = records.next(); cells != null; cells = records.next()) {
        scored.add(cells);
      }
    }
    assertThat(trained).hasSizeGreaterThan(1).isEqualTo(scored);
    assertThat(trained).allMatch(cells -> cells.size() == 3);
    assertThat(trained.stream().flatMap(List::stream))
        .allMatch(cell -> cell.equals(cell.strip()))
        .noneMatch(cell -> cell.contains("\uFEFF") || cell.contains("\uFFFD"));
  }
}
