package dev.amulet.examples;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import dev.amulet.runtime.ScoringException;
import java.nio.file.Path;

/**
 * Scores one row, given as {@code column=value} words; image columns take paths under a folder.
 *
 * <pre>ScoreOneRow model.amulet photo-folder make=Volvo mileage=52000 image=photos/17.jpg</pre>
 *
 * <p>The lesson: open once, score many; which exception means what. A service would keep the {@link
 * Scorer} open for as long as it runs, and share it between threads.
 */
public final class ScoreOneRow {
  private ScoreOneRow() {}

  public static void main(String[] words) {
    ScorerOptions options = ScorerOptions.builder().imageRoot(Path.of(words[1])).build();
    try (Scorer scorer = Scorer.open(Path.of(words[0]), options)) {
      Row row = scorer.newRow();
      for (int i = 2; i < words.length; i++) {
        String[] cell = words[i].split("=", 2);
        row.set(cell[0], cell[1]);
      }
      Prediction prediction = scorer.score(row);
      System.out.println(scorer.schema().target() + " = " + prediction.value());
    } catch (ArtifactException e) {
      System.out.println("this model cannot be used: " + e.getMessage());
    } catch (ScoringException e) {
      System.out.println("this row cannot be scored: " + e.getMessage());
    }
  }
}
