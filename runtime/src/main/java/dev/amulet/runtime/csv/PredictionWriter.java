package dev.amulet.runtime.csv;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.amulet.format.v1.Task;
import dev.amulet.runtime.Column;
import dev.amulet.runtime.Contributions;
import dev.amulet.runtime.Embedding;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Schema;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.ScoreOptions.Part;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScoringException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predictions as CSV: {@code row}; for regression {@code <target>}, for classification {@code
 * <target>} and one {@code <target>.<class>} per class; then as asked {@code <target>.lower} and
 * {@code <target>.upper}, {@code contrib.<feature>} and {@code contrib.bias} (multiclass {@code
 * contrib.<class>.<feature>}, class by class), {@code <column>.<network>.<i>}; last {@code error}:
 * why there is no prediction, or which image could not be used for the one there is. Numbers are
 * written so that they read back to the same bits; a missing embedding is empty cells.
 *
 * <p>Not safe for concurrent use.
 */
public final class PredictionWriter implements AutoCloseable {
  private final CsvWriter csv;
  private final boolean regression;
  private final int classes;
  private final ScoreOptions options;

  /** Columns, those of the row and the error among them. */
  private final int width;

  /** Writes the header. The writer is closed with this. */
  public PredictionWriter(Writer out, Scorer scorer) throws IOException {
    this(out, scorer, ScoreOptions.none());
  }

  /**
   * Writes the header. The writer is closed with this.
   *
   * @param options what every prediction was asked for; contributions are written of source columns
   *     where these were asked for, else of slots; activation maps and unusual values have no
   *     columns
   * @throws IllegalStateException when the amulet cannot give what is asked for
   */
  public PredictionWriter(Writer out, Scorer scorer, ScoreOptions options) throws IOException {
    scorer.requireAvailable(options);
    csv = CsvWriter.builder().build(out);
    this.options = options;
    Schema schema = scorer.schema();
    regression = schema.task() == Task.REGRESSION;
    classes = schema.classes().size();
    String target = schema.target();
    List<String> header = new ArrayList<>(List.of("row", target));
    schema.classes().forEach(label -> header.add(target + "." + label));
    if (options.has(Part.INTERVALS)) {
      header.addAll(List.of(target + ".lower", target + ".upper"));
    }
    FeatureSpace space = space();
    if (space != null) {
      List<String> prefixes =
          schema.task() == Task.MULTICLASS
              ? schema.classes().stream().map(label -> "contrib." + label + ".").toList()
              : List.of("contrib.");
      for (String prefix : prefixes) {
        features(scorer, space).forEach(feature -> header.add(prefix + feature));
        header.add(prefix + "bias");
      }
    }
    if (options.has(Part.EMBEDDINGS)) {
      header.addAll(scorer.embeddingNames());
    }
    header.add("error");
    width = header.size();
    write(header);
  }

  private @Nullable FeatureSpace space() {
    if (options.has(Part.CONTRIBUTIONS_ORIGINAL)) {
      return FeatureSpace.ORIGINAL;
    }
    return options.has(Part.CONTRIBUTIONS_TRANSFORMED) ? FeatureSpace.TRANSFORMED : null;
  }

  private static List<String> features(Scorer scorer, FeatureSpace space) {
    return space == FeatureSpace.TRANSFORMED
        ? scorer.slotNames()
        : scorer.schema().columns().stream().map(Column::name).toList();
  }

  /**
   * Writes a row that was scored.
   *
   * @param row position in the input, from 0
   */
  public void write(long row, Prediction prediction) throws IOException {
    List<String> cells = new ArrayList<>(width);
    cells.add(Long.toString(row));
    if (regression) {
      cells.add(Double.toString(prediction.value()));
    } else {
      cells.add(prediction.label());
      for (int k = 0; k < classes; k++) {
        cells.add(Double.toString(prediction.probability(k)));
      }
    }
    addDetails(prediction, cells);
    ScoringException problem = prediction.imageProblem();
    cells.add(problem == null ? "" : String.valueOf(problem.getMessage()));
    write(cells);
  }

  private void addDetails(Prediction prediction, List<String> cells) {
    if (options.has(Part.INTERVALS)) {
      cells.add(Double.toString(prediction.lower()));
      cells.add(Double.toString(prediction.upper()));
    }
    FeatureSpace space = space();
    if (space != null) {
      Contributions contributions = prediction.contributions(space);
      for (int k = 0; k < contributions.outputs(); k++) {
        for (double value : contributions.values(k)) {
          cells.add(Double.toString(value));
        }
        cells.add(Double.toString(contributions.bias(k)));
      }
    }
    if (options.has(Part.EMBEDDINGS)) {
      for (Embedding embedding : prediction.embeddings()) {
        for (float value : embedding.values()) {
          cells.add(Float.isNaN(value) ? "" : Float.toString(value));
        }
      }
    }
  }

  /** Writes a row that was not scored: no prediction, and why. */
  public void writeError(long row, String error) throws IOException {
    List<String> cells = new ArrayList<>(width);
    cells.add(Long.toString(row));
    while (cells.size() < width - 1) {
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
