package dev.amulet.examples;

import dev.amulet.format.ArtifactException;
import dev.amulet.runtime.Contributions;
import dev.amulet.runtime.FeatureSpace;
import dev.amulet.runtime.Prediction;
import dev.amulet.runtime.Row;
import dev.amulet.runtime.ScoreOptions;
import dev.amulet.runtime.Scorer;
import dev.amulet.runtime.ScorerOptions;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Scores one row and says what each of its columns, the image included, did to the score.
 *
 * <pre>ExplainARow model.amulet photo-folder make=Volvo mileage=52000 image=photos/17.jpg</pre>
 *
 * <p>The lesson: the same open model scores and explains, in one pass; {@link ScoreOptions} says
 * per row what to tell beside the score. Contributions are exact and add up, with the bias, to the
 * margin: the model's raw score before the target's transform is undone.
 */
public final class ExplainARow {
  private ExplainARow() {}

  public static void main(String[] words) throws ArtifactException {
    ScorerOptions options = ScorerOptions.builder().imageRoot(Path.of(words[1])).build();
    ScoreOptions why = ScoreOptions.builder().contributions(FeatureSpace.ORIGINAL).build();
    try (Scorer scorer = Scorer.open(Path.of(words[0]), options)) {
      Row row = scorer.newRow();
      for (int i = 2; i < words.length; i++) {
        String[] cell = words[i].split("=", 2);
        row.set(cell[0], cell[1]);
      }
      Prediction prediction = scorer.score(row, why);
      System.out.println(scorer.schema().target() + " = " + prediction.value());
      Contributions contributions = prediction.contributions(FeatureSpace.ORIGINAL);
      print("bias", contributions.bias(0));
      IntStream.range(0, contributions.names().size())
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -Math.abs(contributions.value(0, i))))
          .forEach(i -> print(contributions.names().get(i), contributions.value(0, i)));
      print("margin", contributions.sum(0));
    }
  }

  private static void print(String name, double value) {
    System.out.printf(Locale.ROOT, "%-12s %+.6f%n", name, value);
  }
}
