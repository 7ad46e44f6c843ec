package dev.amulet.runtime.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** What separates the cells of a line, and how such a line is read. */
enum Delimiter {
  COMMA(',', "comma"),
  SEMICOLON(';', "semicolon"),
  TAB('\t', "tab"),
  BAR('|', "\"|\"");

  private static final int SAMPLED_RECORDS = 100;

  final String label;
  private final char character;

  Delimiter(char character, String label) {
    this.character = character;
    this.label = label;
  }

  /** The one whose header width most sampled records share; then the widest header. */
  static Delimiter detect(TextInput text) {
    Delimiter best = COMMA;
    double bestShare = 0;
    int bestWidth = 1;
    for (Delimiter candidate : values()) {
      int[] widths = candidate.widths(text);
      int width = widths.length == 0 ? 0 : widths[0];
      int agreeing = 0;
      for (int other : widths) {
        agreeing += other == width ? 1 : 0;
      }
      double share = widths.length == 0 ? 0 : (double) agreeing / widths.length;
      if (width > 1 && (share > bestShare || (share == bestShare && width > bestWidth))) {
        best = candidate;
        bestShare = share;
        bestWidth = width;
      }
    }
    return best;
  }

  /** Cells of each sampled record; -1 for a broken one, which ends them. */
  private int[] widths(TextInput text) {
    int[] widths = new int[SAMPLED_RECORDS];
    int records = 0;
    try (CsvReader<CsvRecord> reader = reader(new StringReader(text.sample()))) {
      for (CsvRecord line : reader) {
        widths[records++] = line.getFieldCount();
        if (records == SAMPLED_RECORDS) {
          break;
        }
      }
    } catch (CsvParseException e) {
      // Judged by the records before the broken one; the chosen delimiter's error is reported.
      widths[records++] = -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    boolean cut = !text.sampleIsAll() && records < SAMPLED_RECORDS && records > 1;
    return Arrays.copyOf(widths, cut ? records - 1 : records);
  }

  CsvReader<CsvRecord> reader(Reader text) {
    return CsvReader.builder()
        .fieldSeparator(character)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .trimWhitespacesAroundQuotes(true)
        .ofCsvRecord(text);
  }
}
