package dev.amulet.examples;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoredRow;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScoringException;
import dev.amulet.runtime.csv.CsvRows;
import dev.amulet.runtime.csv.PredictionWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores a CSV file into another one; images are paths from the table's folder.
 *
 * <pre>ScoreCsvFile model.amulet new-cars.csv prices.csv</pre>
 *
 * <p>The lesson: a table of any length in constant memory. Rows are read into a batch that is used
 * again and again, a batch goes through the networks together, and a bad row gives an error in its
 * place and stops nothing.
 */
public final class ScoreCsvFile {
  private static final int BATCH = 64;

  private ScoreCsvFile() {}

  public static void main(String[] words) throws ArtifactException, IOException {
    Path table = Path.of(words[1]).toAbsolutePath();
    ScorerOptions options = ScorerOptions.builder().imageRoot(table.resolveSibling("")).build();
    try (Scorer scorer = Scorer.open(Path.of(words[0]), options);
        CsvRows rows = CsvRows.open(table, scorer.schema());
        PredictionWriter predictions =
            new PredictionWriter(Files.newBufferedWriter(Path.of(words[2])), scorer)) {
      List<Row> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        batch.add(scorer.newRow());
      }
      @Nullable ScoringException[] unread = new ScoringException[BATCH];
      long done = 0;
      for (int count = read(rows, batch, unread); count > 0; count = read(rows, batch, unread)) {
        List<ScoredRow> scored = scorer.score(batch.subList(0, count));
        for (int i = 0; i < count; i++) {
          write(done++, scored.get(i), unread[i], predictions);
        }
      }
      System.out.println(done + " rows");
    }
  }

  /** Fills the batch; a line that does not fit the schema is remembered in its place. */
  private static int read(CsvRows rows, List<Row> batch, @Nullable ScoringException[] unread)
      throws IOException {
    for (int i = 0; i < batch.size(); i++) {
      unread[i] = null;
      try {
        if (!rows.next(batch.get(i))) {
          return i;
        }
      } catch (ScoringException e) {
        unread[i] = e;
      }
    }
    return batch.size();
  }

  private static void write(
      long row, ScoredRow scored, @Nullable ScoringException unread, PredictionWriter predictions)
      throws IOException {
    ScoringException error = unread == null ? scored.error() : unread;
    if (error == null && scored.prediction() != null) {
      predictions.write(row, scored.prediction());
    } else {
      predictions.writeError(row, String.valueOf(error == null ? null : error.getMessage()));
    }
  }
}
