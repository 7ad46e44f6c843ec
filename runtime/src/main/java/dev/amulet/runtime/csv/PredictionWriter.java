package dev.amulet.runtime.csv;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.ScoringException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Predictions as CSV: {@code row}; for regression {@code <target>}, for classification {@code
 * <target>} and one {@code <target>.<class>} per class; last {@code error}: why there is no
 * prediction, or which image could not be used for the one there is. Numbers are written so that
 * they read back to the same bits.
 *
 * <p>Not safe for concurrent use.
 */
public final class PredictionWriter implements AutoCloseable {
  private final CsvWriter csv;
  private final boolean regression;
  private final int values;

  /** Writes the header. The writer is closed with this. */
  public PredictionWriter(Writer out, Schema schema) throws IOException {
    csv = CsvWriter.builder().build(out);
    regression = schema.task() == Task.REGRESSION;
    values = regression ? 1 : 1 + schema.classes().size();
    List<String> header = new ArrayList<>();
    header.add("row");
    header.add(schema.target());
    schema.classes().forEach(label -> header.add(schema.target() + "." + label));
    header.add("error");
    write(header);
  }

  /**
   * Writes a row that was scored.
   *
   * @param row position in the input, from 0
   */
  public void write(long row, Prediction prediction) throws IOException {
    List<String> cells = new ArrayList<>(values + 2);
    cells.add(Long.toString(row));
    if (regression) {
      cells.add(Double.toString(prediction.value()));
    } else {
      cells.add(prediction.label());
      for (int k = 0; k < values - 1; k++) {
        cells.add(Double.toString(prediction.probability(k)));
      }
    }
    ScoringException problem = prediction.imageProblem();
    cells.add(problem == null ? "" : String.valueOf(problem.getMessage()));
    write(cells);
  }

  /** Writes a row that was not scored: no prediction, and why. */
  public void writeError(long row, String error) throws IOException {
    List<String> cells = new ArrayList<>(values + 2);
    cells.add(Long.toString(row));
    for (int k = 0; k < values; k++) {
      cells.add("");
    }
    cells.add(error);
    write(cells);
  }

  private void write(List<String> cells) throws IOException {
    try {
      csv.writeRecord(cells);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
