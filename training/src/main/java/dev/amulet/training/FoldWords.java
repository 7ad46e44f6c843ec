package dev.amulet.training;

import dev.amulet.training.data.Folds;
import java.util.stream.IntStream;

/** Says for people how the rows are validated. */
final class FoldWords {
  private FoldWords() {}

  /** Such as {@code 5 folds, whole groups of "owner"}. */
  static String of(Folds folds, ExperimentConfig config) {
    int held = folds.validatedRows().length;
    boolean holdout = folds.count() == 1;
    StringBuilder words =
        new StringBuilder(
            holdout
                ? "%d of %d rows held out once".formatted(held, folds.rows())
                : folds.count() + " folds");
    if (config.foldColumn() != null) {
      words.append(" as \"").append(config.foldColumn()).append("\" gives them");
    }
    if (config.group() != null) {
      words.append(", whole groups of \"").append(config.group()).append('"');
    }
    if (folds.inTime()) {
      words
          .append(holdout ? ", the latest by \"" : ", each trained on earlier rows only by \"")
          .append(config.time())
          .append('"');
    }
    if (folds.inTime() && !holdout) {
      words.append(
          "; the earliest %d of %d rows are never validated"
              .formatted(folds.rows() - held, folds.rows()));
    }
    int left = leftOut(folds);
    if (left > 0) {
      words.append(
          "; %d times a row is left out of training because its group is in the part held out"
              .formatted(left));
    }
    return words.toString();
  }

  /** Earlier rows that a fold does not train on, over all folds. */
  private static int leftOut(Folds folds) {
    if (!folds.inTime()) {
      return 0;
    }
    int[] assignment = folds.assignment();
    return IntStream.range(0, folds.count())
        .map(
            fold ->
                (int) IntStream.of(assignment).filter(of -> of < fold).count()
                    - folds.trainRows(fold).length)
        .sum();
  }
}
